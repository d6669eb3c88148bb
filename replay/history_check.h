// CheckHistory: what must be true of every history, whoever wrote it and whatever the workflow does
// (SEMANTICS a.4-a.7).
//
// A pure function over one history; it knows no workflow code. Each problem names the event at
// which the history stops being possible, the rule, and what was found. An open run (no closing
// event) is no problem, nor are times that run backwards (SEMANTICS a.1), nor retries, which leave
// no events.
//
// The rules hold for what Temporal's server writes. The Java test server is known to break two: its
// WorkflowTaskCompleted does not say when the task started (kWorkflowTask), and its command events
// name the event that started the task instead of the one that completed it (kCommand); its -1 for
// "never started" is no event either (kReference).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/event.h"

namespace groundhog::replay {

enum class HistoryRule : std::uint8_t {
  kIds,           // 1, 2, 3, …; broken ids end the check, because every reference is one
  kFirstEvent,    // WorkflowExecutionStarted is the first event and no other one
  kClosingEvent,  // at most one event closes the run, and nothing follows it
  kReference,     // a reference names an earlier event of the right type
  kWorkflowTask,  // one open workflow task at a time; its end directly follows its start
  kCommand,       // command events directly follow the WorkflowTaskCompleted that they name
  kActivity,  // started, asked to cancel and closed at most once each; the ids of its events agree
  kTimer,     // fired or cancelled at most once
  kChildWorkflow,     // started and closed at most once each
  kExternalWorkflow,  // a signal or cancel sent to another workflow is answered at most once
  kUpdate,            // an accepted update is completed at most once
};
std::string_view NameOf(HistoryRule rule);

struct HistoryProblem {
  history::EventId event_id = 0;  // 0: of the history as a whole
  HistoryRule rule = HistoryRule::kIds;
  std::string message;
};
// "event 7: ActivityTaskCompleted: startedEventId 9 is not an earlier event"
std::string Describe(const HistoryProblem& problem);

// In the order of the events; empty if the history is sound.
std::vector<HistoryProblem> CheckHistory(const history::EventHistory& events);

}  // namespace groundhog::replay
