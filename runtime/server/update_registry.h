// UpdateRegistry: the updates of an open run that are under way,
// and who waits for them (SEMANTICS f.3).
//
// It is memory: what was not accepted is lost in a crash, and whoever asked asks again. What was
// accepted is made anew from the state. Which phase follows which stands in one table
// (update_registry.cc). The answer to a workflow task moves updates on at once; those who wait
// learn of it when it is committed (Settle in updates.h); if it is not, the registry is given up.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/message.h"
#include "runtime/protocol/update_with_start.h"
#include "runtime/server/execution.h"
#include "sim/network.h"

namespace groundhog::server {

struct Run;

enum class UpdatePhase : std::uint8_t {
  kAdmitted,
  kSent,  // with a workflow task
  kAccepted,
  kCompleted,  // or rejected
};
enum class UpdateStep : std::uint8_t { kSend, kAccept, kReject, kComplete };

// Nothing if the step is illegal in this phase.
std::optional<UpdatePhase> NextPhase(UpdatePhase from, UpdateStep step);
// "Sent"
std::string_view NameOf(UpdatePhase phase);

// Somebody who waits until an update has come so far. Of an update-with-start, how the start went.
struct UpdateWaiter {
  sim::Reply reply = {};
  protocol::UpdateStage stage = protocol::UpdateStage::kCompleted;
  std::optional<protocol::StartWorkflowExecutionResponse> start = {};
};

struct PendingUpdate {
  std::string id = {};
  UpdatePhase phase = UpdatePhase::kAdmitted;
  // Null once it is accepted, and if an UpdateAdmitted event has it.
  Shared<history::UpdateRequest> request = {};
  std::int64_t bytes = 0;  // of the request, roughly
  EventId accepted_event_id = 0;
  std::optional<history::UpdateOutcome> outcome = {};  // of a completed one
  std::vector<UpdateWaiter> waiters = {};

  // False if the step is illegal.
  [[nodiscard]] bool Take(UpdateStep step);
  protocol::UpdateStage stage() const;  // that it has reached
};

class UpdateRegistry {
 public:
  // With what the state knows to be under way.
  explicit UpdateRegistry(const UpdateInfos& infos);
  UpdateRegistry(const UpdateRegistry&) = delete;
  UpdateRegistry& operator=(const UpdateRegistry&) = delete;

  // In the order of their admission.
  std::vector<PendingUpdate>& updates() { return updates_; }
  PendingUpdate* Find(std::string_view id);
  PendingUpdate& Admit(Shared<history::UpdateRequest> request);
  void Erase(std::string_view id);

  // Whether there is one that the next workflow task has to bring to a worker.
  bool HasOutgoing() const;
  // The requests for a task; all of them are sent then. Those that were sent before are sent again:
  // their task failed or was lost.
  history::Messages Send(EventId started_event_id);
  // Refuses one more update: too many, or too large.
  absl::Status CheckLimits(const history::UpdateRequest& request, const UpdateInfos& infos) const;

 private:
  std::vector<PendingUpdate> updates_;
};

// Made when first asked for.
UpdateRegistry& RegistryOf(Run& run);
// Whether there may be something in it.
bool HasUpdates(const Run& run);
// Whether the run has had so many updates that its code had better continue as new.
bool HasManyUpdates(const Run& run);
// The total limit alone (SEMANTICS i).
absl::Status CheckTotalUpdates(const Run& run);

}  // namespace groundhog::server
