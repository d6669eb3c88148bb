#include "reports/decision_text.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "faults/catalog.h"

namespace groundhog::reports {
namespace {

struct MessageWords {
  std::string_view message;
  std::string_view before;  // the subject, an activity or what a workflow task is about
  std::string_view after;
};
constexpr auto kMessages = std::to_array<MessageWords>({
    {"PollWorkflowTaskQueue", "the poll that brings the workflow task after “", "”"},
    {"PollActivityTaskQueue", "the poll that brings ", ""},
    {"RespondWorkflowTaskCompleted", "the answer to the workflow task after “", "”"},
    {"RespondWorkflowTaskFailed", "the report that the workflow task failed after “", "”"},
    {"RespondActivityTaskCompleted", "the report that ", " completed"},
    {"RespondActivityTaskFailed", "the report that ", " failed"},
    {"RespondActivityTaskCanceled", "the report that ", " is canceled"},
    {"RecordActivityTaskHeartbeat", "a heartbeat of ", ""},
});

// "the report that withdraw completed"
std::string WhatIsHit(const sim::Decision& decision) {
  for (const MessageWords& words : kMessages) {
    if (words.message == decision.kind && !decision.subject.empty())
      return fmt::format("{}{}{}", words.before, decision.subject, words.after);
  }
  if (decision.kind.empty()) {
    const bool task = decision.site == "worker/workflow_task" && !decision.subject.empty();
    return task ? fmt::format("the one after “{}”", decision.subject) : decision.subject;
  }
  return decision.subject.empty() ? decision.kind
                                  : fmt::format("{}({})", decision.kind, decision.subject);
}

const faults::FaultKind* FindKind(const sim::Decision& decision) {
  for (const faults::FaultKind& kind : faults::Catalog::BuiltIn().kinds()) {
    const bool named =
        decision.answer.empty() || kind.site->answers[kind.answer - 1] == decision.answer;
    if (kind.site->name == decision.site && named) return &kind;
  }
  return nullptr;
}

}  // namespace

std::string MeaningOf(const explore::DecisionRange& range) {
  const sim::Decision& decision = range.first;
  if (decision.site.starts_with("input/"))
    return fmt::format("the scenario runs with {}", decision.answer);
  const faults::FaultKind* kind = FindKind(decision);
  if (kind == nullptr) return "";
  std::string text = kind->Meaning();
  const std::string subject = WhatIsHit(decision);
  if (!subject.empty()) text += ": " + subject;
  if (range.last > decision.number) {
    text += fmt::format(", attempts {} to {}", decision.number, range.last);
  } else if (decision.number > 0) {
    text += fmt::format(", attempt {}", decision.number);
  }
  if (decision.occurrence > 1) text += fmt::format(", time {}", decision.occurrence);
  return text;
}

std::string ExplainedDecisions(std::span<const sim::Decision> decisions, const TextStyle& style) {
  if (decisions.empty()) return "  nothing: it happens in the uneventful run\n";
  std::string text;
  for (const explore::DecisionRange& range : explore::RangesOf(decisions)) {
    text += "  " + Paint(style, Ink::kBad, Printable(explore::TextOf(range))) + "\n";
    const std::string meaning = MeaningOf(range);
    if (!meaning.empty()) text += Paint(style, Ink::kDim, Indented(meaning, 6, style));
  }
  return text;
}

}  // namespace groundhog::reports
