// docs/state_machines.md is drawn from the tables of transitions. After a change of one:
//     GROUNDHOG_UPDATE_GOLDEN=1 ./test -R 'state machines'
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

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
#include "tests/catch.h"
#include "tests/reports/golden_file.h"

namespace groundhog {
namespace {

namespace code = workflow::internal;

using Names = std::vector<std::string>;
constexpr const char* kPage = "docs/state_machines.md";

// One machine: its states by their names, the first one first, and its inputs by theirs.
struct Drawing {
  std::string title;
  std::string says;
  Names states;
  Names inputs;
  std::vector<std::vector<int>> next;  // by state and input; -1: illegal
};

template <class State, class Input, class Next>
Drawing Draw(std::string title, std::string says, Names states, Names inputs, const Next& next) {
  Drawing drawing{.title = std::move(title),
                  .says = std::move(says),
                  .states = std::move(states),
                  .inputs = std::move(inputs)};
  for (std::size_t state = 0; state < drawing.states.size(); ++state) {
    drawing.next.emplace_back();
    for (std::size_t input = 0; input < drawing.inputs.size(); ++input) {
      const auto to = next(static_cast<State>(state), static_cast<Input>(input));
      drawing.next.back().push_back(to ? static_cast<int>(*to) : -1);
    }
  }
  return drawing;
}

template <class State, class Input, std::size_t states, std::size_t inputs>
Drawing DrawCode(std::string title, std::string says, Names input_names) {
  REQUIRE(input_names.size() == inputs);
  Names names;
  for (std::size_t state = 0; state < states; ++state) {
    names.emplace_back(code::NameOf(static_cast<State>(state)));
  }
  return Draw<State, Input>(std::move(title), std::move(says), std::move(names),
                            std::move(input_names),
                            [](State from, Input input) { return code::NextState(from, input); });
}

std::vector<Drawing> ServerMachines() {
  return {
      Draw<server::TaskPhase, server::TaskInput>(
          "Workflow task", "Of each run; runtime/server/workflow_task.cc (SEMANTICS d.1-d.3).",
          Names{"None", "Scheduled", "Started"},
          Names{"schedule", "start", "complete", "fail", "time out", "drop"},
          [](auto from, auto input) { return server::NextPhase(from, input); }),
      Draw<server::ActivityState, server::ActivityInput>(
          "Activity", "Of each that has not ended; runtime/server/activity.cc (SEMANTICS b.4, c).",
          Names{"Scheduled", "Started", "Closed"}, Names{"start", "retry", "close"},
          [](auto from, auto input) { return server::NextState(from, input); }),
      Draw<server::UpdatePhase, server::UpdateStep>(
          "Update", "Of each that is under way; runtime/server/update_registry.cc (SEMANTICS f.3).",
          Names{"Admitted", "Sent", "Accepted", "Completed"},
          Names{"send", "accept", "reject", "complete"},
          [](auto from, auto input) { return server::NextPhase(from, input); }),
  };
}

std::vector<Drawing> CodeMachines() {
  return {
      DrawCode<code::ActivityState, code::ActivityInput, code::kActivityStates,
               code::kActivityInputs>(
          "Activity, as its workflow sees it", "runtime/workflow/activity_machine.cc.",
          Names{"ActivityTaskScheduled", "ActivityTaskStarted", "ActivityTaskCompleted",
                "ActivityTaskFailed", "ActivityTaskTimedOut", "ActivityTaskCancelRequested",
                "ActivityTaskCanceled", "cancel", "abandon", "send and cancel (Go)"}),
      DrawCode<code::LocalActivityState, code::LocalActivityInput, code::kLocalActivityStates,
               code::kLocalActivityInputs>(
          "Local activity", "runtime/workflow/local_activity_machine.cc.",
          Names{"go live", "result", "announced", "MarkerRecorded"}),
      DrawCode<code::TimerState, code::TimerInput, code::kTimerStates, code::kTimerInputs>(
          "Timer", "runtime/workflow/timer_machine.cc.",
          Names{"TimerStarted", "TimerFired", "TimerCanceled", "cancel", "send and cancel (Go)"}),
      DrawCode<code::ChildState, code::ChildInput, code::kChildStates, code::kChildInputs>(
          "Child workflow", "runtime/workflow/child_workflow_machine.cc.",
          Names{"StartChildWorkflowExecutionInitiated", "StartChildWorkflowExecutionFailed",
                "ChildWorkflowExecutionStarted", "ChildWorkflowExecutionCompleted",
                "ChildWorkflowExecutionFailed", "ChildWorkflowExecutionTimedOut",
                "ChildWorkflowExecutionCanceled", "ChildWorkflowExecutionTerminated",
                "cancel and wait", "cancel at once"}),
      DrawCode<code::SignalExternalState, code::SignalExternalInput, code::kSignalExternalStates,
               code::kSignalExternalInputs>(
          "Signal to another workflow", "runtime/workflow/signal_external_machine.cc.",
          Names{"SignalExternalWorkflowExecutionInitiated", "ExternalWorkflowExecutionSignaled",
                "SignalExternalWorkflowExecutionFailed", "cancel"}),
      DrawCode<code::CancelExternalState, code::CancelExternalInput, code::kCancelExternalStates,
               code::kCancelExternalInputs>("Cancel request to another workflow",
                                            "runtime/workflow/cancel_external_machine.cc.",
                                            Names{"RequestCancelExternalWorkflowExecutionInitiated",
                                                  "ExternalWorkflowExecutionCancelRequested",
                                                  "RequestCancelExternalWorkflowExecutionFailed"}),
      DrawCode<code::UpdateState, code::UpdateInput, code::kUpdateStates, code::kUpdateInputs>(
          "Update, as its workflow sees it", "runtime/workflow/update_machine.cc.",
          Names{"accept", "reject", "complete", "WorkflowExecutionUpdateAccepted",
                "WorkflowExecutionUpdateCompleted"}),
  };
}

// One arrow for all inputs that lead from one state to another one. A state that nothing leads out
// of is an end.
std::string Mermaid(const Drawing& drawing) {
  std::string text = fmt::format("### {}\n\n{}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n",
                                 drawing.title, drawing.says, drawing.states.front());
  for (std::size_t from = 0; from < drawing.states.size(); ++from) {
    std::map<int, std::string> arrows;
    for (std::size_t input = 0; input < drawing.inputs.size(); ++input) {
      const int to = drawing.next[from][input];
      if (to < 0) continue;
      std::string& label = arrows[to];
      label += (label.empty() ? "" : ", ") + drawing.inputs[input];
    }
    const bool is_end =
        arrows.empty() || (arrows.size() == 1 && arrows.contains(static_cast<int>(from)));
    for (const auto& [to, label] : arrows) {
      text += fmt::format("    {} --> {}: {}\n", drawing.states[from],
                          drawing.states[static_cast<std::size_t>(to)], label);
    }
    if (is_end) text += fmt::format("    {} --> [*]\n", drawing.states[from]);
  }
  return text + "```\n\n";
}

std::string Page() {
  std::string text =
      "# State machines\n\n"
      "Drawn from the tables of transitions in the code; what has no arrow is illegal, and a step "
      "that is\n"
      "not in its table is a bug. This page is generated: `GROUNDHOG_UPDATE_GOLDEN=1 ./test -R "
      "'state\n"
      "machines'`. A test checks that it is up to date; another one (tests/transitions) that each "
      "row of\n"
      "the server's tables is taken.\n\n"
      "## The server\n\n";
  for (const Drawing& drawing : ServerMachines()) text += Mermaid(drawing);
  text +=
      "## Workflow code, live and at replay\n\n"
      "An input is an event of the history, or what the code does (in small letters).\n\n";
  for (const Drawing& drawing : CodeMachines()) text += Mermaid(drawing);
  text.pop_back();
  return text;
}

TEST_CASE("the page of state machines is drawn from their tables", "[golden]") {
  CHECK_GOLDEN(kPage, Page());
}

TEST_CASE("a machine that was changed is not the one on the page") {
  Drawing drawing = ServerMachines().front();
  const std::string before = Mermaid(drawing);
  CHECK_THAT(Page(), Catch::Matchers::Contains(before));
  drawing.next[1][5] = -1;
  CHECK_THAT(Page(), !Catch::Matchers::Contains(Mermaid(drawing)));
}

}  // namespace
}  // namespace groundhog
