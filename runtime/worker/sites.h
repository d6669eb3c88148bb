// Where a worker may fail (DESIGN §6). Each is asked once for a task, named after it.
#pragma once

#include <span>

#include "sim/choice.h"

namespace groundhog::worker {

namespace sites {

// When a workflow task has come, before its code runs.
extern const sim::ChoiceSite kWorkflowTask;
enum : sim::Answer { kWorkflowTaskCrash = 1, kWorkflowTaskPause };

// When an activity task has come, before its code runs.
extern const sim::ChoiceSite kBeforeEffect;
enum : sim::Answer {
  kBeforeCrash = 1,
  kBeforeError,
  kBeforeNonRetryable,
  kBeforeHang,
  kBeforePause
};

// When the activity's code has ended, before the report is sent.
extern const sim::ChoiceSite kAfterEffect;
enum : sim::Answer { kAfterCrash = 1, kAfterPause };

// The same moment: the activity succeeded and is reported as failed for good. Off unless asked for.
extern const sim::ChoiceSite kLie;

}  // namespace sites

std::span<const sim::ChoiceSite* const> WorkerSites();

// The type of the errors that Groundhog injects.
inline constexpr std::string_view kInjectedErrorType = "groundhog.InjectedError";

}  // namespace groundhog::worker
