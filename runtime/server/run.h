// Run: an open run in the server's memory: the state it works with, and what dies with the process.
//
// The state equals what the store holds whenever no transition is under way. A commit that did not
// succeed for certain makes the server forget the state and copy it from the store again; callers
// who wait stay. A run that does nothing may rest: the server forgets it until it is asked for.
#pragma once

#include <memory>
#include <vector>

#include "runtime/server/execution.h"
#include "runtime/server/matching.h"
#include "runtime/server/update_registry.h"
#include "sim/network.h"

namespace groundhog::server {

// Who follows the history: the events from this one on.
struct HistoryWaiter {
  sim::Reply reply;
  EventId first_event_id = 1;
};

struct Run {
  RunIndex index = 0;
  Shared<RunStart> start = {};
  RunState state = {};

  // Looked up once.
  WorkflowQueue* workflow_queue = nullptr;
  ActivityQueue* activity_queue = nullptr;  // of the same name
  WorkflowQueue* sticky_queue = nullptr;    // of `sticky`
  Shared<StickyQueue> sticky = {};          // what state.info.sticky was when it was looked up

  // The attributes of WorkflowTaskScheduled for attempt 1, shared by all such tasks.
  Shared<history::WorkflowTaskScheduled> usual_task = {};
  Shared<history::WorkflowTaskScheduled> usual_sticky_task = {};

  std::vector<sim::Reply> close_waiters = {};  // who waits for the closing event
  std::vector<HistoryWaiter> history_waiters = {};
  std::unique_ptr<UpdateRegistry> updates = {};  // null until somebody asks for one

  const history::WorkflowExecutionStarted& started() const { return *start->event; }
  // Whether all that is known of it stands in the store as well.
  bool does_nothing() const {
    return state.info.workflow_task.phase == TaskPhase::kNone && state.activities.empty() &&
           close_waiters.empty() && history_waiters.empty() && updates == nullptr;
  }
};

}  // namespace groundhog::server
