#include "runtime/history/failure_text.h"

namespace groundhog::history {
namespace {

void Append(std::string& text, const Failure& failure) {
  if (const auto* application = std::get_if<ApplicationFailureInfo>(&failure.info)) {
    if (!application->type.empty()) text += application->type + ": ";
  }
  if (std::holds_alternative<CanceledFailureInfo>(failure.info) && failure.message.empty()) {
    text += "canceled";
  }
  text += failure.message;
  if (const auto* activity = std::get_if<ActivityFailureInfo>(&failure.info)) {
    text += " (" + activity->activity_type + ")";
  } else if (const auto* child = std::get_if<ChildWorkflowExecutionFailureInfo>(&failure.info)) {
    text += " (" + child->workflow_type + ")";
  }
}

}  // namespace

std::string Describe(const FailurePtr& failure) {
  if (!failure) return "no failure";
  std::string text;
  std::string last;
  for (const Failure* link = failure.get(); link != nullptr; link = link->cause.get()) {
    std::string said;
    Append(said, *link);
    // The cause of a timeout is the timeout of the attempt before: said once is enough.
    if (said == last) continue;
    text += (text.empty() ? "" : ": ") + said;
    last = std::move(said);
  }
  return text;
}

const Failure* RootCause(const FailurePtr& failure) {
  const Failure* link = failure.get();
  while (link != nullptr && link->cause) link = link->cause.get();
  return link;
}

std::string_view ApplicationTypeOf(const FailurePtr& failure) {
  std::string_view type;
  for (const Failure* link = failure.get(); link != nullptr; link = link->cause.get()) {
    if (const auto* info = std::get_if<ApplicationFailureInfo>(&link->info)) type = info->type;
  }
  return type;
}

bool HasCanceledFailure(const FailurePtr& failure) {
  for (const Failure* link = failure.get(); link != nullptr; link = link->cause.get()) {
    if (std::holds_alternative<CanceledFailureInfo>(link->info)) return true;
  }
  return false;
}

}  // namespace groundhog::history
