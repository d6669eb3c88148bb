#include "runtime/server/update_registry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/transition_table.h"
#include "runtime/protocol/errors.h"
#include "runtime/server/run.h"

namespace groundhog::server {
namespace {

constexpr Row<UpdatePhase, UpdateStep> kRows[] = {
    {UpdatePhase::kAdmitted, UpdateStep::kSend, UpdatePhase::kSent},
    {UpdatePhase::kSent, UpdateStep::kSend, UpdatePhase::kSent},
    // Admitted: the registry was lost after the update was sent, and the caller sent it again.
    {UpdatePhase::kAdmitted, UpdateStep::kAccept, UpdatePhase::kAccepted},
    {UpdatePhase::kSent, UpdateStep::kAccept, UpdatePhase::kAccepted},
    {UpdatePhase::kAdmitted, UpdateStep::kReject, UpdatePhase::kCompleted},
    {UpdatePhase::kSent, UpdateStep::kReject, UpdatePhase::kCompleted},
    {UpdatePhase::kAccepted, UpdateStep::kComplete, UpdatePhase::kCompleted},
};
constexpr TransitionTable<UpdatePhase, UpdateStep, 4, 4> kTable(kRows);

// SEMANTICS i.
constexpr std::size_t kMostInFlight = 10;
constexpr std::size_t kMostInTotal = 2000;
constexpr std::size_t kManyInTotal = kMostInTotal * 9 / 10;
constexpr std::int64_t kMostBytesInFlight = 20LL * 1024 * 1024;

std::int64_t BytesOf(const history::UpdateRequest& request) {
  std::size_t bytes = request.meta.update_id.size() + request.input.name.size();
  for (const history::Payload& payload : request.input.args) bytes += payload.data().size();
  return static_cast<std::int64_t>(bytes);
}

// Those that the state knows, and those that only the registry has.
std::size_t CountAll(const std::vector<PendingUpdate>& updates, const UpdateInfos& infos) {
  return infos.size() + static_cast<std::size_t>(std::count_if(
                            updates.begin(), updates.end(),
                            [&](const PendingUpdate& u) { return !infos.contains(u.id); }));
}

}  // namespace

std::optional<UpdatePhase> NextPhase(UpdatePhase from, UpdateStep step) {
  return kTable.Next(from, step);
}

std::string_view NameOf(UpdatePhase phase) {
  constexpr std::array<std::string_view, 4> kNames = {"Admitted", "Sent", "Accepted", "Completed"};
  return kNames[static_cast<std::size_t>(phase)];
}

bool PendingUpdate::Take(UpdateStep step) {
  const std::optional<UpdatePhase> next = NextPhase(phase, step);
  if (!next.has_value()) return false;
  phase = *next;
  return true;
}

protocol::UpdateStage PendingUpdate::stage() const {
  switch (phase) {
    case UpdatePhase::kAdmitted:
    case UpdatePhase::kSent:
      return protocol::UpdateStage::kAdmitted;
    case UpdatePhase::kAccepted:
      return protocol::UpdateStage::kAccepted;
    case UpdatePhase::kCompleted:
      return protocol::UpdateStage::kCompleted;
  }
  return protocol::UpdateStage::kUnspecified;
}

UpdateRegistry::UpdateRegistry(const UpdateInfos& infos) {
  std::vector<std::pair<EventId, const UpdateInfos::value_type*>> open;
  for (const auto& entry : infos) {
    if (entry.second.progress != UpdateProgress::kCompleted) {
      open.emplace_back(entry.second.event_id, &entry);
    }
  }
  std::stable_sort(open.begin(), open.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [event_id, entry] : open) {
    const bool accepted = entry->second.progress == UpdateProgress::kAccepted;
    updates_.push_back(
        PendingUpdate{.id = entry->first,
                      .phase = accepted ? UpdatePhase::kAccepted : UpdatePhase::kAdmitted,
                      .accepted_event_id = accepted ? event_id : 0});
  }
}

PendingUpdate* UpdateRegistry::Find(std::string_view id) {
  const auto found = std::find_if(updates_.begin(), updates_.end(),
                                  [id](const PendingUpdate& update) { return update.id == id; });
  return found == updates_.end() ? nullptr : &*found;
}

PendingUpdate& UpdateRegistry::Admit(Shared<history::UpdateRequest> request) {
  PendingUpdate& update = updates_.emplace_back();
  update.id = request->meta.update_id;
  update.bytes = BytesOf(*request);
  update.request = std::move(request);
  return update;
}

void UpdateRegistry::Erase(std::string_view id) {
  std::erase_if(updates_, [id](const PendingUpdate& update) { return update.id == id; });
}

bool UpdateRegistry::HasOutgoing() const {
  return std::any_of(updates_.begin(), updates_.end(), [](const PendingUpdate& update) {
    return NextPhase(update.phase, UpdateStep::kSend).has_value();
  });
}

history::Messages UpdateRegistry::Send(EventId started_event_id) {
  history::Messages messages;
  for (PendingUpdate& update : updates_) {
    if (!update.Take(UpdateStep::kSend) || !update.request) continue;  // an event brings it
    messages.push_back(history::Message{.id = update.id + "/request",
                                        .protocol_instance_id = update.id,
                                        .sequencing_event_id = started_event_id - 1,
                                        .body = *update.request});
  }
  return messages;
}

absl::Status UpdateRegistry::CheckLimits(const history::UpdateRequest& request,
                                         const UpdateInfos& infos) const {
  if (updates_.size() >= kMostInFlight) return protocol::TooManyUpdatesInFlight(kMostInFlight);
  if (CountAll(updates_, infos) >= kMostInTotal) return protocol::TooManyUpdates(kMostInTotal);
  std::int64_t bytes = BytesOf(request);
  for (const PendingUpdate& update : updates_) bytes += update.bytes;
  if (bytes >= kMostBytesInFlight) return protocol::TooLargeUpdatesInFlight(kMostBytesInFlight);
  return absl::OkStatus();
}

UpdateRegistry& RegistryOf(Run& run) {
  if (run.updates == nullptr) run.updates = std::make_unique<UpdateRegistry>(run.state.updates);
  return *run.updates;
}

bool HasUpdates(const Run& run) { return run.updates != nullptr || !run.state.updates.empty(); }

namespace {

std::size_t CountAll(const Run& run) {
  return run.updates == nullptr ? run.state.updates.size()
                                : CountAll(run.updates->updates(), run.state.updates);
}

}  // namespace

bool HasManyUpdates(const Run& run) { return HasUpdates(run) && CountAll(run) >= kManyInTotal; }

absl::Status CheckTotalUpdates(const Run& run) {
  return CountAll(run) >= kMostInTotal ? protocol::TooManyUpdates(kMostInTotal) : absl::OkStatus();
}

}  // namespace groundhog::server
