#include "runtime/workflow/task_result.h"

#include <fmt/format.h>

namespace groundhog::workflow {
namespace {

history::FailurePtr Failure(std::string message, std::string type) {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = std::move(message),
                       .info = history::ApplicationFailureInfo{.type = std::move(type)}});
}

}  // namespace

TaskFailure ToTaskFailure(const Nondeterminism& nondeterminism) {
  return TaskFailure{.cause = history::WorkflowTaskFailedCause::kNonDeterministicError,
                     .failure = Failure(nondeterminism.text, "")};
}

TaskFailure InvalidHistory(std::string_view why) {
  return TaskFailure{
      .failure = Failure(fmt::format("this is no history of a run: {}", why), "InvalidHistory")};
}

}  // namespace groundhog::workflow
