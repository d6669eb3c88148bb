// What a workflow task is for, in words that a reader would use: "withdraw completed",
// "signal decide".
#pragma once

#include <cstdint>
#include <string_view>

#include <absl/container/flat_hash_map.h>

#include "runtime/history/event.h"
#include "sim/symbol.h"

namespace groundhog::server {

// Puts two names together, each pair once.
class Causes {
 public:
  explicit Causes(sim::SymbolTable& symbols) : symbols_(symbols) {}

  sim::Symbol Intern(std::string_view text) { return symbols_.Intern(text); }
  sim::Symbol ActivityCompleted(sim::Symbol type) { return Join(type, kCompleted); }
  sim::Symbol ActivityFailed(sim::Symbol type) { return Join(type, kFailed); }
  sim::Symbol ActivityTimedOut(sim::Symbol type) { return Join(type, kTimedOut); }
  sim::Symbol ActivityCanceled(sim::Symbol type) { return Join(type, kCanceled); }
  sim::Symbol ChildStarted(sim::Symbol type) { return Join(type, kStarted); }
  sim::Symbol ChildStartFailed(sim::Symbol type) { return Join(type, kNotStarted); }
  sim::Symbol ChildClosed(sim::Symbol type, history::WorkflowExecutionStatus status);
  sim::Symbol Signal(std::string_view name) { return Join(sim::Symbol(kSignal), Intern(name)); }
  sim::Symbol Update(std::string_view name) { return Join(sim::Symbol(kUpdate), Intern(name)); }

  // What this event of a run calls the workflow for. `history` is the run's,
  // so that an activity's type can be told.
  sim::Symbol Of(const history::HistoryEvent& event, const history::EventHistory& history);

 private:
  static constexpr sim::SymbolEntry kCompletedName{"completed"};
  static constexpr sim::SymbolEntry kFailedName{"failed"};
  static constexpr sim::SymbolEntry kTimedOutName{"timed out"};
  static constexpr sim::SymbolEntry kCanceledName{"canceled"};
  static constexpr sim::SymbolEntry kTerminatedName{"terminated"};
  static constexpr sim::SymbolEntry kStartedName{"started"};
  static constexpr sim::SymbolEntry kNotStartedName{"not started"};
  static constexpr sim::SymbolEntry kSignal{"signal"};
  static constexpr sim::SymbolEntry kUpdate{"update"};
  static constexpr sim::Symbol kCompleted{kCompletedName};
  static constexpr sim::Symbol kFailed{kFailedName};
  static constexpr sim::Symbol kTimedOut{kTimedOutName};
  static constexpr sim::Symbol kCanceled{kCanceledName};
  static constexpr sim::Symbol kTerminated{kTerminatedName};
  static constexpr sim::Symbol kStarted{kStartedName};
  static constexpr sim::Symbol kNotStarted{kNotStartedName};

  sim::Symbol Join(sim::Symbol first, sim::Symbol second);
  sim::Symbol OfRelation(const history::HistoryEvent& event);
  sim::Symbol TypeOf(history::EventId scheduled_event_id, const history::EventHistory& history);

  sim::SymbolTable& symbols_;
  absl::flat_hash_map<std::uint64_t, sim::Symbol> joined_;  // by the pair's hash; never iterated
};

}  // namespace groundhog::server
