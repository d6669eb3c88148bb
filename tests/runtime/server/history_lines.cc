#include "tests/runtime/server/history_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/history/event_fields.h"

namespace groundhog::server::testing {
namespace {

using namespace history;  // NOLINT(google-build-using-namespace): one function for each of its event types

std::string Seconds(Duration duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e9;
  return fmt::format("{}s", seconds);
}

std::string Text(const Payloads& payloads) {
  std::string text;
  for (const Payload& payload : payloads) {
    text += (text.empty() ? "" : ",") + payload.data();
  }
  return text;
}

std::string Text(const FailurePtr& failure) {
  if (!failure) return "";
  const std::string info = std::visit(
      Overloaded{[](const std::monostate&) { return std::string(); },
                 [](const ApplicationFailureInfo& i) { return "application " + i.type; },
                 [](const TimeoutFailureInfo& i) {
                   const std::string details = Text(i.last_heartbeat_details);
                   return "timeout " + std::string(NameOf(i.timeout_type)) +
                          (details.empty() ? "" : " " + details);
                 },
                 [](const CanceledFailureInfo&) { return std::string("canceled"); },
                 [](const TerminatedFailureInfo&) { return std::string("terminated"); },
                 [](const ServerFailureInfo&) { return std::string("server"); },
                 [](const ResetWorkflowFailureInfo&) { return std::string("reset"); },
                 [](const ActivityFailureInfo&) { return std::string("activity"); },
                 [](const ChildWorkflowExecutionFailureInfo&) { return std::string("child"); }},
      failure->info);
  const std::string cause = Text(failure->cause);
  return fmt::format("<{}|{}{}>", failure->message, info, cause.empty() ? "" : "|" + cause);
}

class Line {
 public:
  explicit Line(const HistoryEvent& event)
      : text_(fmt::format("{} {}", event.event_id, NameOf(TypeOf(event)))) {}

  void Add(const char* name, const std::string& value) {
    if (!value.empty()) text_ += fmt::format(" {}={}", name, value);
  }
  void Add(const char* name, std::int64_t value) {
    if (value != 0) Add(name, std::to_string(value));
  }
  void Add(const char* name, std::int32_t value) { Add(name, std::int64_t{value}); }
  void Add(const char* name, Duration value) {
    if (value.count() != 0) Add(name, Seconds(value));
  }
  void Add(const char* name, const Payloads& value) { Add(name, Text(value)); }
  void Add(const char* name, const FailurePtr& value) { Add(name, Text(value)); }
  template <class E>
  requires std::is_enum_v<E>
  void Add(const char* name, E value) {
    if (value != E{}) Add(name, std::string(NameOf(value)));
  }

  std::string text() const { return text_; }

 private:
  std::string text_;
};

// Shows the fields of an event by the names that JSON has for them.
class FieldShower {
 public:
  explicit FieldShower(Line& line) : line_(line) {}

  template <class T>
  void operator()(std::string_view name, const T& value, Presence = Presence::kIfSet) {
    Show(std::string(name), value);
  }
  void Named(std::string_view name, const std::string& value) { Show(std::string(name), value); }
  template <class Value>
  void Map(std::string_view name, std::string_view,
           const std::vector<std::pair<std::string, Value>>& map, Presence = Presence::kIfSet) {
    for (const auto& [key, value] : map) Show(fmt::format("{}.{}", name, key), value);
  }
  void Attempt(std::string_view name, std::int32_t value) { Show(std::string(name), value); }
  template <class Fields>
  void Group(std::string_view, const Fields& fields) {
    fields(*this);
  }
  template <class T>
  void Rare(std::string_view name, const T& value) {
    Show(std::string(name), value);
  }
  template <class T>
  void Rare(const history::Shared<T>& part) {
    if (part) ForEachField(*part, *this);
  }

 private:
  template <class T>
  void Show(const std::string& name, const T& value) {
    if constexpr (requires { line_.Add(name.c_str(), value); }) {
      line_.Add(name.c_str(), value);
    } else {
      ForEachField(value, *this);
    }
  }
  void Show(const std::string& name, bool value) {
    if (value) line_.Add(name.c_str(), std::string("true"));
  }
  void Show(const std::string& name, double value) {
    line_.Add(name.c_str(), fmt::format("{}", value));
  }
  void Show(const std::string& name, const std::vector<std::string>& texts) {
    line_.Add(name.c_str(), fmt::format("{}", fmt::join(texts, ",")));
  }
  void Show(const std::string& name, const Payload& value) { Show(name, Payloads{value}); }
  void Show(const std::string& name, const TaskQueue& queue) { Show(name, queue.name); }
  void Show(const std::string& name, const WorkflowExecution& execution) {
    Show(name, execution.workflow_id);  // run ids are generated
  }
  template <class T>
  void Show(const std::string& name, const std::optional<T>& value) {
    if (value) Show(name, *value);
  }

  Line& line_;
};

template <class Event>
void Fill(Line& l, const Event& e) {
  FieldShower shower(l);
  ForEachField(e, shower);
}
void Fill(Line& l, const WorkflowExecutionStarted& e) {
  l.Add("execution", e.workflow_execution_timeout);
  l.Add("run", e.workflow_run_timeout);
  l.Add("task", e.workflow_task_timeout);
  l.Add("identity", e.identity);
  l.Add("attempt", e.attempt);
  l.Add("backoff", e.first_workflow_task_backoff);
  l.Add("initiator", e.initiator);
  l.Add("failure", e.continued_failure);
  l.Add("last", e.last_completion_result);
  l.Add("cron", e.cron_schedule);
  for (const auto& [name, value] : e.memo) l.Add(("memo." + name).c_str(), Payloads{value});
}
void Fill(Line& l, const WorkflowExecutionCompleted& e) {
  l.Add("result", e.result);
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const WorkflowExecutionFailed& e) {
  l.Add("failure", e.failure);
  l.Add("retry", e.retry_state);
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const WorkflowExecutionTimedOut& e) { l.Add("retry", e.retry_state); }
void Fill(Line& l, const WorkflowExecutionTerminated& e) {
  l.Add("reason", e.reason);
  l.Add("details", e.details);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const WorkflowExecutionCancelRequested& e) {
  l.Add("cause", e.cause);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const WorkflowExecutionCanceled& e) {
  l.Add("details", e.details);
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const WorkflowExecutionSignaled& e) {
  l.Add("name", e.signal_name);
  l.Add("input", e.input);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const WorkflowTaskScheduled& e) {
  l.Add("kind", e.task_queue.kind);
  l.Add("timeout", e.attempt > 3 ? Duration{0} : e.start_to_close_timeout);
  l.Add("attempt", e.attempt);
}
void Fill(Line& l, const WorkflowTaskStarted& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const WorkflowTaskCompleted& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const WorkflowTaskTimedOut& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("timeout", e.timeout_type);
}
void Fill(Line& l, const WorkflowTaskFailed& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("cause", e.cause);
  l.Add("failure", e.failure);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const ActivityTaskScheduled& e) {
  l.Add("id", e.activity_id);
  l.Add("type", e.activity_type);
  l.Add("s2c", e.schedule_to_close_timeout);
  l.Add("s2s", e.schedule_to_start_timeout);
  l.Add("stc", e.start_to_close_timeout);
  l.Add("heartbeat", e.heartbeat_timeout);
  const RetryPolicy& policy = e.retry_policy;
  l.Add("policy",
        fmt::format("{}/{}/{}/{}", Seconds(policy.initial_interval), policy.backoff_coefficient,
                    Seconds(policy.maximum_interval), policy.maximum_attempts));
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const ActivityTaskStarted& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("identity", e.identity);
  l.Add("attempt", e.attempt);
  l.Add("last", e.last_failure);
}
void Fill(Line& l, const ActivityTaskCompleted& e) {
  l.Add("result", e.result);
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const ActivityTaskFailed& e) {
  l.Add("failure", e.failure);
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("identity", e.identity);
  l.Add("retry", e.retry_state);
}
void Fill(Line& l, const ActivityTaskTimedOut& e) {
  l.Add("failure", e.failure);
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("retry", e.retry_state);
}
void Fill(Line& l, const ActivityTaskCancelRequested& e) {
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const ActivityTaskCanceled& e) {
  l.Add("details", e.details);
  l.Add("requested", e.latest_cancel_requested_event_id);
  l.Add("scheduled", e.scheduled_event_id);
  l.Add("started", e.started_event_id);
  l.Add("identity", e.identity);
}
void Fill(Line& l, const TimerStarted& e) {
  l.Add("id", e.timer_id);
  l.Add("timeout", e.start_to_fire_timeout);
  l.Add("wft", e.workflow_task_completed_event_id);
}
void Fill(Line& l, const TimerFired& e) {
  l.Add("id", e.timer_id);
  l.Add("started", e.started_event_id);
}
void Fill(Line& l, const TimerCanceled& e) {
  l.Add("id", e.timer_id);
  l.Add("started", e.started_event_id);
  l.Add("wft", e.workflow_task_completed_event_id);
  l.Add("identity", e.identity);
}

}  // namespace

std::string LineOf(const HistoryEvent& event) {
  Line line(event);
  Visit(event, [&line](const auto& attributes) { Fill(line, attributes); });
  return line.text();
}

std::vector<std::string> LinesOf(const EventHistory& history) {
  std::vector<std::string> lines;
  for (const HistoryEvent& event : history) lines.push_back(LineOf(event));
  return lines;
}

}  // namespace groundhog::server::testing
