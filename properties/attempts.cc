#include "properties/attempts.h"

#include <algorithm>
#include <span>
#include <utility>

#include "properties/fact_reader.h"
#include "properties/wording.h"

namespace groundhog::properties {
namespace {

using history::EventId;
using history::HistoryEvent;

history::TimeoutType TimeoutNamed(sim::Symbol name) {
  const auto& names = history::EnumNames<history::TimeoutType>::names;
  const auto found = std::find(names.begin(), names.end(), name.text());
  if (found == names.end()) return history::TimeoutType::kUnspecified;
  return static_cast<history::TimeoutType>(found - names.begin());
}

class AttemptReader {
 public:
  explicit AttemptReader(const Evidence& evidence) : evidence_(evidence), cursor_(evidence.runs) {}

  std::vector<ActivityLife> Read() {
    const auto& records = evidence_.trace->records();
    for (place_ = 0; place_ < records.size(); ++place_) {
      const FactKind kind = KindOf(records[place_]);
      if (kind == FactKind::kNone) {
        waiting_missed_.reset();  // a timeout and what it leads to stand in one transaction
        continue;
      }
      const auto run = cursor_.Find(records[place_], kind);
      if (run.has_value()) ReadFact(evidence_.runs[*run], kind, records[place_]);
    }
    for (const RunRecord& run : evidence_.runs) ReadHistory(run);
    return std::move(lives_);
  }

 private:
  struct EarlyCancel {
    const RunRecord* run;
    EventId id;
    std::size_t place;
  };

  // The last one is looked at first: most facts are about what began lately.
  ActivityLife* Find(const RunRecord& run, EventId id) {
    for (auto life = lives_.rbegin(); life != lives_.rend(); ++life) {
      if (life->id == id && life->run == &run) return &*life;
    }
    return nullptr;
  }

  ActivityLife& LifeOf(const RunRecord& run, EventId id) {
    if (ActivityLife* life = Find(run, id)) return *life;
    ActivityLife& life = lives_.emplace_back();
    life.run = &run;
    life.id = id;
    const HistoryEvent* event = EventAt(run, id);
    if (event != nullptr) life.scheduled = history::As<history::ActivityTaskScheduled>(*event);
    for (const EarlyCancel& cancel : early_cancels_) {
      if (cancel.run == &run && cancel.id == id) life.cancel_place = cancel.place;
    }
    return life;
  }

  static Attempt& AttemptOf(ActivityLife& life, std::int32_t number) {
    for (auto attempt = life.attempts.rbegin(); attempt != life.attempts.rend(); ++attempt) {
      if (attempt->number == number) return *attempt;
    }
    if (life.closed > 0) life.went_on_after_close = true;
    Attempt& attempt = life.attempts.emplace_back();
    attempt.number = number;
    return attempt;
  }

  void ReadFact(const RunRecord& run, FactKind kind, const sim::TraceRecord& record) {
    switch (kind) {
      case FactKind::kActivityAttemptScheduled:
      case FactKind::kActivityAttemptStarted:
      case FactKind::kActivityAttemptFailed:
      case FactKind::kActivityAttemptTimedOut:
      case FactKind::kActivityHeartbeat:
        ReadStep(LifeOf(run, record.value), kind, record);
        return;
      case FactKind::kActivityOperated:
        LifeOf(run, record.value).operated = true;
        return;
      case FactKind::kActivityClosed:
        ReadClose(LifeOf(run, record.value), record);
        return;
      case FactKind::kActivityTimeoutWas:
        ReadTimeout(record);
        return;
      case FactKind::kActivityAttemptDue:
        if (Attempt* last = Last()) last->due = sim::FromUnixNanos(record.value);
        return;
      case FactKind::kActivityFailureWas:
        if (Attempt* last = Last()) {
          last->failure_known = true;
          last->says_non_retryable = record.label.subject().text() == "non-retryable";
          last->error_type = static_cast<std::uint64_t>(record.value);
        }
        return;
      case FactKind::kActivityRetryDelayWas:
        if (Attempt* last = Last()) last->asks_for_delay = sim::Duration(record.value);
        return;
      case FactKind::kEventAppended:
        ReadCancelRequest(run, record);
        return;
      case FactKind::kNone:
      case FactKind::kRunStarted:
      case FactKind::kRunClosed:
        return;
    }
  }

  // What the facts without an event id are about: the attempt that the fact before them named.
  Attempt* Last() {
    if (last_life_ >= lives_.size()) return nullptr;
    return &AttemptOf(lives_[last_life_], last_attempt_);
  }

  void ReadStep(ActivityLife& life, FactKind kind, const sim::TraceRecord& record) {
    life.workflow = record.label.scope();
    life.type = record.label.subject();
    Attempt& attempt = AttemptOf(life, record.label.number());
    last_life_ = static_cast<std::size_t>(&life - lives_.data());
    last_attempt_ = attempt.number;
    if (kind == FactKind::kActivityAttemptScheduled) {
      ++attempt.scheduled;
      attempt.scheduled_time = record.time;
    } else if (kind == FactKind::kActivityAttemptStarted) {
      ++attempt.started;
      attempt.start_time = record.time;
    } else if (kind == FactKind::kActivityHeartbeat) {
      ReadHeartbeat(attempt, record.time);
    } else {
      ++attempt.ended;
      attempt.end =
          kind == FactKind::kActivityAttemptFailed ? AttemptEnd::kFailed : AttemptEnd::kTimedOut;
      attempt.end_time = record.time;
      attempt.end_place = place_;
      timed_out_ = attempt.end == AttemptEnd::kTimedOut;
    }
  }

  static void ReadHeartbeat(Attempt& attempt, sim::Time time) {
    const Silence silence{attempt.last_heartbeat.value_or(attempt.start_time), time};
    if (silence.to - silence.from > attempt.longest_silence.to - attempt.longest_silence.from) {
      attempt.longest_silence = silence;
    }
    attempt.last_heartbeat = time;
  }

  // Of an attempt that was under way it follows TimedOut; of a waiting one it comes before Closed.
  void ReadTimeout(const sim::TraceRecord& record) {
    const MissedDeadline missed{TimeoutNamed(record.label.subject()),
                                sim::FromUnixNanos(record.value)};
    if (timed_out_) {
      if (Attempt* last = Last()) last->missed = missed;
    } else {
      waiting_missed_ = missed;
    }
    timed_out_ = false;
  }

  void ReadClose(ActivityLife& life, const sim::TraceRecord& record) {
    life.type = record.label.subject();
    ++life.closed;
    life.closed_attempt = record.label.number();
    life.close_time = record.time;
    const std::optional<MissedDeadline> missed = std::exchange(waiting_missed_, std::nullopt);
    for (Attempt& attempt : life.attempts) {
      if (attempt.number != life.closed_attempt || attempt.end != AttemptEnd::kNone) continue;
      attempt.end = missed ? AttemptEnd::kTimedOut : AttemptEnd::kClosed;
      attempt.end_time = record.time;
      attempt.end_place = place_;
      attempt.missed = missed;
    }
  }

  void ReadCancelRequest(const RunRecord& run, const sim::TraceRecord& record) {
    constexpr std::uint64_t kCancelRequested = HashText("ActivityTaskCancelRequested");
    if (record.label.subject().hash() != kCancelRequested) return;
    const HistoryEvent* event = EventAt(run, record.label.number());
    if (event == nullptr) return;
    const auto* request = history::As<history::ActivityTaskCancelRequested>(*event);
    if (request == nullptr) return;
    if (ActivityLife* life = Find(run, request->scheduled_event_id)) {
      life->cancel_place = place_;
    } else {  // a reset copies it before the activity is taken up again
      early_cancels_.push_back({&run, request->scheduled_event_id, place_});
    }
  }

  // What a reset has copied tells of attempts that were seen in the run it comes from.
  static std::size_t CountCopied(const history::EventHistory& history) {
    std::size_t copied = 0;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const auto* failed = history::As<history::WorkflowTaskFailed>(history[i]);
      const bool reset = failed != nullptr && !failed->base_run_id.empty();
      if (reset) copied = i + 1;
    }
    return copied;
  }

  void ReadHistory(const RunRecord& run) {
    const std::span<const HistoryEvent> events(run.history);
    for (const HistoryEvent& event : events.subspan(CountCopied(run.history))) {
      if (const auto* started = history::As<history::ActivityTaskStarted>(event)) {
        LifeOf(run, started->scheduled_event_id).started_event = &event;
      } else if (const auto* done = history::As<history::ActivityTaskCompleted>(event)) {
        LifeOf(run, done->scheduled_event_id).closing_event = &event;
      } else if (const auto* failed = history::As<history::ActivityTaskFailed>(event)) {
        LifeOf(run, failed->scheduled_event_id).closing_event = &event;
      } else if (const auto* timed_out = history::As<history::ActivityTaskTimedOut>(event)) {
        LifeOf(run, timed_out->scheduled_event_id).closing_event = &event;
      } else if (const auto* canceled = history::As<history::ActivityTaskCanceled>(event)) {
        LifeOf(run, canceled->scheduled_event_id).closing_event = &event;
      }
    }
  }

  const Evidence& evidence_;
  RunCursor cursor_;
  std::size_t place_ = 0;
  std::vector<ActivityLife> lives_;
  std::size_t last_life_ = SIZE_MAX;
  std::int32_t last_attempt_ = 0;
  bool timed_out_ = false;  // the next ActivityTimeoutWas is that of Last()
  std::optional<MissedDeadline> waiting_missed_;
  std::vector<EarlyCancel> early_cancels_;
};

}  // namespace

std::vector<ActivityLife> ReadAttempts(const Evidence& evidence) {
  return AttemptReader(evidence).Read();
}

}  // namespace groundhog::properties
