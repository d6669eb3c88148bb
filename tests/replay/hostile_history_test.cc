// What the reader makes of files that are wrong, by accident or on purpose.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "replay/history_json.h"
#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::replay {
namespace {

using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

absl::Status StatusOf(const std::string& text) { return ReadHistory(text, "h.json").status(); }
std::string ProblemOf(const std::string& text) {
  const absl::Status status = StatusOf(text);
  CHECK(absl::IsInvalidArgument(status));
  return std::string(status.message());
}

// What is wrong with an ActivityTaskScheduled event whose attributes are these.
std::string ProblemOfAttributes(const std::string& attributes) {
  return ProblemOf(R"({"events":[{"eventId":"1","eventType":"ActivityTaskScheduled",
      "activityTaskScheduledEventAttributes":)" +
                   attributes + "}]}");
}
std::string ProblemOfEvent(const std::string& event) {
  return ProblemOf("{\"events\":[" + event + "]}");
}

std::string RecordedText() {
  std::ifstream file("tests/conformance/recorded/money_transfer/mt_refund_fails.json");
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE(text.str().size() > 1000);
  return text.str();
}

const std::string kFired = R"("eventType":"TimerFired","timerFiredEventAttributes":{})";

TEST_CASE("a text without a history says what is expected") {
  for (const char* text :
       {"[]", "{}", "3", "null", "\"events\"", R"({"events":{}})", R"({"events":null})",
        R"({"history":[]})", R"({"history":{"events":3}})"}) {
    INFO(text);
    CHECK(ProblemOf(text) ==
          "h.json: no history in it; expected {\"events\": [...]} or {\"history\": {\"events\": "
          "[...]}}");
  }
}

TEST_CASE("one page of a history is not taken for the whole") {
  CHECK_THAT(ProblemOf(R"({"history":{"events":[]},"nextPageToken":"abc"})"),
             ContainsSubstring("one page"));
}

TEST_CASE("event ids must be 1, 2, 3, …") {
  const auto event = [](const std::string& id) {
    return "{\"eventId\":" + id + "," + kFired + "}";
  };
  const auto problem = [&](const std::string& events) {
    return ProblemOf("{\"events\":[" + events + "]}");
  };
  CHECK_THAT(problem(event("\"2\"")),
             ContainsSubstring("h.json: event 1: eventId: expected 1, got 2"));
  CHECK_THAT(problem(event("1") + "," + event("1")),
             ContainsSubstring("event 2: eventId: expected 2, got 1"));
  CHECK_THAT(problem(event("1") + "," + event("3")),
             ContainsSubstring("event 2: eventId: expected 2, got 3"));
  CHECK_THAT(problem("{" + kFired + "}"), ContainsSubstring("event 1: eventId: expected 1, got 0"));
  CHECK_THAT(problem(event("-1")), ContainsSubstring("got -1"));
  CHECK_THAT(problem(event("1.0")), ContainsSubstring("expected a whole number"));
  CHECK_THAT(problem(event("\"one\"")), ContainsSubstring("got \"one\""));
  CHECK_THAT(problem(event("9223372036854775808")), ContainsSubstring("expected a whole number"));
  CHECK_THAT(problem(event("{}")), ContainsSubstring("got an object"));
}

TEST_CASE("an event that is no object is refused") {
  CHECK_THAT(ProblemOfEvent("3"), ContainsSubstring("event 1: expected an object, got 3"));
  CHECK_THAT(ProblemOfEvent("null"), ContainsSubstring("event 1: expected an object, got null"));
}

TEST_CASE("an event type that is not known yet is told from a bad one") {
  const auto status = [](const std::string& type) {
    return StatusOf(R"({"events":[{"eventId":1,)" + kFired + R"(},{"eventId":2,"eventType":)" +
                    type + "}]}");
  };
  CHECK(status("\"EVENT_TYPE_MARKER_FROM_MARS\"") ==
        absl::UnimplementedError("h.json: event 2: eventType: an event of type "
                                 "\"EVENT_TYPE_MARKER_FROM_MARS\" is not known yet"));
  CHECK(absl::IsUnimplemented(status("\"MarkerFromMars\"")));
  CHECK(status("4711") ==
        absl::UnimplementedError(
            "h.json: event 2: eventType: an event of type number 4711 is not known yet"));
  CHECK(absl::IsInvalidArgument(status("-1")));
  CHECK(absl::IsInvalidArgument(status("1.5")));
  CHECK(absl::IsInvalidArgument(status("{}")));
  CHECK(absl::IsInvalidArgument(status("null")));
  CHECK_THAT(ProblemOfEvent(R"({"eventId":1})"), ContainsSubstring("eventType: is missing"));
}

TEST_CASE("an event has the attributes of its type, once, and no others") {
  CHECK_THAT(ProblemOfEvent(R"({"eventId":1,"eventType":"TimerFired"})"),
             ContainsSubstring(
                 "event 1: an event of type TimerFired must have timerFiredEventAttributes"));
  CHECK_THAT(
      ProblemOfEvent(R"({"eventId":1,"eventType":"TimerFired","timerFiredEventAttributes":null})"),
      ContainsSubstring("must have timerFiredEventAttributes"));
  CHECK_THAT(
      ProblemOfEvent(R"({"eventId":1,"eventType":"TimerFired","timerStartedEventAttributes":{}})"),
      ContainsSubstring("has \"timerStartedEventAttributes\"; an event of this type has "
                        "timerFiredEventAttributes"));
  CHECK_THAT(ProblemOfEvent(R"({"eventId":1,)" + kFired + R"(,"timerStartedEventAttributes":{}})"),
             ContainsSubstring("has \"timerStartedEventAttributes\""));
  CHECK_THAT(
      ProblemOfEvent(R"({"eventId":1,)" + kFired + R"(,"marker_recorded_event_attributes":{}})"),
      ContainsSubstring("has \"marker_recorded_event_attributes\""));
  CHECK_THAT(ProblemOfEvent(R"({"eventId":1,)" + kFired + R"(,"timerFiredEventAttributes":{}})"),
             ContainsSubstring("\"timerFiredEventAttributes\" twice"));
  CHECK_THAT(
      ProblemOfEvent(R"({"eventId":1,)" + kFired + R"(,"timer_fired_event_attributes":{}})"),
      ContainsSubstring("event 1: timerFiredEventAttributes: is given twice, in two spellings"));
  CHECK_THAT(
      ProblemOfEvent(R"({"eventId":1,"eventType":"TimerFired","timerFiredEventAttributes":[]})"),
      ContainsSubstring("event 1: timerFiredEventAttributes: expected an object, got a list"));
}

TEST_CASE("a value of the wrong type or range is refused with its path and what would be right") {
  const std::string at = "h.json: event 1: activityTaskScheduledEventAttributes.";
  CHECK(ProblemOfAttributes(R"({"activityId":5})") == at + "activityId: expected a string, got 5");
  CHECK(ProblemOfAttributes(R"({"activityType":"deposit"})") ==
        at + "activityType: expected an object, got \"deposit\"");
  CHECK(ProblemOfAttributes(R"({"activityType":{"name":[]}})") ==
        at + "activityType.name: expected a string, got a list");
  CHECK(ProblemOfAttributes(R"({"retryPolicy":{"maximumAttempts":2147483648}})") ==
        at + "retryPolicy.maximumAttempts: expected a whole number from -2147483648 to 2147483647, "
             "as number or as string, "
             "got 2147483648");
  CHECK_THAT(ProblemOfAttributes(R"({"retryPolicy":{"maximumAttempts":"3x"}})"),
             ContainsSubstring("got \"3x\""));
  CHECK_THAT(ProblemOfAttributes(R"({"retryPolicy":{"backoffCoefficient":"NaN"}})"),
             ContainsSubstring("backoffCoefficient: expected a finite number, got \"NaN\""));
  CHECK_THAT(ProblemOfAttributes(R"({"retryPolicy":{"backoffCoefficient":"Infinity"}})"),
             ContainsSubstring("finite"));
  CHECK_THAT(ProblemOfAttributes(R"({"retryPolicy":{"nonRetryableErrorTypes":["a",null]}})"),
             ContainsSubstring("nonRetryableErrorTypes[1]: expected a string, got null"));
  CHECK_THAT(ProblemOfAttributes(R"({"retryPolicy":{"nonRetryableErrorTypes":"a"}})"),
             ContainsSubstring("a list of strings"));
  CHECK_THAT(ProblemOfAttributes(R"({"workflowTaskCompletedEventId":"9223372036854775808"})"),
             ContainsSubstring("workflowTaskCompletedEventId: expected a whole number"));
  CHECK_THAT(ProblemOfAttributes(R"({"startToCloseTimeout":"2 minutes, 30 seconds"})"),
             ContainsSubstring("startToCloseTimeout: expected a duration in seconds like \"5s\" or "
                               "\"1.500s\", up to 292 years, "
                               "got \"2 minutes, 30 seconds\""));
  CHECK_THAT(ProblemOfAttributes(R"({"startToCloseTimeout":"9999999999999s"})"),
             ContainsSubstring("up to 292 years"));
  CHECK_THAT(ProblemOfAttributes(R"({"startToCloseTimeout":5})"),
             ContainsSubstring("expected a duration"));
  CHECK_THAT(ProblemOfAttributes(R"({"taskQueue":{"kind":"TASK_QUEUE_KIND_ODD"}})"),
             ContainsSubstring(
                 "taskQueue.kind: expected a name like TASK_QUEUE_KIND_NORMAL or a number below 3, "
                 "got \"TASK_QUEUE_KIND_ODD\""));
  for (const char* kind :
       {"\"NORMAL\"", "\"normal\"", "3", "-1", "1.0", "{}", "18446744073709551615"}) {
    CHECK_THAT(ProblemOfAttributes(R"({"taskQueue":{"kind":)" + std::string(kind) + "}}"),
               ContainsSubstring("taskQueue.kind"));
  }
}

TEST_CASE("bad payloads are refused with their place") {
  CHECK_THAT(ProblemOfAttributes(R"({"input":[1,2]})"),
             ContainsSubstring("input: expected an object {\"payloads\": [...]}"));
  CHECK_THAT(ProblemOfAttributes(R"({"input":{"payloads":{}}})"),
             ContainsSubstring("input.payloads: expected a list"));
  CHECK_THAT(ProblemOfAttributes(R"({"input":{"payloads":[{},3]}})"),
             ContainsSubstring("input.payloads[1]: expected an object"));
  CHECK_THAT(
      ProblemOfAttributes(R"({"input":{"payloads":[{"data":"not base64!"}]}})"),
      ContainsSubstring(
          "input.payloads[0].data: expected bytes in base64 (a string), got \"not base64!\""));
  CHECK_THAT(ProblemOfAttributes(R"({"input":{"payloads":[{"data":{"amount":1}}]}})"),
             ContainsSubstring("input.payloads[0].data: expected bytes in base64"));
  CHECK_THAT(
      ProblemOfAttributes(R"({"input":{"payloads":[{"metadata":{"encoding":"json/plain!"}}]}})"),
      ContainsSubstring("input.payloads[0].metadata.encoding: expected bytes in base64"));
  CHECK_THAT(ProblemOfAttributes(R"({"header":{"fields":[]}})"),
             ContainsSubstring("header.fields: expected an object of names"));
  CHECK_THAT(ProblemOfAttributes(R"({"header":{"fields":{"a\n\"b":3}}})"),
             ContainsSubstring("header.fields.\"a\\x0a\\x22b\": expected an object, got 3"));
}

TEST_CASE("bad times are refused") {
  for (const char* time : {"\"yesterday\"", "\"0001-01-01T00:00:00Z\"", "\"2300-01-01T00:00:00Z\"",
                           "1700000000", "{}"}) {
    CHECK_THAT(
        ProblemOfEvent(R"({"eventId":1,"eventTime":)" + std::string(time) + "," + kFired + "}"),
        ContainsSubstring("event 1: eventTime: expected a time like"));
  }
}

TEST_CASE("a failure with two infos is refused") {
  CHECK_THAT(
      ProblemOfEvent(
          R"({"eventId":1,"eventType":"ActivityTaskFailed","activityTaskFailedEventAttributes":{"failure":
                 {"serverFailureInfo":{},"canceledFailureInfo":{}}}})"),
      ContainsSubstring("failure.serverFailureInfo: a failure has only one info"));
}

std::string FailureChain(int causes) {
  std::string failure = R"({"message":"bottom"})";
  for (int i = 0; i < causes; ++i) failure = R"({"message":"m","cause":)" + failure + "}";
  return R"({"events":[{"eventId":1,"eventType":"ActivityTaskFailed","activityTaskFailedEventAttributes":{"failure":)" +
         failure + "}}]}";
}

TEST_CASE("a failure may have 100 causes, one inside the other, and no more") {
  CHECK(StatusOf(FailureChain(100)).ok());
  CHECK_THAT(ProblemOf(FailureChain(101)), ContainsSubstring("a failure has at most 100 causes"));
  CHECK(absl::IsResourceExhausted(StatusOf(FailureChain(1'000))));
}

TEST_CASE("deep nesting is an error wherever it stands") {
  const std::string deep(1'000'000, '[');
  CHECK(absl::IsResourceExhausted(StatusOf(deep)));
  CHECK(absl::IsResourceExhausted(StatusOf(R"({"events":[{"eventId":1,"unknown":)" + deep)));
}

TEST_CASE("a huge object of unknown keys is read in time proportional to its size") {
  std::string text = R"({"events":[{"eventId":1,)" + kFired;
  for (int i = 0; i < 100'000; ++i) text += ",\"k" + std::to_string(i) + "\":0";
  text +=
      R"(},{"eventId":2,"eventType":"WorkflowExecutionSignaled","workflowExecutionSignaledEventAttributes":{"header":{"fields":{)";
  for (int i = 0; i < 100'000; ++i) text += "\"k" + std::to_string(i) + "\":{\"u\":0},";
  text += R"("last":{}}}}}]})";
  const auto history = ReadHistory(text, "h.json");
  REQUIRE(history.ok());
  CHECK(Json::parse(*history->front().unknown_fields).size() == 100'000);
}

TEST_CASE("a file that is missing, a folder, or too large is refused by name") {
  const absl::Status missing = ReadHistoryFile("/nowhere/h.json").status();
  CHECK(absl::IsNotFound(missing));
  CHECK_THAT(std::string(missing.message()), ContainsSubstring("/nowhere/h.json"));
  CHECK_THAT(std::string(ReadHistoryFile("/").status().message()),
             ContainsSubstring("is a directory"));
  const absl::Status endless = ReadHistoryFile("/dev/zero").status();
  CHECK(absl::IsResourceExhausted(endless));
  CHECK_THAT(std::string(endless.message()), ContainsSubstring("larger than 256 MiB"));
}

TEST_CASE("a text cut off anywhere is an error with file and line") {
  const std::string text = RecordedText();
  const std::size_t end = text.find_last_of('}');
  for (std::size_t size = 0; size <= end; size += 97) {
    const absl::Status status = StatusOf(text.substr(0, size));
    CHECK(absl::IsInvalidArgument(status));
    CHECK(std::string(status.message()).rfind("h.json:", 0) == 0);
  }
  CHECK_FALSE(StatusOf(text.substr(0, end)).ok());
}

// The reader's answer to anything: a history that can be written and read again, or a message that
// names the file.
void CheckAnswer(const std::string& text) {
  const auto history = ReadHistory(text, "h.json");
  if (history.ok()) {
    const auto again = ReadHistory(WriteHistory(*history), "again");
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == *history);
  } else {
    const std::string message(history.status().message());
    RC_ASSERT(message.rfind("h.json:", 0) == 0);
    RC_ASSERT(
        std::all_of(message.begin(), message.end(), [](char c) { return c != '\n' && c != '\0'; }));
  }
}

TEST_CASE("a damaged history never crashes the reader", "[property]") {
  const std::string text = RecordedText();
  rc::prop("bytes changed, removed or repeated", [&text] {
    std::string damaged = text;
    for (int n = *rc::gen::inRange(1, 4); n > 0; --n) {
      const auto at = *rc::gen::inRange<std::size_t>(0, damaged.size());
      const auto length = std::min(*rc::gen::inRange<std::size_t>(0, 200), damaged.size() - at);
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          damaged[at] = *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                        rc::gen::element('"', '{', '}', '[', ']', ',', '0', '-'));
          break;
        case 1:
          damaged.erase(at, length);
          break;
        default:
          damaged.insert(at, damaged.substr(at, length));
      }
    }
    CheckAnswer(damaged);
  });

  const Json tree = Json::parse(text);
  rc::prop("values replaced by other values", [&tree] {
    Json damaged = tree;
    for (int n = *rc::gen::inRange(1, 4); n > 0; --n) {
      Json* node = &damaged["events"];
      for (int depth = *rc::gen::inRange(1, 8);
           depth > 0 && node->is_structured() && !node->empty(); --depth) {
        auto child = node->begin();
        std::advance(
            child, *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(node->size())));
        node = &*child;
      }
      *node = *rc::gen::element<Json>(
          nullptr, true, -1, 0, 7, "7", "", "x", 1.5, 1e300, Json::array(), Json::object(),
          "EVENT_TYPE_TIMER_FIRED", "5s", "2026-11-23T00:00:00Z",
          "YQ==", Json::parse(R"({"name":"x","unknown":[1]})"), Json::parse(R"([{"payloads":[]}])"),
          Json::parse(R"({"payloads":[{"data":"YQ==","new":1}]})"));
    }
    CheckAnswer(damaged.dump());
  });
}

}  // namespace
}  // namespace groundhog::replay
