// What follows the end of a run: another attempt by its retry policy, the next tick of its cron
// schedule, a continuation that the workflow asked for, or nothing (SEMANTICS b.6, f.7).
//
// The end of a run and the beginning of the next are one transaction. Runs of a chain begin at
// least 1 s apart: a run that lived for less gives the next one's first task a back-off.
#pragma once

#include <string>

#include "runtime/history/command.h"
#include "runtime/server/engine.h"

namespace groundhog::server {

struct Sequel {
  history::ContinueAsNewInitiator initiator = history::ContinueAsNewInitiator::kUnspecified;
  Duration backoff{0};
  // What the closing event says.
  history::RetryState retry_state = history::RetryState::kUnspecified;

  bool follows() const { return initiator != history::ContinueAsNewInitiator::kUnspecified; }
};

Sequel AfterCompletion(Transition& t);
Sequel AfterFailure(Transition& t, const FailurePtr& failure);
// Of the run, or of the execution: then nothing follows.
Sequel AfterTimeout(Transition& t, const FailurePtr& timeout);

// The id that the closing event names; empty if nothing follows.
std::string SequelRunId(const Engine& engine, Transition& t, const Sequel& sequel);

// What a run is told of the one before it.
struct Inheritance {
  FailurePtr failure = {};
  history::Payloads last_completion_result = {};
};
// REQUIRES: sequel.follows(), and the run is closed with `run_id` in its closing event.
void StartSequel(Engine& engine, Transition& closed, const Sequel& sequel, std::string run_id,
                 Inheritance inheritance);

// Closes the run and starts the one that the command describes. REQUIRES:
// names and durations were checked.
void ContinueAsNew(Engine& engine, Transition& t, history::ContinueAsNewWorkflowExecution command,
                   EventId workflow_task_completed_event_id);

}  // namespace groundhog::server
