#include "reports/history_text.h"

#include <algorithm>

#include "tests/catch.h"

namespace groundhog::reports {
namespace {

using namespace history;  // NOLINT(google-build-using-namespace)
using Catch::Matchers::ContainsSubstring;
using std::chrono::seconds;

template <class T>
std::string Essence(T attributes) {
  return EssenceOf(MakeEvent(1, Timestamp{}, std::move(attributes)));
}

TEST_CASE("an event's line says what a reader needs") {
  const Payloads value = {Payload(kEncodingJson, "{\"a\":1}")};
  CHECK(Essence(TimerStarted{.timer_id = "1", .start_to_fire_timeout = seconds(90)}) ==
        "id 1; fires after 1 min 30 s");
  CHECK(Essence(WorkflowExecutionSignaled{.signal_name = "decide", .input = value}) ==
        "decide({\"a\":1})");
  CHECK(Essence(ActivityTaskCompleted{.result = value, .scheduled_event_id = 5}) ==
        "scheduled by 5; result {\"a\":1}");
  CHECK(Essence(WorkflowTaskTimedOut{.scheduled_event_id = 2,
                                     .timeout_type = TimeoutType::kStartToClose}) ==
        "START_TO_CLOSE; scheduled by 2");
  CHECK(Essence(WorkflowTaskScheduled{.attempt = 3}) == "attempt 3");
  CHECK(Essence(WorkflowExecutionTerminated{.reason = "enough", .identity = "cli"}) ==
        "reason enough; by cli");
}

TEST_CASE("a started attempt shows the failure of the one before") {
  CHECK(
      Essence(ActivityTaskStarted{.scheduled_event_id = 5,
                                  .attempt = 2,
                                  .last_failure = MakeShared<Failure>(Failure{.message = "no"})}) ==
      "scheduled by 5; attempt 2; last failure: no");
}

TEST_CASE("payloads that are no JSON are only counted, and control characters never pass") {
  CHECK(Essence(WorkflowExecutionCompleted{.result = {Payload(kEncodingBytes, "\x01\x02")}}) ==
        "result 2 bytes of binary/plain");
  CHECK(Essence(WorkflowExecutionCompleted{.result = {Payload(kEncodingJson, "\"\x1b[2J\"")}}) ==
        "result \"\\x1b[2J\"");
}

TEST_CASE("times count from the given start, and long lines go on below themselves") {
  const EventHistory history = {
      MakeEvent(1, Timestamp{seconds(10)}, WorkflowExecutionStarted{.workflow_type = "W"}),
      MakeEvent(2, Timestamp{seconds(12)},
                WorkflowExecutionTerminated{.reason = std::string(80, 'x')})};
  const std::string text = HistoryText(history, Timestamp{seconds(10)}, {.width = 80});
  CHECK_THAT(text, ContainsSubstring("   1   0.000 s  WorkflowExecutionStarted          W()\n"));
  CHECK_THAT(text,
             ContainsSubstring("   2   2.000 s  WorkflowExecutionTerminated       reason xxx"));
  CHECK(std::count(text.begin(), text.end(), '\n') > 3);
}

}  // namespace
}  // namespace groundhog::reports
