// Relations: what a run has to do with other workflows and is not through with: its children, and
// the signals and cancel requests that it sends (SEMANTICS f.1, f.6). Part of the state of a run
// (execution.h); plain values.
//
// All of it is carried on by the server itself, after the commit that made it pending and again
// after every restart, until the run has an event that says how it ended.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include <absl/container/btree_map.h>

#include "runtime/history/event.h"

namespace groundhog::server {

using history::EventId;
using history::Shared;

enum class ChildPhase : std::uint8_t {
  kInitiated,  // it may have been started; the parent's history does not say so yet
  kStarted,    // ChildWorkflowExecutionStarted is written, or waits in the buffer
};

// A child that has not ended yet. It stands for the child's whole chain of runs. The children of a
// closed parent are those that its close has not been told to.
struct PendingChild {
  ChildPhase phase = ChildPhase::kInitiated;
  EventId initiated_event_id = 0;
  EventId started_event_id = 0;  // 0: not known yet
  // Of the child's start: a run that was started with it is the child, however often the server
  // tries.
  std::string request_id = {};
  std::string first_run_id = {};  // once the start is recorded
  Shared<history::StartChildWorkflowExecutionInitiated> initiated = {};

  bool is_started() const { return phase == ChildPhase::kStarted; }
};

// A signal or a cancel request on its way to another workflow.
struct PendingRequest {
  EventId initiated_event_id = 0;
  std::string request_id = {};  // by which the target knows a repetition
  std::variant<Shared<history::SignalExternalWorkflowExecutionInitiated>,
               Shared<history::RequestCancelExternalWorkflowExecutionInitiated>>
      initiated = {};

  bool is_signal() const { return initiated.index() == 0; }
};

// By the id of the event that says so.
struct Relations {
  absl::btree_map<EventId, PendingChild> children = {};
  absl::btree_map<EventId, PendingRequest> requests = {};

  bool empty() const { return children.empty() && requests.empty(); }
};

// What makes it known that the start, signal or cancel request that a run asked for in an event was
// asked for before.
inline std::string RequestIdOf(const std::string& run_id, EventId initiated_event_id) {
  return run_id + ":" + std::to_string(initiated_event_id);
}

}  // namespace groundhog::server
