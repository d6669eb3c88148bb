// Temporal's JSON of histories, read and written: the envelope, every type of event, both spellings
// of enumerators (SEMANTICS a.1-a.3).
#include "replay/history_json.h"

#include <chrono>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/rapidcheck.h"
#include "tests/replay/arbitrary_history.h"

namespace groundhog::replay {
namespace {

using Json = nlohmann::json;
using history::ActivityFailureInfo;
using history::ActivityTaskCompleted;
using history::ActivityTaskFailed;
using history::ActivityTaskScheduled;
using history::ApplicationFailureInfo;
using history::As;
using history::ChildWorkflowExecutionFailureInfo;
using history::Duration;
using history::EventHistory;
using history::FailurePtr;
using history::FromUnixNanos;
using history::InfoAs;
using history::kEncodingJson;
using history::kEncodingNull;
using history::MakeEvent;
using history::Payload;
using history::PayloadMap;
using history::Payloads;
using history::ResetWorkflowFailureInfo;
using history::RetryState;
using history::TimerFired;
using history::TimerStarted;
using history::Timestamp;
using history::WorkflowExecutionFailed;
using history::WorkflowExecutionSignaled;
using history::WorkflowExecutionStarted;
using history::WorkflowTaskFailed;
using history::WorkflowTaskScheduled;
using history::WorkflowTaskStarted;

EventHistory Read(const std::string& text) {
  auto history = ReadHistory(text, "h.json");
  INFO(history.status());
  REQUIRE(history.ok());
  return *std::move(history);
}

// A history of one event with these attributes.
EventHistory ReadOne(const std::string& type, const std::string& key, const std::string& attributes,
                     const std::string& more = "") {
  return Read(R"({"events":[{"eventId":"1","eventTime":"2026-11-23T00:00:00Z","eventType":")" +
              type + "\",\"" + key + "\":" + attributes + more + "}]}");
}

template <class T>
const T& Only(const EventHistory& history) {
  REQUIRE(history.size() == 1);
  REQUIRE(As<T>(history[0]) != nullptr);
  return *As<T>(history[0]);
}

Json Written(const EventHistory& history) { return Json::parse(WriteHistory(history)); }

// The attributes of the only event, as written.
Json WrittenAttributes(const EventHistory& history, const std::string& key) {
  return Written(history)["events"][0][key];
}

TEST_CASE("any history survives writing and reading", "[property]") {
  rc::prop("the history read is the one written", [] {
    const EventHistory history = ArbitraryHistory();
    const std::string text = WriteHistory(history);
    const auto read = ReadHistory(text, "written");
    if (!read.ok()) RC_FAIL(std::string(read.status().message()) + "\n" + text);
    RC_ASSERT(*read == history);
    RC_ASSERT(WriteHistory(*read) == text);
  });
}

TEST_CASE(
    "an event is written with protobuf names, 64-bit integers as strings, and indented by two") {
  const EventHistory history{
      MakeEvent(1, FromUnixNanos(1'500'000'000),
                TimerStarted{.timer_id = "5",
                             .start_to_fire_timeout = std::chrono::milliseconds(1500),
                             .workflow_task_completed_event_id = 4})};
  CHECK(WriteHistory(history) == R"({
  "events": [
    {
      "eventId": "1",
      "eventTime": "1970-01-01T00:00:01.500Z",
      "eventType": "EVENT_TYPE_TIMER_STARTED",
      "timerStartedEventAttributes": {
        "timerId": "5",
        "startToFireTimeout": "1.500s",
        "workflowTaskCompletedEventId": "4"
      }
    }
  ]
}
)");
}

TEST_CASE("an empty history is written and read") {
  CHECK(WriteHistory({}) == "{\n  \"events\": []\n}\n");
  CHECK(Read(WriteHistory({})).empty());
}

TEST_CASE("the history may stand inside a response, behind what is not read") {
  const std::string event =
      R"({"eventId":"1","eventType":"EVENT_TYPE_TIMER_FIRED","timerFiredEventAttributes":{"timerId":"7"}})";
  const EventHistory plain = Read("{\"events\":[" + event + "]}");
  CHECK(Read("{\"history\":{\"events\":[" + event + R"(]},"nextPageToken":"","archived":false})") ==
        plain);
  CHECK(Only<TimerFired>(plain).timer_id == "7");
  CHECK(plain[0].event_time == Timestamp{});
}

TEST_CASE("an event type is read by protobuf name, shorthand and number") {
  for (const char* type : {"\"EVENT_TYPE_TIMER_FIRED\"", "\"TimerFired\"", "18"}) {
    const EventHistory history =
        Read(R"({"events":[{"eventId":1,"eventType":)" + std::string(type) +
             R"(,"timerFiredEventAttributes":{"startedEventId":"5"}}]})");
    CHECK(Only<TimerFired>(history).started_event_id == 5);
  }
}

TEST_CASE("an enumerator is read by protobuf name, shorthand and number") {
  for (const char* value :
       {"\"RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED\"", "\"MaximumAttemptsReached\"", "4"}) {
    const EventHistory history = ReadOne("ActivityTaskFailed", "activityTaskFailedEventAttributes",
                                         R"({"retryState":)" + std::string(value) + "}");
    CHECK(Only<ActivityTaskFailed>(history).retry_state == RetryState::kMaximumAttemptsReached);
  }
}

TEST_CASE("field names are read as protobuf declares them, too") {
  const EventHistory history = Read(R"({"events":[{"event_id":1,"event_time":"2026-11-23T00:00:00Z",
      "event_type":"EVENT_TYPE_WORKFLOW_TASK_STARTED","task_id":"9",
      "workflow_task_started_event_attributes":{"history_size_bytes":"408","suggest_continue_as_new":true}}]})");
  CHECK(history[0].task_id == 9);
  CHECK(Only<WorkflowTaskStarted>(history).history_size_bytes == 408);
  CHECK(Only<WorkflowTaskStarted>(history).suggest_continue_as_new);
  CHECK(Only<WorkflowTaskStarted>(history).unknown_fields.empty());
}

TEST_CASE("integers are read from numbers and from strings") {
  const EventHistory history =
      ReadOne("WorkflowTaskScheduled", "workflowTaskScheduledEventAttributes", R"({"attempt":"3"})",
              R"(,"version":-24,"taskId":9223372036854775807)");
  CHECK(Only<WorkflowTaskScheduled>(history).attempt == 3);
  CHECK(history[0].version == -24);
  CHECK(history[0].task_id == 9223372036854775807);
  CHECK(Written(history)["events"][0]["version"] == "-24");
}

TEST_CASE("absent, null and default are one") {
  const std::string key = "activityTaskScheduledEventAttributes";
  const EventHistory absent = ReadOne("ActivityTaskScheduled", key, "{}");
  CHECK(
      absent ==
      ReadOne(
          "ActivityTaskScheduled", key,
          R"({"activityId":"","activityType":null,"taskQueue":null,"header":{},"input":{"payloads":[]},
                              "heartbeatTimeout":"0s","retryPolicy":null,"workflowTaskCompletedEventId":"0"})"));
  // What Temporal's server always writes is written even so.
  CHECK(WrittenAttributes(absent, key) ==
        Json::parse(R"({"header":{},"scheduleToCloseTimeout":"0s","scheduleToStartTimeout":"0s",
                        "startToCloseTimeout":"0s","heartbeatTimeout":"0s"})"));
}

TEST_CASE("an absent attempt is the first one") {
  const std::string key = "workflowTaskScheduledEventAttributes";
  CHECK(Only<WorkflowTaskScheduled>(ReadOne("WorkflowTaskScheduled", key, "{}")).attempt == 1);
  CHECK(Only<WorkflowTaskScheduled>(ReadOne("WorkflowTaskScheduled", key, R"({"attempt":0})"))
            .attempt == 1);
}

TEST_CASE("an absent task queue kind is written as absent") {
  const std::string key = "workflowTaskScheduledEventAttributes";
  const EventHistory history =
      ReadOne("WorkflowTaskScheduled", key, R"({"taskQueue":{"name":"q"}})");
  CHECK(WrittenAttributes(history, key)["taskQueue"] == Json::parse(R"({"name":"q"})"));
}

TEST_CASE("an expiration that was never set is none") {
  const EventHistory history =
      ReadOne("WorkflowExecutionStarted", "workflowExecutionStartedEventAttributes",
              R"({"workflowExecutionExpirationTime":"0001-01-01T00:00:00Z"})");
  CHECK_FALSE(Only<WorkflowExecutionStarted>(history).workflow_execution_expiration_time);
}

TEST_CASE("a coefficient is written as Temporal writes it: whole numbers without a point") {
  const auto written = [](double coefficient) {
    const EventHistory history{MakeEvent(
        1, {}, ActivityTaskScheduled{.retry_policy = {.backoff_coefficient = coefficient}})};
    return WrittenAttributes(history, "activityTaskScheduledEventAttributes")["retryPolicy"].dump();
  };
  CHECK(written(2) == R"({"backoffCoefficient":2})");
  CHECK(written(1.1) == R"({"backoffCoefficient":1.1})");
  CHECK(written(0) == "null");
}

TEST_CASE("payloads are base64 of data and of every metadata value") {
  const EventHistory history = ReadOne(
      "ActivityTaskCompleted", "activityTaskCompletedEventAttributes",
      R"({"result":{"payloads":[{"metadata":{"messageType":"VA==","encoding":"anNvbi9wbGFpbg=="},"data":"Mg"},
                                {"metadata":{"encoding":"YmluYXJ5L251bGw="}}, {}]}})");
  const Payloads& result = Only<ActivityTaskCompleted>(history).result;
  REQUIRE(result.size() == 3);
  CHECK(result[0].encoding() == kEncodingJson);
  CHECK(result[0].data() == "2");
  CHECK(result[0].content().metadata ==
        std::vector<std::pair<std::string, std::string>>{{"messageType", "T"}});
  CHECK(result[1] == Payload(kEncodingNull, ""));
  CHECK(result[2] == Payload());
  CHECK(
      WrittenAttributes(history, "activityTaskCompletedEventAttributes")["result"] ==
      Json::parse(
          R"({"payloads":[{"metadata":{"messageType":"VA==","encoding":"anNvbi9wbGFpbg=="},"data":"Mg=="},
                                    {"metadata":{"encoding":"YmluYXJ5L251bGw="}}, {}]})"));
}

TEST_CASE("names in headers are sorted") {
  const EventHistory history =
      ReadOne("WorkflowExecutionSignaled", "workflowExecutionSignaledEventAttributes",
              R"({"header":{"fields":{"b":{"data":"Mg=="},"a":{"data":"MQ=="}}}})");
  const PayloadMap& header = Only<WorkflowExecutionSignaled>(history).header;
  REQUIRE(header.size() == 2);
  CHECK(header[0].first == "a");
  CHECK(header[0].second.data() == "1");
  CHECK(header[1].first == "b");
}

TEST_CASE("a failure is read with its info and its causes") {
  const EventHistory history = ReadOne(
      "WorkflowExecutionFailed", "workflowExecutionFailedEventAttributes",
      R"({"failure":{"message":"Activity task failed","activityFailureInfo":{"activityType":{"name":"deposit"},
          "activityId":"2","retryState":"NonRetryableFailure"},"cause":{"message":"no","source":"s",
          "applicationFailureInfo":{"type":"Broke","nonRetryable":true,"nextRetryDelay":"0.5s"}}}})");
  const FailurePtr& failure = Only<WorkflowExecutionFailed>(history).failure;
  const auto* activity = InfoAs<ActivityFailureInfo>(failure);
  REQUIRE(activity != nullptr);
  CHECK(activity->activity_type == "deposit");
  CHECK(activity->retry_state == RetryState::kNonRetryableFailure);
  const auto* application = InfoAs<ApplicationFailureInfo>(failure->cause);
  REQUIRE(application != nullptr);
  CHECK(application->type == "Broke");
  CHECK(application->non_retryable);
  CHECK(application->next_retry_delay == std::optional<Duration>(std::chrono::milliseconds(500)));
  CHECK(failure->cause->source == "s");
}

TEST_CASE("an empty info still says what kind of failure it is") {
  const std::string key = "workflowTaskFailedEventAttributes";
  const EventHistory history =
      ReadOne("WorkflowTaskFailed", key, R"({"failure":{"resetWorkflowFailureInfo":{}}})");
  CHECK(InfoAs<ResetWorkflowFailureInfo>(Only<WorkflowTaskFailed>(history).failure) != nullptr);
  CHECK(WrittenAttributes(history, key)["failure"] ==
        Json::parse(R"({"resetWorkflowFailureInfo":{}})"));
}

TEST_CASE("the workflow execution of a child's failure is an object of its own") {
  const std::string text =
      R"({"failure":{"childWorkflowExecutionFailureInfo":{"namespace":"default",
      "workflowExecution":{"workflowId":"w","runId":"r"},"workflowType":{"name":"T"},"initiatedEventId":"5"}}})";
  const std::string key = "workflowExecutionFailedEventAttributes";
  const EventHistory history = ReadOne("WorkflowExecutionFailed", key, text);
  const auto* info =
      InfoAs<ChildWorkflowExecutionFailureInfo>(Only<WorkflowExecutionFailed>(history).failure);
  REQUIRE(info != nullptr);
  CHECK(info->workflow_id == "w");
  CHECK(info->run_id == "r");
  CHECK(WrittenAttributes(history, key) == Json::parse(text));
}

// Unknown fields.

TEST_CASE("unknown fields are kept wherever they stand") {
  const std::string text = R"({"events":[{"eventId":"1","eventTime":"2026-11-23T00:00:00Z",
    "eventType":"EVENT_TYPE_ACTIVITY_TASK_SCHEDULED","userMetadata":{"summary":{"data":"IlNsZWVwIg==","n0":1}},"workerMayIgnore":false,
    "activityTaskScheduledEventAttributes":{"useWorkflowBuildId":true,"priority":{},
      "activityType":{"name":"a","n1":1},"taskQueue":{"name":"q","n2":[{}]},
      "header":{"fields":{"k":{"data":"MQ==","n3":null}},"n4":""},
      "input":{"payloads":[{"data":"MQ=="},{"data":"Mg==","externalPayloads":[{"sizeBytes":"5"}]},{}],"n5":0},
      "scheduleToCloseTimeout":"0s","scheduleToStartTimeout":"0s","startToCloseTimeout":"5s","heartbeatTimeout":"0s",
      "retryPolicy":{"maximumAttempts":3,"n6":{"n7":1e20}}}},
    {"eventId":"2","eventTime":"2026-11-23T00:00:00Z","eventType":"EVENT_TYPE_WORKFLOW_TASK_FAILED",
     "workflowTaskFailedEventAttributes":{"failure":{"message":"m","encodedAttributes":{"data":"MQ=="},
        "applicationFailureInfo":{"type":"T","n8":true,"details":{"payloads":[{"n9":1}]}},
        "cause":{"nexusHandlerFailureInfo":{"type":"N"}}},"forkEventVersion":"3","n10":"3"}}]})";
  const EventHistory history = Read(text);
  CHECK(Written(history) == Json::parse(text));
  CHECK(Read(WriteHistory(history)) == history);

  const auto* scheduled = As<ActivityTaskScheduled>(history[0]);
  REQUIRE(scheduled != nullptr);
  CHECK(Json::parse(scheduled->unknown_fields)["retryPolicy"] ==
        Json::parse(R"({"n6":{"n7":1e20}})"));
  REQUIRE(history[0].unknown_fields);
  CHECK(Json::parse(*history[0].unknown_fields).contains("workerMayIgnore"));
  CHECK(Json::parse(*history[0].unknown_fields).contains("userMetadata"));  // of which n0 is left
  const auto* failed = As<WorkflowTaskFailed>(history[1]);
  REQUIRE(failed != nullptr);
  CHECK(Json::parse(failed->unknown_fields) == Json::parse(R"({"n10":"3"})"));
  REQUIRE(failed->failure->encoded_attributes);
  CHECK(failed->failure->encoded_attributes->data() == "1");
}

TEST_CASE("what a struct says wins over its unknown fields") {
  const EventHistory history{MakeEvent(
      1, {}, TimerFired{.timer_id = "1", .unknown_fields = R"({"timerId":"2","other":{"a":1}})"})};
  CHECK(WrittenAttributes(history, "timerFiredEventAttributes") ==
        Json::parse(R"({"timerId":"1","other":{"a":1}})"));
}

TEST_CASE("unknown fields that are no JSON object are refused by the writer") {
  for (const char* bad : {"{", "[]", "nonsense", "null"}) {
    const EventHistory history{MakeEvent(1, {}, TimerFired{.unknown_fields = bad})};
    CHECK_THROWS_AS(WriteHistory(history), std::invalid_argument);
  }
}

TEST_CASE("text that is not UTF-8 is written with replacement characters") {
  const EventHistory history{MakeEvent(1, {}, TimerFired{.timer_id = "a\xff"})};
  CHECK(Only<TimerFired>(Read(WriteHistory(history))).timer_id == "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace groundhog::replay
