#include "runtime/worker/sites.h"

#include <array>

namespace groundhog::worker {
namespace sites {
namespace {

using sim::ChoiceClass;

constexpr auto kTaskAnswers = std::to_array<std::string_view>({"crash", "pause"});
constexpr auto kBeforeAnswers =
    std::to_array<std::string_view>({"crash", "error", "non_retryable_error", "hang", "pause"});
constexpr auto kAfterAnswers = std::to_array<std::string_view>({"crash", "pause"});
constexpr auto kLieAnswers = std::to_array<std::string_view>({"non_retryable_error"});

}  // namespace

constinit const sim::ChoiceSite kWorkflowTask{"worker/workflow_task", ChoiceClass::kFault,
                                              kTaskAnswers, "in a workflow task, the worker {}"};
constinit const sim::ChoiceSite kBeforeEffect{"worker/activity.before_effect", ChoiceClass::kFault,
                                              kBeforeAnswers,
                                              "before the activity's effect, the worker {}"};
constinit const sim::ChoiceSite kAfterEffect{
    "worker/activity.after_effect", ChoiceClass::kFault, kAfterAnswers,
    "between the activity's effect and its report, the worker {}"};
constinit const sim::ChoiceSite kLie{"worker/activity.lie", ChoiceClass::kFault, kLieAnswers,
                                     "the activity took effect and is reported as failed for good"};

}  // namespace sites

std::span<const sim::ChoiceSite* const> WorkerSites() {
  static constexpr auto kSites = std::to_array<const sim::ChoiceSite*>(
      {&sites::kWorkflowTask, &sites::kBeforeEffect, &sites::kAfterEffect, &sites::kLie});
  return kSites;
}

}  // namespace groundhog::worker
