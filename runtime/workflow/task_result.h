// TaskResult: what a run answers to one Workflow Task.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "runtime/history/command.h"
#include "runtime/history/enums.h"
#include "runtime/history/failure.h"

namespace groundhog::workflow {

// The code could not finish the task (an exception that is no FailureError, or a forbidden call):
// the task fails, the workflow lives.
struct TaskFailure {
  history::WorkflowTaskFailedCause cause =
      history::WorkflowTaskFailedCause::kWorkflowWorkerUnhandledFailure;
  history::FailurePtr failure = {};
};

// The code did something else than the history says it did (SEMANTICS e.3).
struct Nondeterminism {
  history::EventId event_id = 0;
  std::string expected;  // what the history has: "ActivityTaskScheduled(deposit, id 2)"
  std::string actual;    // what the code did: "StartTimer(id 1)", "nothing"
  std::string text;      // as Temporal says it, beginning with "[TMPRL1100] Nondeterminism error: "
};

using TaskResult = std::variant<history::Commands, TaskFailure, Nondeterminism>;

// The failure with which a worker reports non-determinism (cause NON_DETERMINISTIC_ERROR).
TaskFailure ToTaskFailure(const Nondeterminism& nondeterminism);
// The events cannot be those of one run.
TaskFailure InvalidHistory(std::string_view why);

}  // namespace groundhog::workflow
