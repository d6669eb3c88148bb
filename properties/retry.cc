// retry: what becomes of an activity's attempts is what its options say (SEMANTICS b, c). Judged on
// what the trace says of attempts, because retries leave no events, and on the events that close
// activities.
//
//   - Attempts are numbered 1, 2, 3, …; each is scheduled once, starts at most once, ends once;
//   none is lost, none counted twice.
//   - There are not more than the policy allows, and none after a failure that must not be retried
//   or after a cancel was requested.
//   - Each back-off is what the policy says, to the nanosecond, and no attempt starts before it is
//   over.
//   - A timeout fires at its deadline: not before, and not later unless the server could not act
//   then; nothing is accepted after it.
//   - The events that close an activity agree with its attempts: number, time of the start, last
//   failure, retry state.
//
// And of runs that have a retry policy: a failed one is tried again as its policy says (chains.h).
#include "runtime/history/retry.h"

#include <fmt/format.h>

#include "properties/attempts.h"
#include "properties/chains.h"
#include "properties/checkers.h"
#include "properties/outages.h"
#include "properties/wording.h"
#include "runtime/history/failure_text.h"

namespace groundhog::properties {
namespace {

using history::RetryState;
using history::TimeoutType;

history::FailurePtr TimeoutFailure(TimeoutType type) {
  return history::MakeShared<history::Failure>(
      history::Failure{.info = history::TimeoutFailureInfo{.timeout_type = type}});
}

std::string_view NameOfTimeout(TimeoutType type) {
  switch (type) {
    case TimeoutType::kStartToClose:
      return "start-to-close";
    case TimeoutType::kScheduleToStart:
      return "schedule-to-start";
    case TimeoutType::kScheduleToClose:
      return "schedule-to-close";
    case TimeoutType::kHeartbeat:
      return "heartbeat";
    case TimeoutType::kUnspecified:
      break;
  }
  return "unknown";
}

bool LimitsAllAttempts(TimeoutType type) {
  return type == TimeoutType::kScheduleToStart || type == TimeoutType::kScheduleToClose;
}

class LifeJudge {
 public:
  LifeJudge(const Evidence& evidence, const ActivityLife& life, Violations& found)
      : evidence_(evidence), life_(life), options_(*life.scheduled), found_(found) {
    const history::RetryPolicy& policy = options_.retry_policy;
    const bool whole = policy.initial_interval.count() != 0 && policy.backoff_coefficient != 0 &&
                       policy.maximum_interval.count() != 0;
    if (!whole) filled_ = WithDefaults(policy);
  }

  void Judge() {
    if (life_.attempts.empty()) {
      Add(0, EndOf(evidence_), life_.closing_event,
          "the history says that it ended, but nobody saw an attempt of it");
      return;
    }
    // What follows would only repeat the consequences of a wrong count.
    const std::size_t before = found_.size();
    for (std::size_t i = 0; i < life_.attempts.size(); ++i) JudgeCount(i);
    JudgeClose();
    if (found_.size() != before) return;
    JudgeLimit();
    for (std::size_t i = 0; i < life_.attempts.size(); ++i) {
      JudgeBackoff(i);
      JudgeTimeouts(life_.attempts[i]);
    }
    JudgeStartedEvent();
    JudgeClosingEvent();
  }

 private:
  const history::RetryPolicy& policy() const { return filled_ ? *filled_ : options_.retry_policy; }
  const Attempt& last() const { return life_.attempts.back(); }

  // ---- Counting ----

  void JudgeCount(std::size_t i) {
    const Attempt& attempt = life_.attempts[i];
    const auto expected = static_cast<std::int32_t>(i) + 1;
    if (attempt.number != expected) {
      Say(attempt.number, attempt.scheduled_time,
          "attempts are counted 1, 2, 3, …, but after attempt {} comes attempt {}", expected - 1,
          attempt.number);
    }
    if (attempt.scheduled != 1) {
      Say(attempt.number, attempt.scheduled_time, "was scheduled {} times; expected once",
          attempt.scheduled);
    }
    if (attempt.started > 1) {
      Say(attempt.number, attempt.start_time,
          "was started {} times: two workers have the same attempt", attempt.started);
    }
    if (attempt.ended > 1) {
      Say(attempt.number, attempt.end_time, "ended {} times: it was counted twice", attempt.ended);
    }
    if (attempt.ended > 0 && attempt.started == 0) {
      Say(attempt.number, attempt.end_time, "ended at {}, but never started",
          When(attempt.end_time));
    }
    if (i + 1 == life_.attempts.size()) return;
    if (attempt.end != AttemptEnd::kFailed && attempt.end != AttemptEnd::kTimedOut) {
      Say(life_.attempts[i + 1].number, life_.attempts[i + 1].scheduled_time,
          "was scheduled, although attempt {} had neither failed nor timed out", attempt.number);
    }
  }

  void JudgeClose() {
    if (life_.closed > 1) {
      Say(life_.closed_attempt, life_.close_time, "the activity closed {} times", life_.closed);
    }
    if (life_.went_on_after_close) {
      Say(last().number, last().scheduled_time,
          "happened although the activity had closed in attempt {} at {}", life_.closed_attempt,
          When(life_.close_time));
    } else if (life_.closed == 1 && life_.closed_attempt != last().number) {
      Say(life_.closed_attempt, life_.close_time,
          "closed the activity, but the last attempt seen is {}", last().number);
    }
    const bool ended = last().end == AttemptEnd::kFailed || last().end == AttemptEnd::kTimedOut;
    if (ended && life_.closed == 0) {
      Say(last().number, last().end_time,
          "ended at {} and was neither retried nor did it close the activity: the next attempt is "
          "lost",
          When(last().end_time));
    }
    if (life_.closing_event != nullptr && life_.closed == 0) {
      Add(last().number, EndOf(evidence_), life_.closing_event,
          "the history says that the activity closed, but the server never closed it");
    }
  }

  void JudgeLimit() {
    const std::int32_t most = policy().maximum_attempts;
    if (most == 0 || last().number <= most) return;
    Say(last().number, last().scheduled_time,
        "there is an attempt {}, but the policy allows {} attempts", last().number, most);
  }

  // ---- Retries ----

  // The failure that an attempt ended with, as far as the decision about a retry needs it.
  history::FailurePtr FailureOf(const Attempt& attempt) const {
    if (attempt.missed) return TimeoutFailure(attempt.missed->type);
    return {};
  }

  bool MayBeRetried(const Attempt& attempt) const {
    if (attempt.missed) return IsRetryable(FailureOf(attempt), policy());
    if (!attempt.failure_known) return true;
    if (attempt.says_non_retryable) return false;
    for (const std::string& type : policy().non_retryable_error_types) {
      if (attempt.error_type != 0 && HashText(type) == attempt.error_type) return false;
    }
    return true;
  }

  bool CancelRequestedBefore(const Attempt& attempt) const {
    return life_.cancel_place.has_value() && *life_.cancel_place < attempt.end_place;
  }

  std::optional<history::Timestamp> Expiration() const {
    const history::Duration limit = options_.schedule_to_close_timeout;
    if (limit.count() == 0) return std::nullopt;
    return ToTimestamp(sim::After(life_.attempts.front().scheduled_time, limit));
  }

  history::RetryDecision Decide(const Attempt& attempt,
                                std::optional<history::Duration> asked) const {
    return NextRetry(policy(), history::FailedAttempt{.attempt = attempt.number,
                                                      .now = ToTimestamp(attempt.end_time),
                                                      .expiration = Expiration(),
                                                      .next_retry_delay = asked});
  }

  std::string PolicyText() const {
    return fmt::format("initial {}, coefficient {}, at most {}", Length(policy().initial_interval),
                       policy().backoff_coefficient, Length(policy().maximum_interval));
  }

  // Who completes an activity by its id need not wait until somebody has taken it: the server then
  // says in the same breath that it was started (SEMANTICS c.4).
  bool WasStartedToEnd(const Attempt& attempt) const {
    return life_.closed > 0 && life_.closed_attempt == attempt.number &&
           life_.close_time == attempt.start_time && life_.closing_event != nullptr &&
           history::As<history::ActivityTaskCompleted>(*life_.closing_event) != nullptr;
  }

  void JudgeBackoff(std::size_t i) {
    const Attempt& attempt = life_.attempts[i];
    const sim::Time due = attempt.due.value_or(attempt.scheduled_time);
    if (attempt.started > 0 && attempt.start_time < due && !WasStartedToEnd(attempt)) {
      Say(attempt.number, attempt.start_time, "started at {}, before its back-off was over at {}",
          When(attempt.start_time), When(due));
    }
    if (i == 0) {
      if (due != attempt.scheduled_time) {
        Say(1, attempt.scheduled_time, "may start only at {}; the first attempt has no back-off",
            When(due));
      }
      return;
    }
    JudgeRetry(life_.attempts[i - 1], attempt, due);
  }

  void JudgeRetry(const Attempt& before, const Attempt& retry, sim::Time due) {
    if (CancelRequestedBefore(before)) {
      Say(retry.number, retry.scheduled_time,
          "was scheduled although the activity's cancellation had been requested");
    }
    if (!MayBeRetried(before)) {
      Say(retry.number, retry.scheduled_time,
          "was scheduled although attempt {} {}: that must not be retried", before.number,
          before.missed ? fmt::format("ran into its {} timeout", NameOfTimeout(before.missed->type))
                        : "failed with a non-retryable error");
      return;
    }
    const history::RetryDecision decision = Decide(before, before.asks_for_delay);
    if (!decision.retries()) {
      if (decision.state == RetryState::kMaximumAttemptsReached) return;  // JudgeLimit says it
      Say(retry.number, retry.scheduled_time,
          "was scheduled although no time was left before the schedule-to-close deadline");
      return;
    }
    const sim::Duration waits = due - before.end_time;
    if (waits == decision.interval) return;
    Say(retry.number, retry.scheduled_time,
        "the back-off after attempt {} is {}; expected {} by {}", before.number, Length(waits),
        Length(decision.interval),
        before.asks_for_delay ? "the delay that the failure asked for"
                              : "the policy (" + PolicyText() + ")");
  }

  // ---- Timeouts ----

  // Until when the attempt was watched: its end, or the run's, or the simulation's.
  sim::Time WatchedUntil(const Attempt& attempt) const {
    if (attempt.end != AttemptEnd::kNone) return attempt.end_time;
    if (!IsOpen(*life_.run) && !life_.run->history.empty()) {
      return ToTime(life_.run->history.back().event_time);
    }
    return EndOf(evidence_);
  }

  std::optional<sim::Time> DeadlineOf(const Attempt& attempt, TimeoutType type) const {
    const auto since = [](sim::Time base, history::Duration timeout) -> std::optional<sim::Time> {
      if (timeout.count() == 0) return std::nullopt;
      return sim::After(base, timeout);
    };
    switch (type) {
      case TimeoutType::kScheduleToStart:
        return since(attempt.due.value_or(attempt.scheduled_time),
                     options_.schedule_to_start_timeout);
      case TimeoutType::kScheduleToClose:
        return since(life_.attempts.front().scheduled_time, options_.schedule_to_close_timeout);
      case TimeoutType::kStartToClose:
        return since(attempt.start_time, options_.start_to_close_timeout);
      case TimeoutType::kHeartbeat:
        return since(attempt.last_heartbeat.value_or(attempt.start_time),
                     options_.heartbeat_timeout);
      case TimeoutType::kUnspecified:
        break;
    }
    return std::nullopt;
  }

  void JudgeTimeouts(const Attempt& attempt) {
    const sim::Time until = WatchedUntil(attempt);
    const bool started = attempt.started > 0;
    const TimeoutType fired = attempt.missed ? attempt.missed->type : TimeoutType::kUnspecified;
    if (attempt.missed) JudgeFired(attempt, *attempt.missed, started);
    const auto must_not_pass = [&](TimeoutType type, sim::Time accepted, std::string_view what) {
      if (type != fired) JudgePassed(attempt, type, accepted, what);
    };
    must_not_pass(TimeoutType::kScheduleToStart, started ? attempt.start_time : until,
                  started ? "it started" : "it still waited to start");
    must_not_pass(TimeoutType::kScheduleToClose, until, EndText(attempt));
    if (!started) return;
    must_not_pass(TimeoutType::kStartToClose, until, EndText(attempt));
    must_not_pass(TimeoutType::kHeartbeat, until, EndText(attempt));
    JudgeSilence(attempt);
  }

  static std::string_view EndText(const Attempt& attempt) {
    switch (attempt.end) {
      case AttemptEnd::kFailed:
        return "it failed";
      case AttemptEnd::kTimedOut:
        return "another timeout fired";
      case AttemptEnd::kClosed:
        return "its end was accepted";
      case AttemptEnd::kNone:
        break;
    }
    return "it was still pending";
  }

  void JudgeFired(const Attempt& attempt, const MissedDeadline& missed, bool started) {
    const std::string_view name = NameOfTimeout(missed.type);
    const bool needs_start =
        missed.type == TimeoutType::kStartToClose || missed.type == TimeoutType::kHeartbeat;
    const std::optional<sim::Time> deadline = DeadlineOf(attempt, missed.type);
    if (!deadline || (needs_start && !started) ||
        (missed.type == TimeoutType::kScheduleToStart && started)) {
      Say(attempt.number, attempt.end_time, "ran into a {} timeout, which it {}", name,
          deadline ? "cannot have at that point" : "does not have");
      return;
    }
    if (missed.deadline != *deadline) {
      Say(attempt.number, attempt.end_time,
          "the server took {} for its {} deadline; by its options it was {}", When(missed.deadline),
          name, When(*deadline));
    }
    if (attempt.end_time < *deadline) {
      Say(attempt.number, attempt.end_time,
          "its {} timeout fired at {}, too early: it was due at {}", name, When(attempt.end_time),
          When(*deadline));
    } else if (IsLate(attempt.end_time, *deadline)) {
      Say(attempt.number, attempt.end_time,
          "its {} timeout fired at {}, too late: it was due at {}, and the server was up", name,
          When(attempt.end_time), When(*deadline));
    }
  }

  // Whether something happened so long after a deadline that the timeout must have fired before.
  bool IsLate(sim::Time time, sim::Time deadline) const {
    return time > deadline && time > WhenServed(*evidence_.trace, Workflow(), deadline);
  }

  // `accepted`: when something was still taken from the attempt, so that the timeout cannot have
  // fired before.
  void JudgePassed(const Attempt& attempt, TimeoutType type, sim::Time accepted,
                   std::string_view what) {
    const std::optional<sim::Time> deadline = DeadlineOf(attempt, type);
    if (!deadline || accepted <= *deadline) return;
    const bool other_fired = attempt.missed && accepted == attempt.end_time;
    // Of two deadlines that have passed, the earlier one counts.
    const bool wrong =
        other_fired ? *deadline < attempt.missed->deadline : IsLate(accepted, *deadline);
    if (!wrong) return;
    Say(attempt.number, accepted, "its {} timeout was due at {}, but at {} {}", NameOfTimeout(type),
        When(*deadline), When(accepted), what);
  }

  void JudgeSilence(const Attempt& attempt) {
    const history::Duration limit = options_.heartbeat_timeout;
    const Silence& silence = attempt.longest_silence;
    if (limit.count() == 0 || silence.to - silence.from <= limit) return;
    const sim::Time deadline = sim::After(silence.from, limit);
    if (!IsLate(silence.to, deadline)) return;
    Say(attempt.number, silence.to,
        "its heartbeat timeout was due at {}, but at {} another heartbeat was accepted",
        When(deadline), When(silence.to));
  }

  // ---- Events ----

  void JudgeStartedEvent() {
    if (life_.started_event == nullptr) return;
    const auto& event = *history::As<history::ActivityTaskStarted>(*life_.started_event);
    const sim::Time time = ToTime(life_.started_event->event_time);
    if (event.attempt != last().number) {
      Add(last().number, time, life_.started_event,
          fmt::format("the event says attempt {}, but the last attempt was {}", event.attempt,
                      last().number));
    }
    if (time != last().start_time) {
      Add(last().number, time, life_.started_event,
          fmt::format("the event says that it started at {}, but it started at {}", When(time),
                      When(last().start_time)));
    }
    const bool has_failure = static_cast<bool>(event.last_failure);
    if (has_failure != (last().number > 1)) {
      Add(last().number, time, life_.started_event,
          has_failure ? "the event has a last failure, but there was no attempt before"
                      : "the event lacks the failure of the attempt before");
    } else if (has_failure && !IsRetryable(event.last_failure, policy())) {
      Add(last().number, time, life_.started_event,
          fmt::format("the attempt before failed with \"{}\", which must not be retried",
                      Describe(event.last_failure)));
    }
  }

  void JudgeClosingEvent() {
    if (life_.closing_event == nullptr) return;
    if (const auto* failed = history::As<history::ActivityTaskFailed>(*life_.closing_event)) {
      JudgeRetryState(failed->retry_state, failed->failure);
    } else if (const auto* timed_out =
                   history::As<history::ActivityTaskTimedOut>(*life_.closing_event)) {
      if (!last().missed) {
        Add(last().number, last().end_time, life_.closing_event,
            "the event says that the activity timed out, but no timeout fired");
        return;
      }
      JudgeRetryState(timed_out->retry_state, FailureOf(last()));
    }
  }

  void JudgeRetryState(RetryState seen, const history::FailurePtr& failure) {
    const history::RetryDecision decision = DecideAtEnd(failure);
    if (decision.state == seen) return;
    Add(last().number, last().end_time, life_.closing_event,
        decision.retries()
            ? fmt::format("the activity was given up with retry state {}, but its policy ({}) has "
                          "another attempt after {}",
                          NameOf(seen), PolicyText(), Length(decision.interval))
            : fmt::format("the retry state is {}; expected {}", NameOf(seen),
                          NameOf(decision.state)));
  }

  // The order of SEMANTICS b.4.
  history::RetryDecision DecideAtEnd(const history::FailurePtr& failure) const {
    if (CancelRequestedBefore(last())) return {.state = RetryState::kCancelRequested};
    const auto* timeout = history::InfoAs<history::TimeoutFailureInfo>(failure);
    if (timeout != nullptr && LimitsAllAttempts(timeout->timeout_type)) {
      return {.state = RetryState::kTimeout};
    }
    if (!IsRetryable(failure, policy())) return {.state = RetryState::kNonRetryableFailure};
    return Decide(last(), history::NextRetryDelayOf(failure));
  }

  // ---- Telling ----

  sim::Symbol Workflow() const { return life_.workflow; }

  template <class... Args>
  void Say(std::int32_t attempt, sim::Time time, fmt::format_string<Args...> text, Args&&... args) {
    Add(attempt, time, nullptr, fmt::format(text, std::forward<Args>(args)...));
  }
  void Add(std::int32_t attempt, sim::Time time, const history::HistoryEvent* event,
           const std::string& message) {
    const std::string where = attempt == 0 ? "" : fmt::format(", attempt {}", attempt);
    const history::EventId id = event == nullptr ? life_.id : event->event_id;
    found_.push_back(About("retry", *life_.run, id, time,
                           fmt::format("activity {} (event {}){}: {}", options_.activity_type,
                                       life_.id, where, message)));
  }

  const Evidence& evidence_;
  const ActivityLife& life_;
  const history::ActivityTaskScheduled& options_;
  Violations& found_;
  std::optional<history::RetryPolicy> filled_;
};

}  // namespace

void CheckRetry(const Evidence& evidence, Violations& found) {
  CheckRetriesOfRuns(evidence, found);
  if (evidence.trace == nullptr) return;
  for (const ActivityLife& life : ReadAttempts(evidence)) {
    if (life.operated) continue;
    if (life.scheduled != nullptr) {
      LifeJudge(evidence, life, found).Judge();
      continue;
    }
    found.push_back(
        About("retry", *life.run, life.id, EndOf(evidence),
              fmt::format("an activity {} was attempted in the name of event {}, but the "
                          "history has no ActivityTaskScheduled there",
                          life.type.text(), life.id)));
  }
}

}  // namespace groundhog::properties
