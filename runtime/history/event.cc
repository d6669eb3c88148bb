#include "runtime/history/event.h"

#include <algorithm>
#include <array>

namespace groundhog::history {
namespace {

constexpr auto kTypes = std::to_array<EventType>({
#define X(Name, number, proto, json) EventType::k##Name,
    GROUNDHOG_EVENT_TYPES(X)
#undef X
});
static_assert(kTypes.size() == std::variant_size_v<EventAttributes>,
              "the variant and the list of event types must agree");

#define X(Name, number, proto, json)                                                             \
  static_assert(                                                                                 \
      std::is_same_v<                                                                            \
          std::variant_alternative_t<                                                            \
              static_cast<std::size_t>(                                                          \
                  std::find(kTypes.begin(), kTypes.end(), EventType::k##Name) - kTypes.begin()), \
              EventAttributes>,                                                                  \
          Shared<Name>>);
GROUNDHOG_EVENT_TYPES(X)
#undef X

}  // namespace

EventType TypeOf(const HistoryEvent& event) { return kTypes[event.attributes.index()]; }

std::string_view NameOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json) \
  case EventType::k##Name:           \
    return #Name;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return "";
}

std::string_view ProtoNameOf(EventType type) {
  switch (type) {
#define X(Name, number, proto, json) \
  case EventType::k##Name:           \
    return "EVENT_TYPE_" proto;
    GROUNDHOG_EVENT_TYPES(X)
#undef X
  }
  return "";
}

bool IsClosing(EventType type) {
  switch (type) {
    case EventType::kWorkflowExecutionCompleted:
    case EventType::kWorkflowExecutionFailed:
    case EventType::kWorkflowExecutionTimedOut:
    case EventType::kWorkflowExecutionCanceled:
    case EventType::kWorkflowExecutionTerminated:
      return true;
    case EventType::kWorkflowExecutionStarted:
    case EventType::kWorkflowTaskScheduled:
    case EventType::kWorkflowTaskStarted:
    case EventType::kWorkflowTaskCompleted:
    case EventType::kWorkflowTaskTimedOut:
    case EventType::kWorkflowTaskFailed:
    case EventType::kActivityTaskScheduled:
    case EventType::kActivityTaskStarted:
    case EventType::kActivityTaskCompleted:
    case EventType::kActivityTaskFailed:
    case EventType::kActivityTaskTimedOut:
    case EventType::kActivityTaskCancelRequested:
    case EventType::kActivityTaskCanceled:
    case EventType::kTimerStarted:
    case EventType::kTimerFired:
    case EventType::kTimerCanceled:
    case EventType::kWorkflowExecutionCancelRequested:
    case EventType::kWorkflowExecutionSignaled:
      return false;
  }
  return false;
}

bool IsCommandEvent(EventType type) {
  switch (type) {
    case EventType::kActivityTaskScheduled:
    case EventType::kActivityTaskCancelRequested:
    case EventType::kTimerStarted:
    case EventType::kTimerCanceled:
    case EventType::kWorkflowExecutionCompleted:
    case EventType::kWorkflowExecutionFailed:
    case EventType::kWorkflowExecutionCanceled:
      return true;
    case EventType::kWorkflowExecutionStarted:
    case EventType::kWorkflowExecutionTimedOut:
    case EventType::kWorkflowTaskScheduled:
    case EventType::kWorkflowTaskStarted:
    case EventType::kWorkflowTaskCompleted:
    case EventType::kWorkflowTaskTimedOut:
    case EventType::kWorkflowTaskFailed:
    case EventType::kActivityTaskStarted:
    case EventType::kActivityTaskCompleted:
    case EventType::kActivityTaskFailed:
    case EventType::kActivityTaskTimedOut:
    case EventType::kActivityTaskCanceled:
    case EventType::kTimerFired:
    case EventType::kWorkflowExecutionCancelRequested:
    case EventType::kWorkflowExecutionSignaled:
    case EventType::kWorkflowExecutionTerminated:
      return false;
  }
  return false;
}

}  // namespace groundhog::history
