// The end of a run. Whatever ends it, nothing of it is pending
// afterwards (SEMANTICS f.11, recorded README 2).
#pragma once

#include <utility>

#include "runtime/server/facts.h"
#include "runtime/server/transition.h"

namespace groundhog::server {

// A run that is ended from outside while a workflow task is started:
// the task is failed and what is buffered is written.
void FailTaskForClose(Transition& t);
// After the closing event.
void MarkClosed(Transition& t, history::WorkflowExecutionStatus status);

// REQUIRES: no workflow task is started.
template <class ClosingEvent>
void CloseRun(Transition& t, history::WorkflowExecutionStatus status, ClosingEvent event) {
  t.Add(std::move(event));
  MarkClosed(t, status);
}

void TerminateRun(Transition& t, history::WorkflowExecutionTerminated event);
// A history that has grown too long ends its run (SEMANTICS i).
void EnforceHistoryLimit(Transition& t);

}  // namespace groundhog::server
