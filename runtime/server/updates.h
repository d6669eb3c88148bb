// What the server does with updates: takes them in, tells those who wait,
// gives them up (SEMANTICS f.3).
#pragma once

#include <optional>
#include <string>

#include "runtime/server/engine.h"
#include "runtime/server/update_registry.h"

namespace groundhog::server {

// Why updates are given up. What that means for each, depending on how far it has come, is
// Temporal's abort matrix.
enum class AbortReason : std::uint8_t {
  kRegistryCleared,
  kWorkflowCompleted,
  kWorkflowContinuing,  // in another run
  kWorkflowTaskFailed,  // the server refused the worker's answer
};

// Refuses a request that lacks something, and fills in how long it waits.
absl::Status CheckUpdate(protocol::UpdateWorkflowExecutionRequest& request);
// What is known of an update that is over: its outcome, or, in a closed run,
// that it will never have one.
std::optional<history::UpdateOutcome> FindOutcome(const Engine& engine, RunIndex run,
                                                  const std::string& update_id);
// Takes the update in, unless it is there already. REQUIRES: CheckUpdate.
void UpdateRun(Engine& engine, Run& run, history::UpdateRequest request, UpdateWaiter waiter);
// Brings what was admitted to a worker, if nothing else does.
void ScheduleTaskForUpdates(Engine& engine, Run& run);

// Answers now, or when the update has come so far.
void AwaitUpdate(Engine& engine, const Run& run, PendingUpdate& update, UpdateWaiter waiter);
// After a commit: tells those who wait how far their updates have come.
void SettleUpdates(Engine& engine, Run& run);
// What the end of the run means for them.
AbortReason ReasonOf(const HistoryEvent& closing);
// REQUIRES: the run's state is what the store has.
void AbortUpdates(Engine& engine, const Run& run, UpdateRegistry& updates, AbortReason reason);

// Answers as the waiter asked.
void AnswerUpdate(Engine& engine, const RunStart& start, const std::string& update_id,
                  UpdateWaiter& waiter, protocol::UpdateStage stage,
                  std::optional<history::UpdateOutcome> outcome = {});

// Of an event that a reset takes over into the new run: an update that was accepted, or admitted,
// is admitted there. Nothing for all other events, for an acceptance whose UpdateAdmitted event is
// taken over, and for an update that the run has.
void ReapplyUpdate(Transition& t, const HistoryEvent& event);

}  // namespace groundhog::server
