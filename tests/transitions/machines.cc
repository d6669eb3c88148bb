#include "tests/transitions/machines.h"

#include <stdexcept>
#include <utility>

#include "runtime/server/activity.h"
#include "runtime/server/update_registry.h"
#include "runtime/server/workflow_task.h"
#include "runtime/workflow/activity_machine.h"
#include "runtime/workflow/cancel_external_machine.h"
#include "runtime/workflow/child_workflow_machine.h"
#include "runtime/workflow/local_activity_machine.h"
#include "runtime/workflow/signal_external_machine.h"
#include "runtime/workflow/timer_machine.h"
#include "runtime/workflow/update_machine.h"

namespace groundhog::transitions {
namespace {

namespace code = workflow::internal;

using Names = std::vector<std::string>;

template <class State, class Input, class Next>
Machine MakeMachine(std::string title, std::string says, Names states, Names inputs,
                    const Next& next) {
  Machine machine{.type = &typeid(State),
                  .title = std::move(title),
                  .says = std::move(says),
                  .states = std::move(states),
                  .inputs = std::move(inputs)};
  for (std::size_t state = 0; state < machine.states.size(); ++state) {
    machine.next.emplace_back();
    for (std::size_t input = 0; input < machine.inputs.size(); ++input) {
      const auto to = next(static_cast<State>(state), static_cast<Input>(input));
      machine.next.back().push_back(to ? static_cast<int>(*to) : -1);
    }
  }
  return machine;
}

template <class State, class Input, std::size_t states, std::size_t inputs>
Machine CodeMachine(std::string title, std::string says, Names input_names) {
  if (input_names.size() != inputs) throw std::logic_error(title + " has other inputs by now");
  Names names;
  for (std::size_t state = 0; state < states; ++state) {
    names.emplace_back(code::NameOf(static_cast<State>(state)));
  }
  return MakeMachine<State, Input>(
      std::move(title), std::move(says), std::move(names), std::move(input_names),
      [](State from, Input input) { return code::NextState(from, input); });
}

}  // namespace

std::vector<Machine> ServerMachines() {
  return {
      MakeMachine<server::TaskPhase, server::TaskInput>(
          "Workflow task", "Of each run; runtime/server/workflow_task.cc (SEMANTICS d.1-d.3).",
          Names{"None", "Scheduled", "Started"},
          Names{"schedule", "start", "complete", "fail", "time out", "drop"},
          [](auto from, auto input) { return server::NextPhase(from, input); }),
      MakeMachine<server::ActivityState, server::ActivityInput>(
          "Activity", "Of each that has not ended; runtime/server/activity.cc (SEMANTICS b.4, c).",
          Names{"Scheduled", "Started", "Closed"}, Names{"start", "retry", "close"},
          [](auto from, auto input) { return server::NextState(from, input); }),
      MakeMachine<server::UpdatePhase, server::UpdateStep>(
          "Update", "Of each that is under way; runtime/server/update_registry.cc (SEMANTICS f.3).",
          Names{"Admitted", "Sent", "Accepted", "Completed"},
          Names{"send", "accept", "reject", "complete"},
          [](auto from, auto input) { return server::NextPhase(from, input); }),
  };
}

std::vector<Machine> CodeMachines() {
  return {
      CodeMachine<code::ActivityState, code::ActivityInput, code::kActivityStates,
                  code::kActivityInputs>(
          "Activity, as its workflow sees it", "runtime/workflow/activity_machine.cc.",
          Names{"ActivityTaskScheduled", "ActivityTaskStarted", "ActivityTaskCompleted",
                "ActivityTaskFailed", "ActivityTaskTimedOut", "ActivityTaskCancelRequested",
                "ActivityTaskCanceled", "cancel", "abandon", "send and cancel (Go)"}),
      CodeMachine<code::LocalActivityState, code::LocalActivityInput, code::kLocalActivityStates,
                  code::kLocalActivityInputs>(
          "Local activity", "runtime/workflow/local_activity_machine.cc.",
          Names{"go live", "result", "announced", "MarkerRecorded"}),
      CodeMachine<code::TimerState, code::TimerInput, code::kTimerStates, code::kTimerInputs>(
          "Timer", "runtime/workflow/timer_machine.cc.",
          Names{"TimerStarted", "TimerFired", "TimerCanceled", "cancel", "send and cancel (Go)"}),
      CodeMachine<code::ChildState, code::ChildInput, code::kChildStates, code::kChildInputs>(
          "Child workflow", "runtime/workflow/child_workflow_machine.cc.",
          Names{"StartChildWorkflowExecutionInitiated", "StartChildWorkflowExecutionFailed",
                "ChildWorkflowExecutionStarted", "ChildWorkflowExecutionCompleted",
                "ChildWorkflowExecutionFailed", "ChildWorkflowExecutionTimedOut",
                "ChildWorkflowExecutionCanceled", "ChildWorkflowExecutionTerminated",
                "cancel and wait", "cancel at once"}),
      CodeMachine<code::SignalExternalState, code::SignalExternalInput, code::kSignalExternalStates,
                  code::kSignalExternalInputs>(
          "Signal to another workflow", "runtime/workflow/signal_external_machine.cc.",
          Names{"SignalExternalWorkflowExecutionInitiated", "ExternalWorkflowExecutionSignaled",
                "SignalExternalWorkflowExecutionFailed", "cancel"}),
      CodeMachine<code::CancelExternalState, code::CancelExternalInput, code::kCancelExternalStates,
                  code::kCancelExternalInputs>(
          "Cancel request to another workflow", "runtime/workflow/cancel_external_machine.cc.",
          Names{"RequestCancelExternalWorkflowExecutionInitiated",
                "ExternalWorkflowExecutionCancelRequested",
                "RequestCancelExternalWorkflowExecutionFailed"}),
      CodeMachine<code::UpdateState, code::UpdateInput, code::kUpdateStates, code::kUpdateInputs>(
          "Update, as its workflow sees it", "runtime/workflow/update_machine.cc.",
          Names{"accept", "reject", "complete", "WorkflowExecutionUpdateAccepted",
                "WorkflowExecutionUpdateCompleted"}),
  };
}

}  // namespace groundhog::transitions
