// The birth of a run, whoever asks for it: a client, the run before it,
// a parent (SEMANTICS b.6, f.7, f.10).
//
//     WorkflowExecutionStarted event{…};
//     Transition& t = StartRun(engine, NextRunId(engine, workflow_id), std::move(event), request_id);
//     ScheduleFirstWorkflowTask(t);
//
// It takes place in the transaction under way (Engine::AlsoStart):
// the run is there for others when that is committed.
#pragma once

#include <string>

#include "runtime/history/command.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

// Follows from names: from the workflow id and how many runs it had before.
std::string NextRunId(const Engine& engine, const std::string& workflow_id);

// What becomes of the timeouts that were asked for; 0 means none.
Duration RunTimeoutFor(Duration run_timeout, Duration execution_timeout);
Duration TaskTimeoutFor(Duration task_timeout, Duration run_timeout);

// Writes WorkflowExecutionStarted. `event` needs neither workflow_id nor original_execution_run_id;
// without a first_execution_run_id the run is the first of its chain. The run timeout counts from
// the end of the first task's back-off, the execution timeout does not.
Transition& StartRun(Engine& engine, std::string run_id, const std::string& workflow_id,
                     history::WorkflowExecutionStarted&& event, std::string request_id,
                     history::UserMetadataPtr metadata = {});

// A run without an event yet.
Transition& AddRun(Engine& engine, RunStart start);
// Of a run that begins with another one's history: both timeouts count from now.
void RestartTimeouts(Transition& t);

// Now, or when the back-off is over.
void ScheduleFirstWorkflowTask(Transition& t);

}  // namespace groundhog::server
