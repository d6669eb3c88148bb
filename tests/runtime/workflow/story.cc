#include "tests/runtime/workflow/story.h"

#include <fmt/format.h>

#include "runtime/history/failure_text.h"
#include "tests/catch.h"

namespace groundhog::tests {
namespace {

using history::Commands;
using history::EventId;
using workflow::Nondeterminism;
using workflow::TaskFailure;
using workflow::TaskResult;
using workflow::WorkflowRun;

std::string Data(const history::Payloads& payloads) {
  std::string text;
  for (const history::Payload& payload : payloads) {
    text += (text.empty() ? "" : ", ") +
            (payload.encoding() == history::kEncodingNull ? "null" : payload.data());
  }
  return text;
}

// Everything that a command says, so that two answers can be compared whole.
std::string InFull(const history::Command& command) {
  std::string text = InWords(command);
  if (const auto* schedule = std::get_if<history::ScheduleActivityTask>(&command)) {
    text += fmt::format(
        " input [{}] queue '{}' timeouts {} {} {} {} attempts {}", Data(schedule->input),
        schedule->task_queue, schedule->schedule_to_close_timeout.count(),
        schedule->schedule_to_start_timeout.count(), schedule->start_to_close_timeout.count(),
        schedule->heartbeat_timeout.count(),
        schedule->retry_policy ? schedule->retry_policy->maximum_attempts : -1);
  } else if (const auto* child = std::get_if<history::StartChildWorkflowExecution>(&command)) {
    text += fmt::format(" input [{}] queue '{}' timeouts {} {} {} attempts {}", Data(child->input),
                        child->task_queue, child->workflow_execution_timeout.count(),
                        child->workflow_run_timeout.count(), child->workflow_task_timeout.count(),
                        child->retry_policy ? child->retry_policy->maximum_attempts : -1);
  } else if (const auto* signal = std::get_if<history::SignalExternalWorkflowExecution>(&command)) {
    text += fmt::format(" input [{}]", Data(signal->input));
  } else if (const auto* complete = std::get_if<history::CompleteWorkflowExecution>(&command)) {
    text += fmt::format(" result [{}]", Data(complete->result));
  } else if (const auto* fail = std::get_if<history::FailWorkflowExecution>(&command)) {
    text += fmt::format(" {}", fail->failure);
  } else if (const auto* marker = std::get_if<history::RecordMarker>(&command)) {
    for (const auto& [key, payloads] : marker->details) {
      text += fmt::format(" {} [{}]", key, Data(payloads));
    }
    if (marker->failure) text += fmt::format(" {}", marker->failure);
  } else if (const auto* upsert =
                 std::get_if<history::UpsertWorkflowSearchAttributesCommand>(&command)) {
    for (const auto& [key, payload] : upsert->search_attributes) {
      text += fmt::format(" {} [{}]", key, Data({payload}));
    }
  }
  return text;
}

Answer InFull(const TaskResult& result) {
  const auto* commands = std::get_if<Commands>(&result);
  if (commands == nullptr) return InWords(result);
  Answer answer;
  for (const history::Command& command : *commands) answer.push_back(InFull(command));
  return answer;
}

// Everything that a message says.
std::string InFull(const history::Message& message) {
  std::string text = fmt::format("{} of {}", message.id, message.protocol_instance_id);
  if (const auto* acceptance = std::get_if<history::UpdateAcceptance>(&message.body)) {
    text += fmt::format(" accepts {} [{}]", acceptance->accepted_request_message_id,
                        Data(acceptance->accepted_request->input.args));
  } else if (const auto* rejection = std::get_if<history::UpdateRejection>(&message.body)) {
    text +=
        fmt::format(" rejects {}: {}", rejection->rejected_request_message_id, rejection->failure);
  } else if (const auto* response = std::get_if<history::UpdateResponse>(&message.body)) {
    const history::UpdateOutcome& outcome = response->outcome;
    text += outcome.failure ? fmt::format(" failed {}", outcome.failure)
                            : fmt::format(" [{}]", Data(*outcome.success));
  }
  return text;
}

std::vector<std::string> InFull(const history::Messages& messages) {
  std::vector<std::string> text;
  for (const history::Message& message : messages) text.push_back(InFull(message));
  return text;
}

}  // namespace

std::string InWords(const history::Command& command) {
  if (const auto* start = std::get_if<history::StartTimer>(&command)) {
    return fmt::format("StartTimer(id {}, {}ms)", start->timer_id,
                       start->start_to_fire_timeout.count() / 1'000'000);
  }
  if (const auto* cancel = std::get_if<history::CancelTimer>(&command)) {
    return fmt::format("CancelTimer(id {})", cancel->timer_id);
  }
  if (const auto* schedule = std::get_if<history::ScheduleActivityTask>(&command)) {
    return fmt::format("ScheduleActivityTask({}, id {})", schedule->activity_type,
                       schedule->activity_id);
  }
  if (const auto* cancel = std::get_if<history::RequestCancelActivityTask>(&command)) {
    return fmt::format("RequestCancelActivityTask(scheduled {})", cancel->scheduled_event_id);
  }
  if (const auto* marker = std::get_if<history::RecordMarker>(&command)) {
    return fmt::format("RecordMarker({})", marker->marker_name);
  }
  if (const auto* child = std::get_if<history::StartChildWorkflowExecution>(&command)) {
    return fmt::format("StartChildWorkflowExecution({}, id {})", child->workflow_type,
                       child->workflow_id);
  }
  if (const auto* signal = std::get_if<history::SignalExternalWorkflowExecution>(&command)) {
    return fmt::format("SignalExternalWorkflowExecution({}, {} {}{})", signal->signal_name,
                       signal->child_workflow_only ? "child" : "workflow",
                       signal->execution.workflow_id, signal->execution.run_id);
  }
  if (const auto* cancel = std::get_if<history::RequestCancelExternalWorkflowExecution>(&command)) {
    return fmt::format("RequestCancelExternalWorkflowExecution({} {} {}, '{}')",
                       cancel->child_workflow_only ? "child" : "workflow",
                       cancel->execution.workflow_id, cancel->execution.run_id, cancel->reason);
  }
  if (const auto* message = std::get_if<history::ProtocolMessageCommand>(&command)) {
    return fmt::format("ProtocolMessage({})", message->message_id);
  }
  return std::string(NameOf(command));
}

Answer InWords(const TaskResult& result) {
  if (const auto* failure = std::get_if<TaskFailure>(&result)) {
    return {fmt::format("TaskFailure: {}", failure->failure)};
  }
  if (const auto* difference = std::get_if<Nondeterminism>(&result)) {
    return {fmt::format("Nondeterminism: {}", difference->text)};
  }
  Answer answer;
  for (const history::Command& command : std::get<Commands>(result)) {
    answer.push_back(InWords(command));
  }
  return answer;
}

Story::Story(workflow::WorkflowRegistry registry, const std::string& type, history::Payloads input)
    : registry_(std::move(registry)) {
  Add(history::WorkflowExecutionStarted{.workflow_type = type,
                                        .task_queue = {.name = "queue"},
                                        .input = std::move(input),
                                        .workflow_id = "story-1",
                                        .original_execution_run_id = "run-1",
                                        .first_execution_run_id = "run-1"});
  sticky_ = std::make_unique<WorkflowRun>(registry_, Context(&log_));
}

Story::Story(workflow::WorkflowRegistry registry, history::EventHistory history)
    : registry_(std::move(registry)), history_(std::move(history)) {
  sticky_ = std::make_unique<WorkflowRun>(registry_, Context(&log_));
  for (const history::HistoryEvent& event : history_) {
    if (const auto* scheduled = history::As<history::ActivityTaskScheduled>(event)) {
      activities_[scheduled->activity_id] = event.event_id;
    } else if (const auto* timer = history::As<history::TimerStarted>(event)) {
      timers_[timer->timer_id] = event.event_id;
    }
  }
}

Story::~Story() {
  if (std::uncaught_exceptions() == 0) Finish();
}

workflow::RunContext Story::Context(workflow::LogSink* log) const {
  return {.workflow_id = "story-1", .run_id = "run-1", .log = log};
}

Answer Story::Task() {
  const EventId scheduled = Add(history::WorkflowTaskScheduled{});
  const EventId started = Add(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});

  const std::span<const history::HistoryEvent> events(history_);
  const history::Messages messages = MessagesFor(started);
  WorkflowRun fresh(registry_, Context(nullptr));
  std::vector<workflow::LocalActivityTask> running_anew;
  const TaskResult fresh_answer = Drive(fresh, running_anew, fresh.Activate(events, messages));
  local_cancels_.clear();
  TaskResult answer =
      Drive(*sticky_, running_, sticky_->Activate(events.subspan(seen_by_sticky_), messages));
  seen_by_sticky_ = events.size();
  CHECK(InFull(answer) == InFull(fresh_answer));
  last_messages_ = sticky_->TakeMessages();
  CHECK(InFull(last_messages_) == InFull(fresh.TakeMessages()));

  Answer words = InWords(answer);
  auto* commands = std::get_if<Commands>(&answer);
  if (commands == nullptr || refuse_next_answer_) {
    Add(history::WorkflowTaskFailed{.scheduled_event_id = scheduled, .started_event_id = started});
    refuse_next_answer_ = false;
    sticky_ = std::make_unique<WorkflowRun>(registry_, Context(&log_));
    seen_by_sticky_ = 0;
    running_.clear();
    return words;
  }
  updates_to_send_.clear();
  for (const history::Message& message : last_messages_) {
    const auto* rejection = std::get_if<history::UpdateRejection>(&message.body);
    if (rejection == nullptr) continue;
    update_outcomes_[message.protocol_instance_id] =
        fmt::format("rejected: {}", rejection->failure);
  }
  last_commands_ = *commands;
  if (commands->empty() && !messages.empty() && !HasNews()) {
    DropTask();
    return words;
  }
  Write(*commands, Add(history::WorkflowTaskCompleted{.scheduled_event_id = scheduled,
                                                      .started_event_id = started}));
  return words;
}

workflow::LocalActivityResolution Story::Resolution(std::uint32_t seq) const {
  return {.seq = seq,
          .complete_time = history_.back().event_time + std::chrono::milliseconds(500),
          .original_schedule_time = history_.back().event_time};
}

TaskResult Story::Drive(WorkflowRun& run, std::vector<workflow::LocalActivityTask>& running,
                        TaskResult result) {
  heartbeaten_ = false;
  while (run.waits_for_local_activities()) {
    for (workflow::LocalActivityTask& task : run.TakeLocalActivities()) {
      running.push_back(std::move(task));
    }
    for (const std::uint32_t seq : run.TakeLocalActivityCancels()) local_cancels_.push_back(seq);
    auto resolution = next_local_activity_ ? next_local_activity_(running) : std::nullopt;
    if (!resolution) {
      heartbeaten_ = true;
      return run.Answer();
    }
    std::erase_if(running, [&](const auto& task) { return task.seq == resolution->seq; });
    result = run.ResolveLocalActivity(*std::move(resolution));
  }
  for (const std::uint32_t seq : run.TakeLocalActivityCancels()) local_cancels_.push_back(seq);
  return result;
}

void Story::TaskTimesOut() {
  const EventId scheduled = Add(history::WorkflowTaskScheduled{});
  const EventId started = Add(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
  Add(history::WorkflowTaskTimedOut{.scheduled_event_id = scheduled, .started_event_id = started});
}

void Story::Reset(const std::string& new_run_id) {
  const EventId scheduled = Add(history::WorkflowTaskScheduled{});
  const EventId started = Add(history::WorkflowTaskStarted{.scheduled_event_id = scheduled});
  Add(history::WorkflowTaskFailed{.scheduled_event_id = scheduled,
                                  .started_event_id = started,
                                  .cause = history::WorkflowTaskFailedCause::kResetWorkflow,
                                  .new_run_id = new_run_id});
}

void Story::Write(const Commands& commands, EventId completed) {
  for (const history::Command& command : commands) WriteCommand(command, completed);
}

void Story::WriteCommand(const history::Command& command, EventId completed) {
  std::visit(
      history::Overloaded{
          [&](const history::ScheduleActivityTask& c) {
            activities_[c.activity_id] =
                Add(history::ActivityTaskScheduled{.activity_id = c.activity_id,
                                                   .activity_type = c.activity_type,
                                                   .input = c.input,
                                                   .workflow_task_completed_event_id = completed});
          },
          [&](const history::RequestCancelActivityTask& c) {
            Add(history::ActivityTaskCancelRequested{
                .scheduled_event_id = c.scheduled_event_id,
                .workflow_task_completed_event_id = completed});
          },
          [&](const history::StartTimer& c) {
            timers_[c.timer_id] =
                Add(history::TimerStarted{.timer_id = c.timer_id,
                                          .start_to_fire_timeout = c.start_to_fire_timeout,
                                          .workflow_task_completed_event_id = completed});
          },
          [&](const history::CancelTimer& c) {
            Add(history::TimerCanceled{.timer_id = c.timer_id,
                                       .started_event_id = timers_.at(c.timer_id),
                                       .workflow_task_completed_event_id = completed});
          },
          [&](const history::StartChildWorkflowExecution& c) {
            initiated_[c.workflow_id] = Add(history::StartChildWorkflowExecutionInitiated{
                .namespace_ = "default",
                .workflow_id = c.workflow_id,
                .workflow_type = c.workflow_type,
                .input = c.input,
                .workflow_task_completed_event_id = completed});
          },
          [&](const history::SignalExternalWorkflowExecution& c) {
            initiated_[c.execution.workflow_id] =
                Add(history::SignalExternalWorkflowExecutionInitiated{
                    .workflow_task_completed_event_id = completed,
                    .workflow_execution = c.execution,
                    .signal_name = c.signal_name,
                    .input = c.input,
                    .child_workflow_only = c.child_workflow_only});
          },
          [&](const history::RequestCancelExternalWorkflowExecution& c) {
            initiated_[c.execution.workflow_id] =
                Add(history::RequestCancelExternalWorkflowExecutionInitiated{
                    .workflow_task_completed_event_id = completed,
                    .workflow_execution = c.execution,
                    .child_workflow_only = c.child_workflow_only,
                    .reason = c.reason});
          },
          [&](const history::CompleteWorkflowExecution& c) {
            Add(history::WorkflowExecutionCompleted{.result = c.result,
                                                    .workflow_task_completed_event_id = completed});
          },
          [&](const history::FailWorkflowExecution& c) {
            Add(history::WorkflowExecutionFailed{.failure = c.failure,
                                                 .workflow_task_completed_event_id = completed});
          },
          [&](const history::CancelWorkflowExecution& c) {
            Add(history::WorkflowExecutionCanceled{.details = c.details,
                                                   .workflow_task_completed_event_id = completed});
          },
          [&](const history::RecordMarker& c) {
            Add(history::MarkerRecorded{.marker_name = c.marker_name,
                                        .details = c.details,
                                        .workflow_task_completed_event_id = completed,
                                        .failure = c.failure});
          },
          [&](const history::UpsertWorkflowSearchAttributesCommand& c) {
            Add(history::UpsertWorkflowSearchAttributes{
                .workflow_task_completed_event_id = completed,
                .search_attributes = c.search_attributes});
          },
          [&](const history::ModifyWorkflowProperties& c) {
            Add(history::WorkflowPropertiesModified{.workflow_task_completed_event_id = completed,
                                                    .upserted_memo = c.upserted_memo});
          },
          [&](const history::ContinueAsNewWorkflowExecution& c) {
            Add(history::WorkflowExecutionContinuedAsNew{
                .workflow_type = c.workflow_type,
                .input = c.input,
                .workflow_task_completed_event_id = completed});
          },
          [&](const history::ProtocolMessageCommand& c) { WriteMessage(c.message_id); }},
      command);
}

void Story::StartActivity(const std::string& id) {
  if (started_.contains(id)) return;
  started_[id] = Add(
      history::ActivityTaskStarted{.scheduled_event_id = activities_.at(id), .identity = "worker"});
}

void Story::CompleteActivityWith(const std::string& id, history::Payloads result) {
  StartActivity(id);
  Add(history::ActivityTaskCompleted{.result = std::move(result),
                                     .scheduled_event_id = activities_.at(id),
                                     .started_event_id = started_.at(id)});
}

void Story::FailActivity(const std::string& id, const std::string& error_type,
                         const std::string& message) {
  StartActivity(id);
  Add(history::ActivityTaskFailed{
      .failure = history::MakeShared<history::Failure>(history::Failure{
          .message = message, .info = history::ApplicationFailureInfo{.type = error_type}}),
      .scheduled_event_id = activities_.at(id),
      .started_event_id = started_.at(id),
      .identity = "worker",
      .retry_state = history::RetryState::kMaximumAttemptsReached});
}

void Story::TimeOutActivity(const std::string& id) {
  StartActivity(id);
  Add(history::ActivityTaskTimedOut{
      .failure = history::MakeShared<history::Failure>(history::Failure{
          .message = "activity StartToClose timeout",
          .info =
              history::TimeoutFailureInfo{.timeout_type = history::TimeoutType::kStartToClose}}),
      .scheduled_event_id = activities_.at(id),
      .started_event_id = started_.at(id),
      .retry_state = history::RetryState::kTimeout});
}

void Story::CancelActivity(const std::string& id) {
  Add(history::ActivityTaskCanceled{.details = history::ToPayloads(std::string("stopped")),
                                    .scheduled_event_id = activities_.at(id),
                                    .started_event_id = started_.contains(id) ? started_.at(id) : 0,
                                    .identity = "worker"});
}

void Story::FireTimer(const std::string& id) {
  Add(history::TimerFired{.timer_id = id, .started_event_id = timers_.at(id)});
}

void Story::SignalWith(const std::string& name, history::Payloads input) {
  Add(history::WorkflowExecutionSignaled{.signal_name = name, .input = std::move(input)});
}

void Story::SendUpdate(const std::string& id, const std::string& name,
                       history::Payloads arguments) {
  updates_to_send_.push_back({.meta = {.update_id = id, .identity = "client"},
                              .input = {.name = name, .args = std::move(arguments)}});
}

void Story::Admit(const std::string& id, const std::string& name, history::Payloads arguments) {
  Add(history::WorkflowExecutionUpdateAdmitted{
      .request = {.meta = {.update_id = id, .identity = "client"},
                  .input = {.name = name, .args = std::move(arguments)}},
      .origin = history::UpdateAdmittedEventOrigin::kReapply});
}

history::Messages Story::MessagesFor(EventId started) {
  history::Messages messages;
  for (const history::UpdateRequest& request : updates_to_send_) {
    messages.push_back({.id = request.meta.update_id + "/request",
                        .protocol_instance_id = request.meta.update_id,
                        .sequencing_event_id = started - 1,
                        .body = request});
  }
  return messages;
}

// Whether anything but commands happened since the last task was completed.
bool Story::HasNews() const {
  for (std::size_t i = history_.size() - 2; i > 0; --i) {
    const history::EventType type = TypeOf(history_[i - 1]);
    if (type == history::EventType::kWorkflowTaskCompleted) return false;
    if (!IsCommandEvent(type)) return true;
  }
  return true;
}

void Story::DropTask() {
  sticky_->DropTask(history_.back().event_id, history_.back().event_time);
  history_.resize(history_.size() - 2);
  seen_by_sticky_ = 0;  // it skips what it has seen
  for (const history::HistoryEvent& event : history_) {
    const auto* completed = history::As<history::WorkflowTaskCompleted>(event);
    if (completed != nullptr) seen_by_sticky_ = static_cast<std::size_t>(event.event_id) - 1;
  }
}

void Story::WriteMessage(const std::string& message_id) {
  for (const history::Message& message : last_messages_) {
    if (message.id != message_id) continue;
    const std::string& id = message.protocol_instance_id;
    if (const auto* acceptance = std::get_if<history::UpdateAcceptance>(&message.body)) {
      accepted_[id] = Add(history::WorkflowExecutionUpdateAccepted{
          .protocol_instance_id = id,
          .accepted_request_message_id = acceptance->accepted_request_message_id,
          .accepted_request_sequencing_event_id = acceptance->accepted_request_sequencing_event_id,
          .accepted_request = acceptance->accepted_request});
      update_outcomes_[id] = "accepted";
      return;
    }
    const auto& response = std::get<history::UpdateResponse>(message.body);
    Add(history::WorkflowExecutionUpdateCompleted{
        .meta = response.meta, .accepted_event_id = accepted_.at(id), .outcome = response.outcome});
    update_outcomes_[id] = response.outcome.failure
                               ? fmt::format("failed: {}", response.outcome.failure)
                               : Data(*response.outcome.success);
    return;
  }
  FAIL_CHECK("no message has the id " + message_id);
}

std::string Story::UpdateOutcome(const std::string& id) const {
  const auto found = update_outcomes_.find(id);
  return found == update_outcomes_.end() ? std::string() : found->second;
}

void Story::RequestCancel() { Add(history::WorkflowExecutionCancelRequested{}); }
void Story::Terminate() { Add(history::WorkflowExecutionTerminated{.reason = "stop"}); }

std::string Story::Result() const {
  const auto* completed = history::As<history::WorkflowExecutionCompleted>(history_.back());
  REQUIRE(completed != nullptr);
  return Data(completed->result);
}

history::FailurePtr Story::Failure() const {
  const auto* failed = history::As<history::WorkflowExecutionFailed>(history_.back());
  REQUIRE(failed != nullptr);
  return failed->failure;
}

std::string Story::Query(const std::string& name) {
  const auto in_words = [](const workflow::Result<history::Payloads>& answer) {
    return answer.ok() ? Data(*answer) : fmt::format("failed: {}", answer.failure());
  };
  std::string answer = in_words(sticky_->Query(name, {}));
  WorkflowRun fresh(registry_, Context(nullptr));
  CHECK(std::holds_alternative<Commands>(fresh.Activate(history_)));
  CHECK(in_words(fresh.Query(name, {})) == answer);
  return answer;
}

void Story::Finish() {
  if (std::exchange(finished_, true)) return;
  const workflow::ReplayResult whole = workflow::Replay(registry_, history_);
  if (const auto* difference = std::get_if<Nondeterminism>(&whole)) FAIL_CHECK(difference->text);
  if (const auto* failure = std::get_if<TaskFailure>(&whole)) {
    FAIL_CHECK(fmt::format("{}", failure->failure));
  }
  for (std::size_t i = 0; i < history_.size(); ++i) {
    if (TypeOf(history_[i]) != history::EventType::kWorkflowTaskCompleted) continue;
    const history::EventHistory beginning(history_.begin(),
                                          history_.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(std::holds_alternative<workflow::Replayed>(workflow::Replay(registry_, beginning)));
  }
}

}  // namespace groundhog::tests
