#include "tests/random_workflows/replays.h"

#include <cstddef>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "properties/code_change.h"
#include "runtime/history/failure_text.h"
#include "runtime/workflow/workflow_run.h"

namespace groundhog::random_workflows {
namespace {

using history::HistoryEvent;
using properties::Evidence;
using properties::RunRecord;
using properties::Violations;
using Events = std::span<const HistoryEvent>;

struct Answer {
  history::Commands commands = {};
  std::string wrong = {};  // empty: the run does what the history says
};

Answer Feed(workflow::WorkflowRun& run, Events events) {
  try {
    workflow::TaskResult result = run.Activate(events);
    if (const auto* difference = std::get_if<workflow::Nondeterminism>(&result)) {
      return {.wrong = fmt::format("event {}: the history has {}, the code asked for {} ({})",
                                   difference->event_id, difference->expected, difference->actual,
                                   difference->text)};
    }
    if (const auto* failed = std::get_if<workflow::TaskFailure>(&result)) {
      return {.wrong = history::Describe(failed->failure)};
    }
    return {.commands = std::get<history::Commands>(std::move(result))};
  } catch (const std::logic_error& error) {
    return {.wrong = error.what()};
  }
}

// An update that no event has brought comes with its task: a run that is to do that task needs its
// messages. Such cuts are left out.
bool BringsUpdate(Events after_completion) {
  for (const HistoryEvent& event : after_completion) {
    if (!history::IsCommandEvent(history::TypeOf(event))) return false;
    if (history::As<history::WorkflowExecutionUpdateAccepted>(event) != nullptr) return true;
  }
  return false;
}

std::string CutAt(const Evidence& evidence, const RunRecord& record, std::size_t completed) {
  const Events events = record.history;
  const auto* started = history::As<history::WorkflowExecutionStarted>(events.front());
  workflow::WorkflowRun run(evidence.CodeOf(record),
                            {.workflow_id = started->workflow_id, .run_id = record.run_id});
  const Answer answer = Feed(run, events.first(completed));
  if (!answer.wrong.empty() || run.waits_for_local_activities()) return answer.wrong;
  if (properties::GoesNewWay(answer.commands, events.subspan(completed + 1))) return {};
  return Feed(run, events.subspan(completed)).wrong;
}

void CheckRun(const Evidence& evidence, const RunRecord& record, Violations& found) {
  Events events = record.history;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (history::As<history::WorkflowTaskCompleted>(events[i]) == nullptr) continue;
    if (BringsUpdate(events.subspan(i + 1))) continue;
    const std::string wrong = CutAt(evidence, record, i);
    if (wrong.empty()) continue;
    found.push_back({.property = "replay after an eviction",
                     .message = fmt::format("{}: evicted before event {}: {}", record.workflow_id,
                                            i + 1, wrong),
                     .workflow_id = record.workflow_id,
                     .event_id = static_cast<std::int64_t>(i + 1)});
    return;
  }
}

}  // namespace

void CheckReplays(const Evidence& evidence, Violations& found) {
  if (!found.empty()) return;  // what is wrong is known
  for (const RunRecord& record : evidence.runs) CheckRun(evidence, record, found);
}

}  // namespace groundhog::random_workflows
