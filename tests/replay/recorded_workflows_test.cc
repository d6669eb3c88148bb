// The recorded histories of a real server, against ports of the Python workflows that made them:
// same commands, same order, and what the commands carry (inputs, durations, results,
// failures) as Python wrote it.
#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "replay/history_json.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/replay.h"
#include "runtime/workflow/workflow_run.h"
#include "tests/catch.h"
#include "tests/paths.h"
#include "tests/replay/ported_workflows.h"

namespace groundhog::replay {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using history::EventHistory;
using nlohmann::json;
using workflow::WorkflowRegistry;

// --- what a command and the event that it became have in common, as text

std::string Text(const history::Payloads& payloads) {
  std::string text;
  for (const history::Payload& payload : payloads) {
    const bool is_null = payload.encoding() == history::kEncodingNull;
    text += (is_null ? "null" : json::parse(payload.data()).dump()) + ";";
  }
  return text;
}

std::string Text(const history::PayloadsMap& map) {
  std::string text;
  for (const auto& [key, payloads] : map) text += " " + key + ":" + Text(payloads);
  return text;
}
std::string Text(const history::PayloadMap& map) {
  std::string text;
  for (const auto& [key, payload] : map) text += " " + key + ":" + Text(history::Payloads{payload});
  return text;
}

// Whole milliseconds: Python goes through floating point.
std::string Text(history::Duration duration) {
  return fmt::format("{}ms", (duration + 500us) / 1ms);
}

// Python's stack traces and sources are its own.
std::string Text(const history::FailurePtr& failure) {
  std::string details;
  if (const auto* info = history::InfoAs<history::ApplicationFailureInfo>(failure)) {
    details = Text(info->details);
  }
  if (const auto* info = history::InfoAs<history::ActivityFailureInfo>(failure)) {
    details = fmt::format("{} {} {} {}", info->scheduled_event_id, info->started_event_id,
                          info->identity, NameOf(info->retry_state));
  }
  return fmt::format("{} [{}]", failure, details);
}

std::string InText(const history::Command& command) {
  return std::visit(
      history::Overloaded{
          [](const history::ScheduleActivityTask& c) {
            return fmt::format("schedule {} {} {} {} {}", c.activity_type, c.activity_id,
                               Text(c.input), Text(c.start_to_close_timeout),
                               Text(c.heartbeat_timeout));
          },
          [](const history::RequestCancelActivityTask& c) {
            return fmt::format("cancel activity {}", c.scheduled_event_id);
          },
          [](const history::StartTimer& c) {
            return fmt::format("timer {} {}", c.timer_id, Text(c.start_to_fire_timeout));
          },
          [](const history::CancelTimer& c) { return fmt::format("cancel timer {}", c.timer_id); },
          [](const history::CompleteWorkflowExecution& c) {
            return fmt::format("complete {}", Text(c.result));
          },
          [](const history::FailWorkflowExecution& c) {
            return fmt::format("fail {}", Text(c.failure));
          },
          [](const history::CancelWorkflowExecution& c) {
            return fmt::format("cancelled {}", Text(c.details));
          },
          [](const history::ContinueAsNewWorkflowExecution& c) {
            return fmt::format("continue as new {} {}", c.workflow_type, Text(c.input));
          },
          [](const history::RecordMarker& c) {
            return "marker " + c.marker_name + Text(c.details);
          },
          [](const history::UpsertWorkflowSearchAttributesCommand& c) {
            return "upsert " + Text(c.search_attributes);
          },
          [](const auto& other) { return history::Describe(history::Command(other)); }},
      command);
}

// What a worker says to an update, as the event that it becomes says it.
std::string InText(const history::Message& message) {
  const std::string& id = message.protocol_instance_id;
  if (const auto* m = std::get_if<history::UpdateAcceptance>(&message.body)) {
    return fmt::format("accept {} after {}", id, m->accepted_request_sequencing_event_id);
  }
  const auto& outcome = std::get<history::UpdateResponse>(message.body).outcome;
  return fmt::format("update {} {} {}", id, Text(outcome.success.value_or(history::Payloads{})),
                     Text(outcome.failure));
}

std::string InText(const history::HistoryEvent& event) {
  using namespace history;  // NOLINT(google-build-using-namespace): all of its events
  if (const auto* e = As<MarkerRecorded>(event))
    return "marker " + e->marker_name + Text(e->details);
  if (const auto* e = As<history::UpsertWorkflowSearchAttributes>(event)) {
    return "upsert " + Text(e->search_attributes);
  }
  if (const auto* e = As<WorkflowExecutionContinuedAsNew>(event)) {
    return fmt::format("continue as new {} {}", e->workflow_type, Text(e->input));
  }
  if (const auto* e = As<WorkflowExecutionUpdateAccepted>(event)) {
    return fmt::format("accept {} after {}", e->protocol_instance_id,
                       e->accepted_request_sequencing_event_id);
  }
  if (const auto* e = As<WorkflowExecutionUpdateCompleted>(event)) {
    return fmt::format("update {} {} {}", e->meta.update_id,
                       Text(e->outcome.success.value_or(Payloads{})), Text(e->outcome.failure));
  }
  if (const auto* e = As<ActivityTaskScheduled>(event)) {
    return fmt::format("schedule {} {} {} {} {}", e->activity_type, e->activity_id, Text(e->input),
                       Text(e->start_to_close_timeout), Text(e->heartbeat_timeout));
  }
  if (const auto* e = As<ActivityTaskCancelRequested>(event)) {
    return fmt::format("cancel activity {}", e->scheduled_event_id);
  }
  if (const auto* e = As<TimerStarted>(event)) {
    return fmt::format("timer {} {}", e->timer_id, Text(e->start_to_fire_timeout));
  }
  if (const auto* e = As<TimerCanceled>(event)) return fmt::format("cancel timer {}", e->timer_id);
  if (const auto* e = As<WorkflowExecutionCompleted>(event)) {
    return fmt::format("complete {}", Text(e->result));
  }
  if (const auto* e = As<WorkflowExecutionFailed>(event)) {
    return fmt::format("fail {}", Text(e->failure));
  }
  if (const auto* e = As<WorkflowExecutionCanceled>(event)) {
    return fmt::format("cancelled {}", Text(e->details));
  }
  return "";
}

// The server fills in the start-to-close timeout where only schedule-to-close was given.
bool HasServerDefaults(const EventHistory& history) {
  for (const history::HistoryEvent& event : history) {
    const auto* e = history::As<history::ActivityTaskScheduled>(event);
    if (e != nullptr && e->schedule_to_close_timeout > 0s) return true;
  }
  return false;
}

// Nobody executes local activities here.
bool HasLocalActivities(const EventHistory& history) {
  for (const history::HistoryEvent& event : history) {
    const auto* e = history::As<history::MarkerRecorded>(event);
    if (e != nullptr && e->marker_name == "core_local_activity") return true;
  }
  return false;
}

// The messages that brought the updates which were accepted in answer to the task that was
// completed by history[completed].
history::Messages UpdatesOfTask(const EventHistory& history, std::size_t completed) {
  history::Messages messages;
  for (std::size_t i = completed + 1; i < history.size() && IsCommandEvent(TypeOf(history[i]));
       ++i) {
    const auto* e = history::As<history::WorkflowExecutionUpdateAccepted>(history[i]);
    if (e == nullptr || !e->accepted_request) continue;  // else an event brought it
    messages.push_back({.id = e->accepted_request_message_id,
                        .protocol_instance_id = e->protocol_instance_id,
                        .sequencing_event_id = e->accepted_request_sequencing_event_id,
                        .body = *e->accepted_request});
  }
  return messages;
}

// What the code answers to each completed task must be what Python answered.
void CompareAnswers(const WorkflowRegistry& registry, const EventHistory& history) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (TypeOf(history[i]) != history::EventType::kWorkflowTaskCompleted) continue;
    std::vector<std::string> recorded;
    for (std::size_t j = i + 1; j < history.size() && IsCommandEvent(TypeOf(history[j])); ++j) {
      recorded.push_back(InText(history[j]));
    }
    const EventHistory beginning(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(i));
    workflow::WorkflowRun run(registry, {});
    const workflow::TaskResult result = run.Activate(beginning, UpdatesOfTask(history, i));
    const auto* commands = std::get_if<history::Commands>(&result);
    REQUIRE(commands != nullptr);
    const history::Messages messages = run.TakeMessages();
    auto message = messages.begin();
    std::vector<std::string> answered;
    for (const history::Command& command : *commands) {
      const bool is_message = std::holds_alternative<history::ProtocolMessageCommand>(command);
      answered.push_back(is_message ? InText(*message++) : InText(command));
    }
    INFO("task completed at event " << history[i].event_id);
    CHECK(answered == recorded);
  }
}

std::string Problem(const workflow::ReplayResult& result) {
  if (const auto* difference = std::get_if<workflow::Nondeterminism>(&result)) {
    return difference->text;
  }
  if (const auto* failure = std::get_if<workflow::TaskFailure>(&result)) {
    return history::Describe(failure->failure);
  }
  return "";
}

fs::path Recorded() {
  return fs::path(groundhog::testing::SourceDir()) / "tests/conformance/recorded";
}

TEST_CASE("ports of the recorded Python workflows replay, and answer as Python did") {
  const fs::path recorded = Recorded();
  std::ifstream index(recorded / "index.json");
  REQUIRE(index.good());
  int compared = 0;
  for (const json& row : json::parse(index)) {
    WorkflowRegistry registry;
    for (const json& name : row.value("replay_with", json::array())) {
      const auto port = testing::PortedWorkflows().find(name.get<std::string>());
      if (port != testing::PortedWorkflows().end()) registry.Add(port->second);
    }
    // There asyncio cancels the task before its first step, so that no activity is asked for at
    // all; ours has asked at the call.
    if (row.at("name") == "act_cancel_before_sent") continue;
    // Their first tasks were done by the code before the patch.
    const bool changed_code =
        row.at("name") == "patch_old_run" || row.at("name") == "patch_deprecated_on_patched_run";
    for (const json& file : row.at("files")) {
      const auto history = ReadHistoryFile((recorded / file.get<std::string>()).string());
      if (!history.ok()) continue;  // events of features that are not there yet
      const auto* started = history::As<history::WorkflowExecutionStarted>(history->front());
      if (registry.Find(started->workflow_type) == nullptr) continue;
      INFO(file.get<std::string>());
      CHECK(Problem(workflow::Replay(registry, *history)).empty());
      if (!changed_code && !HasServerDefaults(*history) && !HasLocalActivities(*history)) {
        CompareAnswers(registry, *history);
      }
      ++compared;
    }
  }
  CHECK(compared > 100);
  WARN(compared << " histories compared");
}

TEST_CASE("the recorded non-determinism is found at the same event, with the same words") {
  const fs::path file = Recorded() / "workflow_tasks/wft_nondeterminism_then_fixed.json";
  const auto history = ReadHistoryFile(file.string());
  REQUIRE(history.ok());
  const auto* failed = history::As<history::WorkflowTaskFailed>(history->at(13));
  REQUIRE(failed != nullptr);
  const WorkflowRegistry version_b{testing::PortedVersionedB()};
  const workflow::ReplayResult result = workflow::Replay(version_b, *history);
  CHECK(Problem(result) == failed->failure->message);
}

}  // namespace
}  // namespace groundhog::replay
