// Evidence: all that a finished simulation left behind for checkers to judge. Checkers are pure
// functions over it.
#pragma once

#include <string>
#include <vector>

#include "properties/ledger.h"
#include "properties/violation.h"
#include "runtime/history/enums.h"
#include "runtime/history/event.h"
#include "runtime/workflow/registry.h"
#include "sim/kernel.h"
#include "sim/trace.h"

namespace groundhog::properties {

struct RunRecord {
  std::string workflow_id = {};
  std::string run_id = {};
  std::string workflow_type = {};
  history::WorkflowExecutionStatus status = history::WorkflowExecutionStatus::kUnspecified;
  history::EventHistory history = {};
  // What the server still keeps to do for the run; a closed run must have nothing.
  std::size_t pending_activities = 0;
  // Of these the ones that an operator has paused, and that no worker is at: their
  // ActivityTaskScheduled. They wait for whoever unpauses them.
  std::vector<history::EventId> paused_activities = {};
  std::size_t pending_timers = 0;
  bool pending_workflow_task = false;
  // Children that are to be started, or to be told that the run has ended; signals and cancel
  // requests on their way.
  std::size_t pending_relations = 0;
  // The code, with its data converter, of the workers on the run's task queue, and of the version
  // that last worked on it; null: that of all.
  const workflow::WorkflowRegistry* workflows = nullptr;
};

// An activity that undoes another (DESIGN §7).
struct Compensation {
  std::string undo = {};  // activity type, and `operation` in the ledger
  std::string done = {};
};

struct Evidence {
  const sim::Trace* trace = nullptr;
  std::vector<RunRecord> runs = {};  // in the order of their starts
  Ledgers ledgers = {};
  std::vector<Compensation> compensations = {};
  sim::SimulationEnd end = {};
  std::vector<std::string> unfinished_scripts = {};       // clients that still waited at the end
  const workflow::WorkflowRegistry* workflows = nullptr;  // the code as it was at the end
  // By which a run is replayed. REQUIRES: `workflows` is not null.
  const workflow::WorkflowRegistry& CodeOf(const RunRecord& run) const {
    return run.workflows == nullptr ? *workflows : *run.workflows;
  }
};

// A built-in property. Appends what it finds.
using Checker = void (*)(const Evidence& evidence, Violations& found);
struct BuiltIn {
  std::string_view name;
  std::string_view meaning;  // one line for people
  Checker check;
};
// retry, compensation, replay, history, liveness, no_orphan: on for every scenario.
const std::vector<BuiltIn>& BuiltIns();
bool IsBuiltIn(std::string_view property);

}  // namespace groundhog::properties
