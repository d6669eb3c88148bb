// Histories that real servers wrote: those of the money transfer, which lie in the tree, and others
// if they are at hand.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "replay/history_check.h"
#include "replay/history_json.h"
#include "runtime/history/spelling.h"
#include "tests/catch.h"
#include "tests/paths.h"

namespace groundhog::replay {
namespace {

using history::FormatDuration;
using history::FormatTimestamp;
using history::kUnsetTime;
using history::ParseDuration;
using history::ParseTimestamp;
using Json = nlohmann::json;
using Files = std::vector<std::filesystem::path>;

const std::string kRecorded = groundhog::testing::SourceDir() + "/tests/conformance/recorded";
const std::string kOthers[] = {kRecorded, groundhog::testing::SourceDir() + "/../shared/histories"};

bool IsHistory(const std::filesystem::path& path) {
  const std::string name = path.filename();
  return path.extension() == ".json" && name != "index.json" && name != "plays.json";
}

Files HistoriesIn(const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && IsHistory(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What reading and writing may change, taken out of a JSON tree: defaults and the spelling of
// names, numbers and times.

std::string CamelField(const std::string& name) {
  std::string camel;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool word_begins = name[i] == '_' && i + 1 < name.size();
    camel += word_begins ? static_cast<char>(std::toupper(name[++i])) : name[i];
  }
  return camel;
}

template <class E>
bool IsEnumerator(const std::string& text, std::string& shorthand) {
  using Names = history::EnumNames<E>;
  for (const std::string_view name : Names::names) {
    if (text != std::string(Names::prefix) + std::string(name)) continue;
    shorthand.clear();
    bool word_begins = true;
    for (const char c : name) {
      if (c != '_') shorthand += static_cast<char>(word_begins ? c : std::tolower(c));
      word_begins = c == '_';
    }
    return true;
  }
  return false;
}

std::string NormalText(const std::string& text) {
  if (text == kUnsetTime) return "";
  if (const auto duration = ParseDuration(text)) return FormatDuration(*duration);
  if (const auto time = ParseTimestamp(text)) return FormatTimestamp(*time);
  std::string shorthand;
  if (IsEnumerator<history::RetryState>(text, shorthand) ||
      IsEnumerator<history::TimeoutType>(text, shorthand) ||
      IsEnumerator<history::TaskQueueKind>(text, shorthand) ||
      IsEnumerator<history::ContinueAsNewInitiator>(text, shorthand) ||
      IsEnumerator<history::ApplicationErrorCategory>(text, shorthand) ||
      IsEnumerator<history::ParentClosePolicy>(text, shorthand) ||
      IsEnumerator<history::WorkflowIdReusePolicy>(text, shorthand) ||
      IsEnumerator<history::StartChildWorkflowExecutionFailedCause>(text, shorthand) ||
      IsEnumerator<history::SignalExternalWorkflowExecutionFailedCause>(text, shorthand) ||
      IsEnumerator<history::CancelExternalWorkflowExecutionFailedCause>(text, shorthand) ||
      IsEnumerator<history::UpdateAdmittedEventOrigin>(text, shorthand) ||
      IsEnumerator<history::VersioningBehavior>(text, shorthand) ||
      IsEnumerator<history::ContinueAsNewVersioningBehavior>(text, shorthand) ||
      IsEnumerator<history::PinnedOverrideBehavior>(text, shorthand) ||
      IsEnumerator<history::WorkflowTaskFailedCause>(text, shorthand)) {
    return shorthand;
  }
  if (text == "UPDATE_REQUESTED_EVENT_ORIGIN_REAPPLY") return "Reapply";  // its former name
#define X(Name, number, proto, json, role) \
  if (text == "EVENT_TYPE_" proto) return #Name;
  GROUNDHOG_EVENT_TYPES(X)
#undef X
  return text;
}

bool IsDefault(const Json& json) {
  if (json.is_structured()) return json.empty();
  if (!json.is_string()) return json.is_null() || json == false;
  const auto& text = json.get_ref<const std::string&>();
  return text.empty() || text == "0" || text == "0s" || text == "Unspecified";
}

Json Normal(const Json& json, const std::string& key = "") {
  switch (json.type()) {
    case Json::value_t::object: {
      Json object = Json::object();
      for (const auto& [name, value] : json.items()) {
        Json normal = Normal(value, CamelField(name));
        if (name == "attempt" && normal == "1") continue;  // as good as absent
        if (!IsDefault(normal)) object[CamelField(name)] = std::move(normal);
      }
      return object;
    }
    case Json::value_t::array: {
      Json list = Json::array();
      for (const Json& element : json) list.push_back(Normal(element, key));
      return list;
    }
    case Json::value_t::string:
      return NormalText(json.get_ref<const std::string&>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return json.dump();
    case Json::value_t::number_float:
      return Json(json.get<double>()).dump() ==
                     std::to_string(static_cast<long long>(json.get<double>())) + ".0"
                 ? std::to_string(static_cast<long long>(json.get<double>()))
                 : json.dump();
    case Json::value_t::null:
    case Json::value_t::boolean:
    case Json::value_t::binary:
    case Json::value_t::discarded:
      return json;
  }
  return json;
}

TEST_CASE("a recorded history of the money transfer is written byte by byte as Temporal wrote it") {
  const Files files = HistoriesIn(kRecorded + "/money_transfer");
  CHECK(files.size() == 30);
  for (const auto& file : files) {
    INFO(file);
    const std::string text = TextOf(file);
    const auto history = ReadHistory(text, file);
    REQUIRE(history.ok());
    std::string written = WriteHistory(*history);
    if (text.back() != '\n') written.pop_back();
    CHECK(written == text);
    const auto again = ReadHistory(WriteHistory(*history), file);
    REQUIRE(again.ok());
    CHECK(*again == *history);
  }
}

TEST_CASE("a recorded history of the money transfer breaks no rule") {
  for (const auto& file : HistoriesIn(kRecorded + "/money_transfer")) {
    const auto history = ReadHistoryFile(file);
    REQUIRE(history.ok());
    for (const HistoryProblem& problem : CheckHistory(*history))
      FAIL_CHECK(file << ": " << Describe(problem));
  }
}

TEST_CASE("a recorded history in the older spelling is the same history") {
  for (const auto& file : HistoriesIn(kRecorded + "/money_transfer")) {
    const Json tree = Json::parse(TextOf(file));
    // Shorthands everywhere, numbers as strings: the unknown fields change as well, so compare
    // those that are known.
    Json older = tree;
    for (Json& event : older["events"]) {
      event["eventType"] = NormalText(event["eventType"]);
      event["eventId"] = std::stoll(event["eventId"].get<std::string>());
      for (auto& [key, value] : event.items()) {
        if (value.is_object() && value.contains("taskQueue")) {
          value["taskQueue"]["kind"] = NormalText(value["taskQueue"]["kind"]);
        }
        if (value.is_object() && value.contains("retryState"))
          value["retryState"] = NormalText(value["retryState"]);
      }
    }
    const auto history = ReadHistory(older.dump(), file);
    INFO(file << " " << history.status());
    REQUIRE(history.ok());
    CHECK(*history == *ReadHistory(tree.dump(), file));
  }
}

// Those of all recorded scenarios, and of other people's projects where there are any;
// if not, says so.
Files OtherHistories() {
  Files files;
  for (const std::string& folder : kOthers) {
    if (!std::filesystem::is_directory(folder)) {
      WARN("skipped: " << folder << " is not there");
      continue;
    }
    const Files found = HistoriesIn(folder);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

TEST_CASE("every other history at hand is read and written without loss") {
  const Files files = OtherHistories();
  for (const auto& file : files) {
    INFO(file);
    const std::string text = TextOf(file);
    const auto history = ReadHistory(text, file);
    const std::string name = file.filename();
    if (name.find("unknown_event") != std::string::npos ||
        name.find("UnknownHistoryEvent") != std::string::npos) {
      CHECK(absl::IsUnimplemented(history.status()));  // a type that was made up to be unknown
      continue;
    }
    REQUIRE(history.ok());
    const Json before = Json::parse(text);
    const Json after = Json::parse(WriteHistory(*history));
    CHECK(Normal(after["events"]) == Normal(before["events"]));
  }
  WARN(files.size() << " histories read and written");
}

// Histories that the server did not write so: of the Java test server, told by its workflow tasks
// that complete without having started, or edited by hand.
bool IsKnownToBeUnsound(const std::filesystem::path& file, const history::EventHistory& history) {
  if (file.filename() == "test__replaytests__replay-tests-cancel-order-timer-resolved.json")
    return true;
  return std::any_of(history.begin(), history.end(), [](const history::HistoryEvent& event) {
    const auto* completed = history::As<history::WorkflowTaskCompleted>(event);
    return completed != nullptr && completed->started_event_id == 0;
  });
}

TEST_CASE("every other history at hand breaks no rule unless its writer is known for it") {
  std::size_t unsound = 0;
  for (const auto& file : OtherHistories()) {
    const auto history = ReadHistoryFile(file);
    if (!history.ok()) continue;
    const auto problems = CheckHistory(*history);
    if (IsKnownToBeUnsound(file, *history)) {
      INFO(file);
      CHECK_FALSE(problems.empty());
      ++unsound;
      continue;
    }
    for (const HistoryProblem& problem : problems) FAIL_CHECK(file << ": " << Describe(problem));
  }
  CHECK(unsound <= 60);
}

}  // namespace
}  // namespace groundhog::replay
