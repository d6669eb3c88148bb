#include "runtime/history/retry.h"

#include <chrono>

#include "tests/catch.h"
#include "tests/properties/recording.h"
#include "tests/rapidcheck.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;

const FailurePtr kBankError = ApplicationFailure("BankError");

// withdraw fails twice and then succeeds; a failed attempt takes 100 ms.
struct ThreeAttempts : Recording {
  explicit ThreeAttempts(sim::Duration second_wait = 2s) {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
    withdraw = Schedule("withdraw");
    Start(withdraw);
    Wait(100ms);
    FailAndRetry(withdraw, kBankError, 1s);
    Wait(1s);
    Start(withdraw);
    Wait(100ms);
    FailAndRetry(withdraw, kBankError, second_wait);
    Wait(second_wait);
    Start(withdraw);
    Complete(withdraw);
    CompleteTask();
    CompleteRun();
  }
  EventId withdraw = 0;
};

// An open run with one activity, scheduled and not started.
struct OneActivity : Recording {
  explicit OneActivity(history::ActivityTaskScheduled options) {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
    options.activity_type = "withdraw";
    if (options.retry_policy == history::RetryPolicy{}) {
      options.retry_policy.maximum_attempts = 3;  // the rest is the defaults: 1 s, 2 s, …
    }
    activity = Schedule(std::move(options));
  }
  EventId activity = 0;
};

std::string Retry(Recording& recording, std::string_view text) {
  return Only(Judge(&CheckRetry, recording.Finish()), text);
}
bool Holds(Recording& recording) {
  const Violations found = Judge(&CheckRetry, recording.Finish());
  for (const Violation& violation : found) UNSCOPED_INFO(violation.message);
  return found.empty();
}

TEST_CASE("retries as the policy says hold") {
  ThreeAttempts recording;
  CHECK(Holds(recording));
}

TEST_CASE("a back-off that is a nanosecond off is found") {
  for (const std::int64_t shift : {-1, 1}) {
    ThreeAttempts recording;
    recording.Fact("ActivityAttemptDue", 3).value += shift;
    if (shift > 0) recording.Fact("ActivityAttemptStarted", 3).time += sim::Duration(shift);
    const Violations found = Judge(&CheckRetry, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.front().message ==
          std::string("pay-invoice-701: activity withdraw (event 5), attempt 3: the back-off after "
                      "attempt 2 is ") +
              (shift > 0 ? "2.000000001 s" : "1.999999999 s") +
              "; expected 2 s by the policy (initial 1 s, coefficient 2, at most 2 s)");
    CHECK(found.front().workflow_id == "pay-invoice-701");
    CHECK(found.front().event_id == 5);
  }
}

TEST_CASE("a back-off that ignores the maximum interval is found") {
  ThreeAttempts recording(4s);
  recording.event(5).attributes = [&] {
    auto options = *history::As<history::ActivityTaskScheduled>(recording.event(5));
    options.retry_policy.initial_interval = 2s;
    options.retry_policy.maximum_interval = 3s;
    return history::MakeShared<history::ActivityTaskScheduled>(options);
  }();
  const Violations found = Judge(&CheckRetry, recording.Finish());
  REQUIRE(found.size() == 2);
  CHECK(found[0].message.find("after attempt 1 is 1 s; expected 2 s") != std::string::npos);
  CHECK(found[1].message.find("after attempt 2 is 4 s; expected 3 s") != std::string::npos);
}

TEST_CASE("an attempt that starts before its back-off is over is found") {
  ThreeAttempts recording;
  recording.Fact("ActivityAttemptStarted", 2).time -= 1ns;
  CHECK(Retry(recording,
              "attempt 2: started at 1.099999999 s, before its back-off was over at 1.1 s") ==
        "found");
}

TEST_CASE("an activity that is completed by its id need not wait for its back-off") {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Start(recording.activity);
  recording.FailAndRetry(recording.activity, kBankError, 1s);
  recording.Wait(10ms);
  recording.Start(recording.activity);
  SECTION("if it is, in the same moment") {
    recording.Complete(recording.activity);
    CHECK(Holds(recording));
  }
  SECTION("a worker does have to") {
    recording.Wait(1ms);
    recording.Complete(recording.activity);
    CHECK(Retry(recording, "before its back-off was over") == "found");
  }
}

TEST_CASE("a first attempt with a back-off is found") {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Fact("ActivityAttemptDue", 1).value += 1;
  CHECK(Retry(recording, "the first attempt has no back-off") == "found");
}

TEST_CASE("the delay that a failure asks for takes the place of the policy's") {
  for (const auto wait : {7s, 1s}) {
    OneActivity recording({.start_to_close_timeout = 5s});
    recording.Start(recording.activity);
    recording.FailAndRetry(recording.activity, ApplicationFailure("Busy", false, 7s), wait);
    if (wait == 7s) {
      CHECK(Holds(recording));
    } else {
      CHECK(Retry(recording, "is 1 s; expected 7 s by the delay that the failure asked for") ==
            "found");
    }
  }
}

// A run whose history tells of an activity that ended, of which the trace says nothing.
struct UnseenActivity : Recording {
  UnseenActivity() {
    StartRun("pay-invoice-701", "Transfer");
    CompleteTask();
    const EventId scheduled = Append(history::ActivityTaskScheduled{.activity_type = "withdraw"});
    const EventId started =
        Append(history::ActivityTaskStarted{.scheduled_event_id = scheduled, .attempt = 1});
    Append(history::ActivityTaskCompleted{.scheduled_event_id = scheduled,
                                          .started_event_id = started});
  }
};

TEST_CASE("an end without an attempt is found, unless a reset has copied it") {
  UnseenActivity recording;
  SECTION("found") {
    CHECK(Retry(recording, "the history says that it ended, but nobody saw an attempt of it") ==
          "found");
  }
  SECTION("copied") {
    const EventId scheduled = recording.Append(history::WorkflowTaskScheduled{});
    const EventId started =
        recording.Append(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
    recording.Append(
        history::WorkflowTaskFailed{.scheduled_event_id = scheduled,
                                    .started_event_id = started,
                                    .cause = history::WorkflowTaskFailedCause::kResetWorkflow,
                                    .base_run_id = "the run before"});
    CHECK(Holds(recording));
  }
}

TEST_CASE("a lost attempt is found") {
  ThreeAttempts recording;
  recording.Drop("ActivityAttemptScheduled", 2);
  recording.Drop("ActivityAttemptDue", 2);
  CHECK(Retry(recording, "attempt 2: was scheduled 0 times; expected once") == "found");
}

TEST_CASE("an attempt that is counted twice is found") {
  ThreeAttempts recording;
  SECTION("number 2 is left out") {
    for (sim::TraceRecord& record : recording.records) {
      if (record.label.number() == 2 && record.label.subject().text() == "withdraw") {
        record.label = recording.LabelOf(record.label.kind().text(), "withdraw", 4);
      }
    }
    const Violations found = Judge(&CheckRetry, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.front().message.find("after attempt 1 comes attempt 4") != std::string::npos);
  }
  SECTION("it is handed out twice") {
    recording.records.push_back(recording.Fact("ActivityAttemptStarted", 2));
    CHECK(Retry(recording, "attempt 2: was started 2 times: two workers have the same attempt") ==
          "found");
  }
  SECTION("it fails twice") {
    recording.records.push_back(recording.Fact("ActivityAttemptFailed", 2));
    CHECK(Retry(recording, "attempt 2: ended 2 times") == "found");
  }
  SECTION("the activity goes on after its end") {
    recording.Say("ActivityAttemptScheduled", "withdraw", 4, recording.withdraw);
    const Violations found = Judge(&CheckRetry, recording.Finish());
    REQUIRE(!found.empty());
    CHECK(found.back().message.find("happened although the activity had closed in attempt 3") !=
          std::string::npos);
  }
  SECTION("it closes twice") {
    recording.records.push_back(recording.Fact("ActivityClosed", 3));
    CHECK(Retry(recording, "the activity closed 2 times") == "found");
  }
}

TEST_CASE("an attempt that begins while the one before is under way is found") {
  ThreeAttempts recording;
  recording.Drop("ActivityAttemptFailed", 1);
  CHECK(Retry(recording,
              "attempt 2: was scheduled, although attempt 1 had neither failed nor timed out") ==
        "found");
}

TEST_CASE("a failed attempt of which nothing comes is found") {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Start(recording.activity);
  recording.FailAndRetry(recording.activity, kBankError, 1s);
  recording.Drop("ActivityAttemptScheduled", 2);
  recording.Drop("ActivityAttemptDue", 2);
  CHECK(Retry(recording, "was neither retried nor did it close the activity") == "found");
}

TEST_CASE("more attempts than the policy allows are found") {
  OneActivity recording({.start_to_close_timeout = 5s});
  for (const auto wait : {1s, 2s, 4s}) {
    recording.Start(recording.activity);
    recording.FailAndRetry(recording.activity, kBankError, wait);
    recording.Wait(wait);
  }
  CHECK(Retry(recording, "there is an attempt 4, but the policy allows 3 attempts") == "found");
}

TEST_CASE("a retry after a failure that must not be retried is found") {
  OneActivity recording(
      {.start_to_close_timeout = 5s,
       .retry_policy = {.maximum_attempts = 3,
                        .non_retryable_error_types = {"Fatal", "TemporalTimeout:StartToClose"}}});
  recording.Start(recording.activity);
  SECTION("it says so itself") {
    recording.FailAndRetry(recording.activity, ApplicationFailure("Other", true), 1s);
    CHECK(Retry(recording,
                "attempt 2: was scheduled although attempt 1 failed with a "
                "non-retryable error: that must not be retried") == "found");
  }
  SECTION("the policy lists its type") {
    recording.FailAndRetry(recording.activity, ApplicationFailure("Fatal"), 1s);
    CHECK(Retry(recording, "failed with a non-retryable error") == "found");
  }
  SECTION("the policy lists the timeout") {
    recording.Wait(5s);
    recording.TimeOutAndRetry(recording.activity, TimeoutType::kStartToClose, recording.now(), 1s);
    CHECK(Retry(recording, "attempt 1 ran into its start-to-close timeout") == "found");
  }
  SECTION("a type that only looks alike is retried") {
    recording.FailAndRetry(recording.activity, ApplicationFailure("fatal"), 1s);
    CHECK(Holds(recording));
  }
}

TEST_CASE("a last failure in the history that must not be retried is found") {
  ThreeAttempts recording;
  const EventId started_id = recording.withdraw + 1;
  auto started = *history::As<history::ActivityTaskStarted>(recording.event(started_id));
  SECTION("non-retryable") {
    started.last_failure = ApplicationFailure("Fatal");
    recording.event(started_id).attributes =
        history::MakeShared<history::ActivityTaskStarted>(started);
    CHECK(Retry(recording, "which must not be retried") == "found");
  }
  SECTION("forgotten") {
    started.last_failure = {};
    recording.event(started_id).attributes =
        history::MakeShared<history::ActivityTaskStarted>(started);
    CHECK(Retry(recording, "lacks the failure of the attempt before") == "found");
  }
  SECTION("wrong attempt") {
    started.attempt = 2;
    recording.event(started_id).attributes =
        history::MakeShared<history::ActivityTaskStarted>(started);
    CHECK(Retry(recording, "the event says attempt 2, but the last attempt was 3") == "found");
  }
  SECTION("wrong time") {
    recording.event(started_id).event_time += 1ns;
    CHECK(Retry(recording, "the event says that it started at 3.200000001 s") == "found");
  }
}

TEST_CASE("a retry after a requested cancel is found") {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Start(recording.activity);
  recording.RequestCancel(recording.activity);
  SECTION("retried") {
    recording.FailAndRetry(recording.activity, kBankError, 1s);
    CHECK(Retry(recording, "cancellation had been requested") == "found");
  }
  SECTION("given up, as it must be") {
    recording.FailAndClose(recording.activity, kBankError, RetryState::kCancelRequested);
    CHECK(Holds(recording));
  }
  SECTION("given up, and the request stands before the attempts, as a reset copies it") {
    recording.FailAndClose(recording.activity, kBankError, RetryState::kCancelRequested);
    const auto says = [](std::string_view what) {
      return [what](const sim::TraceRecord& record) {
        return record.label.kind().text() == what || record.label.subject().text() == what;
      };
    };
    auto& records = recording.records;
    const auto first =
        std::find_if(records.begin(), records.end(), says("ActivityAttemptScheduled"));
    const auto request =
        std::find_if(records.begin(), records.end(), says("ActivityTaskCancelRequested"));
    REQUIRE(first < request);
    REQUIRE(request != records.end());
    std::rotate(first, request, request + 1);
    CHECK(Holds(recording));
  }
}

TEST_CASE("the retry state of the end must be what the policy says") {
  OneActivity recording(
      {.schedule_to_close_timeout = 10s,
       .start_to_close_timeout = 10s,
       .retry_policy = {.maximum_attempts = 2, .non_retryable_error_types = {"Fatal"}}});
  recording.Start(recording.activity);
  const auto retry_once = [&] {
    recording.FailAndRetry(recording.activity, kBankError, 1s);
    recording.Wait(1s);
    recording.Start(recording.activity);
  };
  SECTION("used up") {
    retry_once();
    recording.FailAndClose(recording.activity, kBankError, RetryState::kMaximumAttemptsReached);
    CHECK(Holds(recording));
  }
  SECTION("given up too early") {
    recording.FailAndClose(recording.activity, kBankError, RetryState::kMaximumAttemptsReached);
    CHECK(Retry(recording,
                "given up with retry state MAXIMUM_ATTEMPTS_REACHED, but its policy "
                "(initial 1 s, coefficient 2, at most 100 s) has another attempt after 1 s") ==
          "found");
  }
  SECTION("no time left") {
    recording.Wait(9s + 1ns);
    recording.FailAndClose(recording.activity, kBankError, RetryState::kTimeout);
    CHECK(Holds(recording));
  }
  SECTION("just enough time left") {
    recording.Wait(9s);
    recording.FailAndClose(recording.activity, kBankError, RetryState::kTimeout);
    CHECK(Retry(recording, "has another attempt after 1 s") == "found");
  }
  SECTION("no time left, and retried all the same") {
    recording.Wait(9s + 1ns);
    recording.FailAndRetry(recording.activity, kBankError, 1s);
    CHECK(Retry(recording, "no time was left before the schedule-to-close deadline") == "found");
  }
  SECTION("another name for it") {
    recording.FailAndClose(recording.activity, ApplicationFailure("Fatal"), RetryState::kTimeout);
    CHECK(Retry(recording, "the retry state is TIMEOUT; expected NON_RETRYABLE_FAILURE") ==
          "found");
  }
}

TEST_CASE("timeouts that fire at their deadlines hold") {
  SECTION("start-to-close, retried and in the end given up") {
    OneActivity recording({.start_to_close_timeout = 5s, .retry_policy = {.maximum_attempts = 2}});
    recording.Start(recording.activity);
    recording.Wait(5s);
    recording.TimeOutAndRetry(recording.activity, TimeoutType::kStartToClose, recording.now(), 1s);
    recording.Wait(1500ms);
    recording.Start(recording.activity);
    recording.Wait(5s);
    recording.TimeOutAndClose(recording.activity, TimeoutType::kStartToClose, recording.now(),
                              RetryState::kMaximumAttemptsReached);
    CHECK(Holds(recording));
  }
  SECTION("schedule-to-start") {
    OneActivity recording({.schedule_to_start_timeout = 3s});
    recording.Wait(3s);
    recording.TimeOutAndClose(recording.activity, TimeoutType::kScheduleToStart, recording.now(),
                              RetryState::kTimeout);
    CHECK(Holds(recording));
  }
  SECTION("schedule-to-close, while it waits for its next attempt") {
    OneActivity recording({.schedule_to_close_timeout = 3s});
    recording.Start(recording.activity);
    recording.FailAndRetry(recording.activity, kBankError, 1s);
    recording.Wait(3s);
    recording.TimeOutAndClose(recording.activity, TimeoutType::kScheduleToClose, recording.now(),
                              RetryState::kTimeout);
    CHECK(Holds(recording));
  }
  SECTION("heartbeat, counted from the last one") {
    OneActivity recording({.start_to_close_timeout = 60s, .heartbeat_timeout = 2s});
    recording.Start(recording.activity);
    recording.Wait(2s);
    recording.Heartbeat(recording.activity);
    recording.Wait(2s);
    recording.TimeOutAndRetry(recording.activity, TimeoutType::kHeartbeat, recording.now(), 1s);
    CHECK(Holds(recording));
  }
}

// A start-to-close timeout of 5 s that is due at 5 s and fires at `fires`.
std::string FiresAt(sim::Duration fires, sim::Duration down_from = 0s,
                    sim::Duration down_for = 0s) {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Start(recording.activity);
  const sim::Time deadline = recording.now() + 5s;
  if (down_for > 0s) {
    recording.Wait(down_from);
    recording.CrashServer(down_for);
  }
  recording.Wait(sim::kEpoch + fires - recording.now());
  recording.TimeOutAndRetry(recording.activity, TimeoutType::kStartToClose, deadline, 1s);
  const Violations found = Judge(&CheckRetry, recording.Finish());
  if (found.empty()) return "holds";
  return found.size() == 1 ? found.front().message : "more than one";
}

TEST_CASE("a timeout that fires too early or too late is found, unless the server was down") {
  using Catch::Matchers::ContainsSubstring;
  CHECK(FiresAt(5s) == "holds");
  CHECK_THAT(FiresAt(5s - 1ns),
             ContainsSubstring("fired at 4.999999999 s, too early: it was due at 5 s"));
  CHECK_THAT(FiresAt(5s + 1ns), ContainsSubstring("fired at 5.000000001 s, too late"));
  // Down over the deadline: it fires when the server is back.
  CHECK(FiresAt(6s, 4s, 2s) == "holds");
  CHECK(FiresAt(6s, 5s, 1s) == "holds");
  CHECK_THAT(FiresAt(6s + 1ns, 4s, 2s), ContainsSubstring("too late"));
  // Down before the deadline, or only after it.
  CHECK_THAT(FiresAt(6s, 1s, 2s), ContainsSubstring("too late"));
  CHECK_THAT(FiresAt(8s, 6s, 2s), ContainsSubstring("too late"));
}

TEST_CASE(
    "trouble with the store excuses a timeout for as long as the server takes to look again") {
  for (const auto late : {100ms, 101ms}) {
    OneActivity recording({.start_to_close_timeout = 5s});
    recording.Start(recording.activity);
    recording.Wait(5s);
    const sim::Time deadline = recording.now();
    recording.Add(sim::TraceKind::kCommitRefused, "server", "",
                  recording.LabelOf("ActivityTimeout", "withdraw", 1));
    recording.Wait(late);
    recording.TimeOutAndRetry(recording.activity, TimeoutType::kStartToClose, deadline, 1s);
    if (late == 100ms) {
      CHECK(Holds(recording));
    } else {
      CHECK(Retry(recording, "too late") == "found");
    }
  }
}

TEST_CASE("a deadline that the server reckoned wrongly is found") {
  OneActivity recording({.start_to_close_timeout = 60s, .heartbeat_timeout = 2s});
  recording.Start(recording.activity);
  recording.Wait(1s);
  recording.Heartbeat(recording.activity);
  recording.Wait(1s);
  recording.TimeOutAndRetry(recording.activity, TimeoutType::kHeartbeat, recording.now(), 1s);
  const Violations found = Judge(&CheckRetry, recording.Finish());
  REQUIRE(found.size() == 2);
  CHECK(found[0].message.find("took 2 s for its heartbeat deadline; by its options it was 3 s") !=
        std::string::npos);
  CHECK(found[1].message.find("too early") != std::string::npos);
}

TEST_CASE("a timeout that never fires is found") {
  SECTION("a result is accepted after start-to-close") {
    OneActivity recording({.start_to_close_timeout = 5s});
    recording.Start(recording.activity);
    recording.Wait(5s + 1ns);
    recording.Complete(recording.activity);
    CHECK(Retry(recording,
                "its start-to-close timeout was due at 5 s, but at 5.000000001 s its end "
                "was accepted") == "found");
  }
  SECTION("a result is accepted at the very deadline: either may come first") {
    OneActivity recording({.start_to_close_timeout = 5s});
    recording.Start(recording.activity);
    recording.Wait(5s);
    recording.Complete(recording.activity);
    CHECK(Holds(recording));
  }
  SECTION("an attempt starts after schedule-to-start") {
    OneActivity recording({.schedule_to_start_timeout = 3s, .start_to_close_timeout = 5s});
    recording.Wait(4s);
    recording.Start(recording.activity);
    CHECK(Retry(recording, "its schedule-to-start timeout was due at 3 s, but at 4 s it started") ==
          "found");
  }
  SECTION("a heartbeat is accepted after too long a silence") {
    OneActivity recording({.start_to_close_timeout = 60s, .heartbeat_timeout = 2s});
    recording.Start(recording.activity);
    recording.Wait(3s);
    recording.Heartbeat(recording.activity);
    CHECK(Retry(recording,
                "its heartbeat timeout was due at 2 s, but at 3 s another heartbeat was "
                "accepted") == "found");
  }
  SECTION("it is pending at the end") {
    OneActivity recording({.schedule_to_close_timeout = 3s, .start_to_close_timeout = 3s});
    recording.Wait(3s + 1ns);
    recording.Add(sim::TraceKind::kStopped, "worker");
    CHECK(Retry(recording,
                "its schedule-to-close timeout was due at 3 s, but at 3.000000001 s it "
                "was still pending") == "found");
  }
  SECTION("another one fires in its place") {
    OneActivity recording({.schedule_to_close_timeout = 5s, .start_to_close_timeout = 3s});
    recording.Start(recording.activity);
    recording.Wait(5s);
    recording.TimeOutAndClose(recording.activity, TimeoutType::kScheduleToClose, recording.now(),
                              RetryState::kTimeout);
    CHECK(Retry(recording,
                "its start-to-close timeout was due at 3 s, but at 5 s another timeout "
                "fired") == "found");
  }
}

TEST_CASE("a timeout that the activity does not have is found") {
  OneActivity recording({.start_to_close_timeout = 5s});
  recording.Start(recording.activity);
  recording.Wait(2s);
  recording.TimeOutAndRetry(recording.activity, TimeoutType::kHeartbeat, recording.now(), 1s);
  CHECK(Retry(recording, "ran into a heartbeat timeout, which it does not have") == "found");
}

TEST_CASE("attempts of an activity that the history does not have are found") {
  ThreeAttempts recording;
  for (sim::TraceRecord& record : recording.records) {
    if (record.label.subject().text() == "withdraw" && record.value == recording.withdraw) {
      record.value = 4;
    }
  }
  const Violations found = Judge(&CheckRetry, recording.Finish());
  REQUIRE(found.size() == 2);
  CHECK(found[0].message.find("the history has no ActivityTaskScheduled there") !=
        std::string::npos);
  CHECK(found[1].message.find("nobody saw an attempt of it") != std::string::npos);
}

TEST_CASE("two activities of one type at once are told apart") {
  Recording recording;
  recording.StartRun("pay-invoice-701", "Transfer");
  recording.CompleteTask();
  const EventId first = recording.Schedule("withdraw");
  const EventId second = recording.Schedule("withdraw");
  recording.Start(second);
  recording.Wait(1s);
  recording.Start(first);
  recording.FailAndRetry(second, kBankError, 1s);
  recording.Complete(first);
  recording.Wait(1s);
  recording.Start(second);
  recording.Complete(second);
  CHECK(Holds(recording));
}

TEST_CASE("facts of a second run of one workflow id belong to the second run") {
  Recording recording;
  for (int i = 0; i < 2; ++i) {
    recording.StartRun("pay-invoice-701", "Transfer");
    recording.CompleteTask();
    const EventId withdraw = recording.Schedule("withdraw");
    recording.Start(withdraw);
    recording.Wait(1s);
    recording.Complete(withdraw);
    recording.CompleteTask();
    recording.CompleteRun();
  }
  CHECK(Holds(recording));
}

TEST_CASE("every schedule of failures that the policy answers holds, and none shifted by 1 ns does",
          "[property]") {
  rc::prop("back-offs", [] {
    const history::RetryPolicy policy = history::WithDefaults(
        {.initial_interval = sim::Duration(*rc::gen::inRange<std::int64_t>(1, 10'000'000'000)),
         .backoff_coefficient = *rc::gen::element(1.0, 1.1, 1.5, 2.0, 3.7)});
    OneActivity recording({.start_to_close_timeout = 5s, .retry_policy = policy});
    const int failures = *rc::gen::inRange(1, 8);
    for (int i = 1; i <= failures; ++i) {
      recording.Wait(sim::Duration(*rc::gen::inRange<std::int64_t>(0, 3'000'000'000)));
      recording.Start(recording.activity);
      recording.Wait(sim::Duration(*rc::gen::inRange<std::int64_t>(0, 5'000'000'000)));
      const history::RetryDecision next =
          NextRetry(policy, {.attempt = i, .now = history::Timestamp{}});
      RC_ASSERT(next.retries());
      recording.FailAndRetry(recording.activity, kBankError, next.interval);
      recording.Wait(next.interval);
    }
    RC_ASSERT(Judge(&CheckRetry, recording.Finish()).empty());
    recording.Fact("ActivityAttemptDue", *rc::gen::inRange(2, failures + 2)).value +=
        *rc::gen::element(-1, 1);
    RC_ASSERT(!Judge(&CheckRetry, recording.Finish()).empty());
  });
}

}  // namespace
}  // namespace groundhog::properties::testing
