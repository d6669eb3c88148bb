#include "runtime/workflow/workflow_run.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "runtime/history/converter.h"
#include "runtime/history/payload_codec.h"
#include "runtime/workflow/error_failure.h"

namespace groundhog::workflow {
namespace {

using history::EventType;
using history::HistoryEvent;
using internal::ActivityInput;

TaskFailure NotRegistered(const WorkflowRegistry& registry, const std::string& type) {
  std::string known;
  for (const WorkflowRegistration& registration : registry.registrations()) {
    known += (known.empty() ? "" : ", ") + registration.name();
  }
  return TaskFailure{.failure = history::MakeShared<history::Failure>(history::Failure{
                         .message = fmt::format("workflow type '{}' is not registered on this "
                                                "worker (registered: {})",
                                                type, known),
                         .info = history::ApplicationFailureInfo{.type = "NotFoundError"}})};
}

TaskFailure Unsupported(const HistoryEvent& event) {
  return TaskFailure{
      .failure = history::MakeShared<history::Failure>(history::Failure{
          .message = fmt::format("event {} is {}, which workflow code here cannot answer to yet",
                                 event.event_id, NameOf(TypeOf(event))),
          .info = history::ApplicationFailureInfo{.type = "UnsupportedEvent"}})};
}

// The event of the command that this event answers to; 0 if there is none.
history::EventId InitiatedEventIdOf(const HistoryEvent& event) {
  return Visit(event, [](const auto& attributes) -> history::EventId {
    if constexpr (requires { attributes.initiated_event_id; }) return attributes.initiated_event_id;
    return 0;
  });
}

// Whether the task that starts with events[place] was completed, or is the one to be done
// (SEMANTICS e.4).
bool IsToBeRun(std::span<const HistoryEvent> events, std::size_t place) {
  return place + 1 == events.size() ||
         TypeOf(events[place + 1]) == EventType::kWorkflowTaskCompleted;
}

bool TellsOfUpdate(const HistoryEvent& event) {
  const EventType type = TypeOf(event);
  return type == EventType::kWorkflowExecutionUpdateAccepted ||
         type == EventType::kWorkflowExecutionUpdateAdmitted;
}

// The requests of the updates that a stretch of history tells of.
class AcceptedRequests {
 public:
  explicit AcceptedRequests(std::span<const HistoryEvent> events) {
    for (const HistoryEvent& event : events) {
      const EventType type = TypeOf(event);
      if (type == EventType::kWorkflowTaskCompleted) {
        last_completed_ = event.event_id;
      } else if (type == EventType::kWorkflowExecutionUpdateAdmitted) {
        admitted_.push_back(&event);
      }
    }
  }

  // The message that brought the update, as far as history has kept it (SEMANTICS e.4 rule 5).
  std::optional<history::Message> Of(const history::WorkflowExecutionUpdateAccepted& accepted) {
    const std::string& id = accepted.protocol_instance_id;
    history::Message request{.id = accepted.accepted_request_message_id,
                             .protocol_instance_id = id,
                             .sequencing_event_id = accepted.accepted_request_sequencing_event_id};
    const auto admitted = std::find_if(
        admitted_.begin(), admitted_.end(),
        [&id](const HistoryEvent* event) { return RequestIn(*event).meta.update_id == id; });
    if (accepted.accepted_request.has_value()) {
      request.body = *accepted.accepted_request;
    } else if (admitted != admitted_.end()) {
      request.body = RequestIn(**admitted);
    } else {
      return std::nullopt;
    }
    if (admitted != admitted_.end()) admitted_.erase(admitted);
    return request;
  }

  // Those that were admitted for the task to be done now:
  // nothing is known yet of what became of them.
  history::Messages TakeOpen() {
    history::Messages open;
    for (const HistoryEvent* event : admitted_) {
      if (event->event_id < last_completed_) continue;  // it was rejected
      const history::UpdateRequest& request = RequestIn(*event);
      open.push_back({.id = request.meta.update_id + "/request",
                      .protocol_instance_id = request.meta.update_id,
                      .sequencing_event_id = event->event_id,
                      .body = request});
    }
    admitted_.clear();
    return open;
  }

 private:
  static const history::UpdateRequest& RequestIn(const HistoryEvent& admitted) {
    return history::As<history::WorkflowExecutionUpdateAdmitted>(admitted)->request;
  }

  std::vector<const HistoryEvent*> admitted_;
  history::EventId last_completed_ = 0;
};

}  // namespace

WorkflowRun::WorkflowRun(const WorkflowRegistry& registry, RunContext context)
    : registry_(registry), context_(std::move(context)) {
  const std::vector<std::string>& names = registry.propagated_headers();
  if (!names.empty()) context_.propagated_headers = &names;
}

WorkflowRun::~WorkflowRun() = default;

bool WorkflowRun::is_closed() const {
  return history_closed_ || (execution_ != nullptr && execution_->commands().closed());
}

std::string WorkflowRun::UnmatchedCommand() {
  return execution_ == nullptr ? std::string() : execution_->commands().DescribeFront();
}

bool WorkflowRun::CanContinueWith(std::span<const HistoryEvent> events) const {
  if (events.empty() || task_is_open_) return false;
  if (task_dropped_) {
    return events.front().event_id <= next_event_id() && events.back().event_id >= next_event_id();
  }
  if (events.front().event_id != next_event_id()) return false;
  if (started_task_ == 0) return true;
  const auto* completed = history::As<history::WorkflowTaskCompleted>(events.front());
  return completed != nullptr && completed->started_event_id == started_task_;
}

TaskResult WorkflowRun::Activate(std::span<const HistoryEvent> events, history::Messages messages) {
  const history::DataConverter& converter = registry_.data_converter();
  if (!converter) return ActivateDecoded(events, std::move(messages));
  history::EventHistory decoded(events.begin(), events.end());
  try {
    Convert(converter, history::CodecDirection::kDecode, decoded);
    Convert(converter, history::CodecDirection::kDecode, messages);
  } catch (...) {
    dead_ = true;
    return TaskFailure{.failure = internal::FailureOfBug(std::current_exception())};
  }
  return ActivateDecoded(decoded, std::move(messages));
}

TaskResult WorkflowRun::ActivateDecoded(std::span<const HistoryEvent> events,
                                        history::Messages messages) {
  if (dead_) throw std::logic_error("WorkflowRun::Activate: the run has failed; make a new one");
  if (!CanContinueWith(events)) {
    throw std::logic_error(fmt::format(
        "WorkflowRun::Activate: the run has seen events up to {} and cannot go on with {} events "
        "from {}; make a new run and give it the whole history",
        last_event_id_, events.size(), events.empty() ? 0 : events.front().event_id));
  }
  if (std::exchange(task_dropped_, false)) {
    events = events.subspan(static_cast<std::size_t>(next_event_id() - events.front().event_id));
  }
  messages_ = std::move(messages);
  TaskResult result = Process(events);
  dead_ = !std::holds_alternative<history::Commands>(result);
  return result;
}

history::Messages WorkflowRun::TakeMessages() {
  if (registry_.data_converter()) return std::exchange(encoded_messages_, {});
  return execution_ == nullptr ? history::Messages{} : execution_->commands().TakeMessages();
}

void WorkflowRun::DropTask(history::EventId started_event_id, history::Timestamp started_time) {
  if (started_task_ != started_event_id || started_time_ != started_time) return;
  constexpr history::EventId kEventsOfATask = 2;
  last_event_id_ -= kEventsOfATask;
  started_task_ = 0;
  task_dropped_ = true;
}

TaskResult WorkflowRun::Process(std::span<const HistoryEvent> events) {
  started_task_ = 0;
  task_is_open_ = false;
  const bool from_the_start = last_event_id_ == 0;
  Problem plan = PlanArrivals(events);
  if (auto* failure = std::get_if<TaskFailure>(&plan)) return std::move(*failure);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (arrived_ < arrivals_.size()) Arrive(events[i].event_id);
    if (events[i].event_id != next_event_id()) {
      return InvalidHistory(
          fmt::format("event {} follows event {}", events[i].event_id, last_event_id_));
    }
    Problem problem = Apply(events[i]);
    const bool task_started = TypeOf(events[i]) == EventType::kWorkflowTaskStarted;
    const bool to_be_run = task_started && IsToBeRun(events, i);
    const bool live = i + 1 == events.size();
    if (problem.index() == 0 && to_be_run && !live) problem = Announce(events.subspan(i + 2));
    if (problem.index() == 0 && to_be_run) {
      if (live && from_the_start && !always_encode_ && execution_->commands().HasUnsendable()) {
        // Commands of replayed tasks that no event took will be sent now, as Temporal does: they
        // need their input.
        Restart();
        return Process(events);
      }
      problem = live && execution_->commands().HasAnswered() ? EventIsMissing() : RunTask(!live);
      if (live && problem.index() == 0) return EndOfTask();
    }
    if (auto* failure = std::get_if<TaskFailure>(&problem)) return std::move(*failure);
    if (auto* difference = std::get_if<Nondeterminism>(&problem)) return std::move(*difference);
  }
  return history::Commands{};
}

// The answer, unless the code waits for local activities.
TaskResult WorkflowRun::EndOfTask() {
  task_is_open_ = true;
  if (waits_for_local_activities()) return history::Commands{};
  return Answer();
}

TaskResult WorkflowRun::Answer() {
  if (!task_is_open_) throw std::logic_error("WorkflowRun::Answer: no task is being done");
  task_is_open_ = false;
  started_task_ = last_event_id_;
  return Encoded(execution_->commands().Answer());
}

TaskResult WorkflowRun::Encoded(history::Commands commands) {
  const history::DataConverter& converter = registry_.data_converter();
  if (!converter) return commands;
  try {
    encoded_messages_ = execution_->commands().TakeMessages();
    Convert(converter, history::CodecDirection::kEncode, encoded_messages_);
    Convert(converter, history::CodecDirection::kEncode, commands);
  } catch (...) {
    dead_ = true;
    return TaskFailure{.failure = internal::FailureOfBug(std::current_exception())};
  }
  return commands;
}

history::Duration WorkflowRun::task_timeout() const {
  return execution_ == nullptr ? history::Duration{0} : execution_->started().workflow_task_timeout;
}

BlockedTime WorkflowRun::TakeBlockedTime() {
  return execution_ == nullptr ? BlockedTime{} : execution_->TakeBlockedTime();
}

bool WorkflowRun::waits_for_local_activities() const {
  return task_is_open_ && !is_closed() && execution_->outstanding_local_activities() > 0;
}

bool WorkflowRun::is_busy() const {
  return !dead_ && !is_closed() &&
         (task_is_open_ ||
          (execution_ != nullptr && execution_->outstanding_local_activities() > 0));
}

std::vector<LocalActivityTask> WorkflowRun::TakeLocalActivities() {
  if (execution_ == nullptr || execution_->outstanding_local_activities() == 0) return {};
  return execution_->local_activities().TakeTasks();
}

std::vector<std::uint32_t> WorkflowRun::TakeLocalActivityCancels() {
  if (execution_ == nullptr || !execution_->has_local_activities()) return {};
  return execution_->local_activities().TakeCancels();
}

TaskResult WorkflowRun::ResolveLocalActivity(LocalActivityResolution resolution) {
  if (dead_ || !task_is_open_) {
    throw std::logic_error("WorkflowRun::ResolveLocalActivity: no task is being done");
  }
  std::optional<TaskFailure> failure = execution_->ResolveLocalActivity(std::move(resolution));
  if (!failure.has_value()) return EndOfTask();
  dead_ = true;
  return *std::move(failure);
}

// What the task that is replayed next recorded: `events` begin with those of its commands.
WorkflowRun::Problem WorkflowRun::Announce(std::span<const HistoryEvent> events) {
  execution_->BeginReplayedTask();
  for (std::size_t i = 0; i < events.size() && IsCommandEvent(TypeOf(events[i])); ++i) {
    const auto* recorded = history::As<history::MarkerRecorded>(events[i]);
    if (recorded == nullptr) continue;
    const bool with_upsert =
        i + 1 < events.size() && internal::UpsertsChangeVersions(events[i + 1]);
    try {
      execution_->Announce(events[i].event_id, internal::ReadMarker(*recorded), with_upsert);
    } catch (const history::PayloadError& error) {
      return InvalidHistory(fmt::format("event {}: {}", events[i].event_id, error.what()));
    }
  }
  return {};
}

WorkflowRun::Problem WorkflowRun::PlanArrivals(std::span<const HistoryEvent> events) {
  arrivals_.clear();
  arrived_ = 0;
  if (messages_.empty() && std::none_of(events.begin(), events.end(), TellsOfUpdate)) return {};
  const internal::CommandQueue* commands =
      execution_ == nullptr ? nullptr : &execution_->commands();
  const auto plan = [&](history::Message request) {
    const std::string& id = request.protocol_instance_id;
    if (commands != nullptr && commands->KnowsUpdate(id)) return;
    for (const Arrival& planned : arrivals_) {
      if (planned.request.protocol_instance_id == id) return;
    }
    const history::EventId after = std::max<history::EventId>(1, request.sequencing_event_id);
    arrivals_.push_back({after, std::move(request)});
  };
  AcceptedRequests requests(events);
  for (const HistoryEvent& event : events) {
    const auto* accepted = history::As<history::WorkflowExecutionUpdateAccepted>(event);
    if (accepted == nullptr) continue;
    if (commands != nullptr && commands->KnowsUpdate(accepted->protocol_instance_id)) continue;
    std::optional<history::Message> request = requests.Of(*accepted);
    if (!request.has_value()) {
      return InvalidHistory(
          fmt::format("event {} accepts the update '{}', whose request is nowhere", event.event_id,
                      accepted->protocol_instance_id));
    }
    plan(*std::move(request));
  }
  for (history::Message& request : requests.TakeOpen()) plan(std::move(request));
  for (const history::Message& message : messages_) plan(message);
  std::stable_sort(arrivals_.begin(), arrivals_.end(),
                   [](const Arrival& a, const Arrival& b) { return a.after < b.after; });
  return {};
}

// Those that come right after an event before this one.
void WorkflowRun::Arrive(history::EventId before) {
  for (; arrived_ < arrivals_.size() && arrivals_[arrived_].after < before; ++arrived_) {
    history::Message& request = arrivals_[arrived_].request;
    jobs_.handled.emplace_back(&execution_->commands().AddUpdate(std::move(request)));
  }
}

// The events that came back are not those of the answer that was given.
WorkflowRun::Problem WorkflowRun::EventIsMissing() {
  const std::string command = UnmatchedCommand();
  return Nondeterminism{
      .event_id = last_event_id_,
      .expected = "no event for it",
      .actual = command,
      .text =
          fmt::format("[TMPRL1100] Nondeterminism error: {} was answered to an earlier Workflow "
                      "Task, but the history has no event for it",
                      command)};
}

void WorkflowRun::Restart() {
  execution_.reset();
  jobs_.Clear();
  info_ = {};
  last_event_id_ = 0;
  history_closed_ = false;
  always_encode_ = true;
}

WorkflowRun::Problem WorkflowRun::Apply(const HistoryEvent& event) {
  last_event_id_ = event.event_id;
  if (execution_ == nullptr && TypeOf(event) != EventType::kWorkflowExecutionStarted) {
    return InvalidHistory(
        fmt::format("it starts with {}, not with WorkflowExecutionStarted", NameOf(TypeOf(event))));
  }
  switch (TypeOf(event)) {
    case EventType::kWorkflowExecutionStarted:
      return Start(event, event.attributes.share<history::WorkflowExecutionStarted>());
    case EventType::kWorkflowTaskStarted:
      OnWorkflowTaskStarted(event);
      return {};
    case EventType::kWorkflowTaskFailed: {
      const auto& failed = *history::As<history::WorkflowTaskFailed>(event);
      if (failed.cause == history::WorkflowTaskFailedCause::kResetWorkflow) {
        execution_->Reseed(failed.new_run_id);
      }
      return {};
    }
    case EventType::kWorkflowTaskScheduled:
    case EventType::kWorkflowTaskCompleted:
    case EventType::kWorkflowTaskTimedOut:
    case EventType::kWorkflowExecutionUpdateAdmitted:  // PlanArrivals has seen it
      return {};
    case EventType::kWorkflowExecutionSignaled:
      jobs_.handled.emplace_back(event.attributes.share<history::WorkflowExecutionSignaled>());
      return {};
    case EventType::kWorkflowExecutionCancelRequested:
      jobs_.others.emplace_back(internal::CancelJob{});
      return {};
    case EventType::kWorkflowExecutionCompleted:
    case EventType::kWorkflowExecutionFailed:
    case EventType::kWorkflowExecutionCanceled:
    case EventType::kWorkflowExecutionContinuedAsNew:
      history_closed_ = true;
      return MatchCommand(event);
    case EventType::kWorkflowExecutionTimedOut:
    case EventType::kWorkflowExecutionTerminated:
      history_closed_ = true;
      return {};
    case EventType::kWorkflowExecutionOptionsUpdated:  // the server's business
      return {};
    case EventType::kActivityTaskScheduled:
    case EventType::kActivityTaskCancelRequested:
    case EventType::kTimerStarted:
    case EventType::kTimerCanceled:
    case EventType::kMarkerRecorded:
    case EventType::kUpsertWorkflowSearchAttributes:
    case EventType::kWorkflowPropertiesModified:
    case EventType::kStartChildWorkflowExecutionInitiated:
    case EventType::kSignalExternalWorkflowExecutionInitiated:
    case EventType::kRequestCancelExternalWorkflowExecutionInitiated:
    case EventType::kWorkflowExecutionUpdateAccepted:
    case EventType::kWorkflowExecutionUpdateRejected:
    case EventType::kWorkflowExecutionUpdateCompleted:
      return MatchCommand(event);
    case EventType::kActivityTaskStarted:
      return RouteToActivity(event,
                             history::As<history::ActivityTaskStarted>(event)->scheduled_event_id,
                             ActivityInput::kStartedEvent);
    case EventType::kActivityTaskCompleted:
      return RouteToActivity(event,
                             history::As<history::ActivityTaskCompleted>(event)->scheduled_event_id,
                             ActivityInput::kCompletedEvent);
    case EventType::kActivityTaskFailed:
      return RouteToActivity(event,
                             history::As<history::ActivityTaskFailed>(event)->scheduled_event_id,
                             ActivityInput::kFailedEvent);
    case EventType::kActivityTaskTimedOut:
      return RouteToActivity(event,
                             history::As<history::ActivityTaskTimedOut>(event)->scheduled_event_id,
                             ActivityInput::kTimedOutEvent);
    case EventType::kActivityTaskCanceled:
      return RouteToActivity(event,
                             history::As<history::ActivityTaskCanceled>(event)->scheduled_event_id,
                             ActivityInput::kCanceledEvent);
    case EventType::kTimerFired:
      return RouteToTimer(event);
    case EventType::kStartChildWorkflowExecutionFailed:
    case EventType::kChildWorkflowExecutionStarted:
    case EventType::kChildWorkflowExecutionCompleted:
    case EventType::kChildWorkflowExecutionFailed:
    case EventType::kChildWorkflowExecutionCanceled:
    case EventType::kChildWorkflowExecutionTimedOut:
    case EventType::kChildWorkflowExecutionTerminated:
    case EventType::kSignalExternalWorkflowExecutionFailed:
    case EventType::kExternalWorkflowExecutionSignaled:
    case EventType::kRequestCancelExternalWorkflowExecutionFailed:
    case EventType::kExternalWorkflowExecutionCancelRequested:
      return RouteToMachine(event);
    case EventType::kWorkflowPropertiesModifiedExternally:
    case EventType::kActivityPropertiesModifiedExternally:
    case EventType::kNexusOperationScheduled:
    case EventType::kNexusOperationStarted:
    case EventType::kNexusOperationCompleted:
    case EventType::kNexusOperationFailed:
    case EventType::kNexusOperationCanceled:
    case EventType::kNexusOperationTimedOut:
    case EventType::kNexusOperationCancelRequested:
    case EventType::kNexusOperationCancelRequestCompleted:
    case EventType::kNexusOperationCancelRequestFailed:
    case EventType::kWorkflowExecutionPaused:
    case EventType::kWorkflowExecutionUnpaused:
    case EventType::kWorkflowExecutionTimeSkippingTransitioned:
      return Unsupported(event);
  }
  return {};
}

WorkflowRun::Problem WorkflowRun::Start(
    const HistoryEvent& event, const history::Shared<history::WorkflowExecutionStarted>& started) {
  if (execution_ != nullptr) return InvalidHistory("it has two WorkflowExecutionStarted");
  const WorkflowRegistration* const registration = registry_.Find(started->workflow_type);
  if (registration == nullptr) return NotRegistered(registry_, started->workflow_type);
  execution_ =
      std::make_unique<internal::Execution>(context_, *registration, event.event_time, started);
  if (always_encode_) execution_->AlwaysEncode();
  info_.time = event.event_time;
  return {};
}

void WorkflowRun::OnWorkflowTaskStarted(const HistoryEvent& event) {
  const auto& started = *history::As<history::WorkflowTaskStarted>(event);
  started_time_ = event.event_time;
  info_.time = std::max(info_.time, event.event_time);
  info_.history_length = event.event_id;
  info_.history_size_bytes = started.history_size_bytes;
  info_.continue_as_new_suggested = started.suggest_continue_as_new;
  info_.target_worker_deployment_version_changed = started.target_worker_deployment_version_changed;
  execution_->commands().BeginTask(event.event_id);
}

WorkflowRun::Problem WorkflowRun::RunTask(bool replaying) {
  info_.replaying = replaying;
  std::optional<TaskFailure> failure = execution_->Activate(info_, jobs_);
  jobs_.Clear();
  if (failure.has_value()) return *std::move(failure);
  return {};
}

WorkflowRun::Problem WorkflowRun::MatchCommand(const HistoryEvent& event) {
  try {
    bool done = false;
    std::optional<Nondeterminism> difference = execution_->MatchLocalActivity(event, done);
    if (!done) difference = execution_->commands().Match(event);
    if (difference.has_value()) return *std::move(difference);
  } catch (const history::PayloadError& error) {  // of a marker
    return InvalidHistory(fmt::format("event {}: {}", event.event_id, error.what()));
  }
  return {};
}

WorkflowRun::Problem WorkflowRun::RouteToActivity(const HistoryEvent& event,
                                                  history::EventId scheduled, ActivityInput input) {
  std::optional<internal::Resolution> resolution;
  auto difference = execution_->commands().Route(event, scheduled, input, resolution);
  if (difference.has_value()) return *std::move(difference);
  if (resolution.has_value()) jobs_.others.emplace_back(std::get<0>(*resolution));
  return {};
}

WorkflowRun::Problem WorkflowRun::RouteToTimer(const HistoryEvent& event) {
  std::optional<internal::Resolution> resolution;
  auto difference =
      execution_->commands().Route(event, *history::As<history::TimerFired>(event), resolution);
  if (difference.has_value()) return *std::move(difference);
  if (resolution.has_value()) jobs_.others.emplace_back(std::get<1>(*resolution));
  return {};
}

WorkflowRun::Problem WorkflowRun::RouteToMachine(const HistoryEvent& event) {
  std::optional<internal::Resolution> resolution;
  auto difference = execution_->commands().Route(event, InitiatedEventIdOf(event), resolution);
  if (difference.has_value()) return *std::move(difference);
  if (resolution.has_value()) jobs_.others.emplace_back(std::get<2>(*resolution));
  return {};
}

Result<history::Payloads> WorkflowRun::Query(std::string_view name, const history::Payloads& input,
                                             const history::PayloadMap& header) {
  if (dead_ || execution_ == nullptr) {
    throw std::logic_error("WorkflowRun::Query: the run has failed, or was never activated");
  }
  const history::DataConverter& converter = registry_.data_converter();
  if (!converter) return execution_->Query(name, input, header);
  try {
    history::Payloads decoded = input;
    Convert(converter, history::CodecDirection::kDecode, decoded);
    Result<history::Payloads> answer = execution_->Query(name, decoded, header);
    if (!answer.ok()) return answer;
    history::Payloads encoded = *std::move(answer);
    Convert(converter, history::CodecDirection::kEncode, encoded);
    return encoded;
  } catch (...) {
    return Result<history::Payloads>::Failed(internal::FailureOfBug(std::current_exception()));
  }
}

}  // namespace groundhog::workflow
