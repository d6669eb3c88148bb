#include "properties/families.h"

#include <algorithm>

#include <fmt/format.h>

#include "properties/wording.h"

namespace groundhog::properties {
namespace {

using history::EventId;
using history::HistoryEvent;
using history::ParentClosePolicy;
using history::WorkflowExecutionStatus;

constexpr std::string_view kResetter = "history-resetter";
constexpr std::string_view kByPolicy = "by parent close policy";

class FamilyReader {
 public:
  FamilyStory Read(const RunRecord& run) {
    for (const HistoryEvent& event : run.history) {
      id_ = event.event_id;
      history::Visit(event, [this](const auto& attributes) { On(attributes); });
    }
    return std::move(story_);
  }

 private:
  void On(const history::StartChildWorkflowExecutionInitiated& e) {
    story_.children.push_back({.initiated_event_id = id_, .initiated = &e});
  }
  void On(const history::ChildWorkflowExecutionStarted& e) {
    if (ChildStory* child = Find(story_.children, e.initiated_event_id)) child->started = &e;
  }
  void On(const history::StartChildWorkflowExecutionFailed& e) { End(e.initiated_event_id); }
  void On(const history::ChildWorkflowExecutionCompleted& e) { End(e.initiated_event_id); }
  void On(const history::ChildWorkflowExecutionFailed& e) { End(e.initiated_event_id); }
  void On(const history::ChildWorkflowExecutionCanceled& e) { End(e.initiated_event_id); }
  void On(const history::ChildWorkflowExecutionTimedOut& e) { End(e.initiated_event_id); }
  void On(const history::ChildWorkflowExecutionTerminated& e) { End(e.initiated_event_id); }
  void On(const history::SignalExternalWorkflowExecutionInitiated& e) {
    Send(true, e.workflow_execution.workflow_id);
  }
  void On(const history::RequestCancelExternalWorkflowExecutionInitiated& e) {
    Send(false, e.workflow_execution.workflow_id);
  }
  void On(const history::SignalExternalWorkflowExecutionFailed& e) { Answer(e.initiated_event_id); }
  void On(const history::ExternalWorkflowExecutionSignaled& e) { Answer(e.initiated_event_id); }
  void On(const history::RequestCancelExternalWorkflowExecutionFailed& e) {
    Answer(e.initiated_event_id);
  }
  void On(const history::ExternalWorkflowExecutionCancelRequested& e) {
    Answer(e.initiated_event_id);
  }
  template <class Other>
  void On(const Other&) {}

  void Send(bool is_signal, const std::string& target) {
    story_.requests.push_back(
        {.initiated_event_id = id_, .is_signal = is_signal, .target = target});
  }
  void End(EventId initiated) {
    if (ChildStory* child = Find(story_.children, initiated)) child->ended = true;
  }
  void Answer(EventId initiated) {
    if (RequestStory* request = Find(story_.requests, initiated)) request->answered = true;
  }
  template <class Story>
  static Story* Find(std::vector<Story>& stories, EventId initiated) {
    const auto found = std::find_if(stories.begin(), stories.end(), [initiated](const Story& one) {
      return one.initiated_event_id == initiated;
    });
    return found == stories.end() ? nullptr : &*found;
  }

  EventId id_ = 0;
  FamilyStory story_;
};

// The runs of the child's chain, oldest first: of one that the parent knows to have started by its
// first run, else by the link to its parent.
std::vector<const RunRecord*> RunsOf(const Evidence& evidence, const RunRecord& parent,
                                     const ChildStory& child) {
  std::vector<const RunRecord*> runs;
  for (const RunRecord& run : evidence.runs) {
    if (run.workflow_id != child.initiated->workflow_id) continue;
    const auto* start = StartedEventOf(run);
    if (start == nullptr) continue;
    const bool is_it =
        child.started != nullptr
            ? start->first_execution_run_id == child.started->workflow_execution.run_id
            : start->parent_workflow_execution.run_id == parent.run_id &&
                  start->parent_initiated_event_id == child.initiated_event_id;
    if (is_it) runs.push_back(&run);
  }
  return runs;
}

bool WasAskedToCancel(const RunRecord& run) {
  return std::any_of(run.history.begin(), run.history.end(), [](const HistoryEvent& event) {
    return history::As<history::WorkflowExecutionCancelRequested>(event) != nullptr;
  });
}

const history::WorkflowExecutionTerminated* TerminationOf(const RunRecord& run) {
  if (run.history.empty()) return nullptr;
  return history::As<history::WorkflowExecutionTerminated>(run.history.back());
}

// What is wrong with a child of a closed parent; empty if nothing is.
std::string JudgeChild(const RunRecord& parent, const ChildStory& child,
                       const std::vector<const RunRecord*>& runs) {
  if (runs.empty()) return {};  // it was never started, or is gone
  const RunRecord& first = *runs.front();
  const RunRecord& last = *runs.back();
  const auto& closing = parent.history.back();
  if (child.started == nullptr && first.history.front().event_time > closing.event_time) {
    return "it was started after its parent had closed";
  }
  switch (child.initiated->parent_close_policy) {
    case ParentClosePolicy::kTerminate:
      return IsOpen(last) ? "it goes on, but its parent close policy is to terminate it" : "";
    case ParentClosePolicy::kRequestCancel: {
      const bool asked = std::any_of(runs.begin(), runs.end(),
                                     [](const RunRecord* run) { return WasAskedToCancel(*run); });
      return IsOpen(last) && !asked ? "it was not asked to cancel, which is its parent close policy"
                                    : "";
    }
    case ParentClosePolicy::kAbandon: {
      const auto* terminated = TerminationOf(last);
      return terminated != nullptr && terminated->reason == kByPolicy
                 ? "it was terminated, but its parent close policy is to abandon it"
                 : "";
    }
    case ParentClosePolicy::kUnspecified:
      break;
  }
  return {};
}

}  // namespace

FamilyStory ReadFamily(const RunRecord& run) { return FamilyReader().Read(run); }

void CheckFamilyIsTold(const Evidence& evidence, const RunRecord& run, Violations& found) {
  const FamilyStory family = ReadFamily(run);
  const auto add = [&](EventId id, const std::string& message) {
    found.push_back(About("liveness", run, id, EndOf(evidence), message));
  };
  for (const ChildStory& child : family.children) {
    if (child.ended) continue;
    const std::string& id = child.initiated->workflow_id;
    if (child.started == nullptr) {
      add(child.initiated_event_id,
          fmt::format("the child {} (event {}) was neither started nor refused", id,
                      child.initiated_event_id));
      continue;
    }
    const std::vector<const RunRecord*> runs = RunsOf(evidence, run, child);
    if (runs.empty() || IsOpen(*runs.back())) continue;
    add(child.initiated_event_id,
        fmt::format("the child {} (event {}) is {}, and its parent was not told", id,
                    child.initiated_event_id, NameOf(runs.back()->status)));
  }
  for (const RequestStory& request : family.requests) {
    if (request.answered) continue;
    add(request.initiated_event_id,
        fmt::format("the {} to {} (event {}) neither arrived nor failed",
                    request.is_signal ? "signal" : "cancel request", request.target,
                    request.initiated_event_id));
  }
}

void CheckChildrenOfClosed(const Evidence& evidence, const RunRecord& run, Violations& found) {
  if (run.history.empty()) return;
  const auto* terminated = TerminationOf(run);
  if (terminated != nullptr && terminated->identity == kResetter) return;  // they are its heir's
  for (const ChildStory& child : ReadFamily(run).children) {
    if (child.ended) continue;
    const std::string wrong = JudgeChild(run, child, RunsOf(evidence, run, child));
    if (wrong.empty()) continue;
    found.push_back(
        About("no_orphan", run, child.initiated_event_id, EndOf(evidence),
              fmt::format("the run is {}; of its child {} (event {}): {}", NameOf(run.status),
                          child.initiated->workflow_id, child.initiated_event_id, wrong)));
  }
}

}  // namespace groundhog::properties
