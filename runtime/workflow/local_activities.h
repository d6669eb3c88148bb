// LocalActivities: the local activities of a run: asked for by its code, executed by its driver,
// remembered by markers.
//
// Live, a new one is a LocalActivityTask for the driver; its resolution makes the marker and goes
// on with the code, within the same Workflow Task. In a replay it waits for its marker, which the
// task that recorded it announces: it is resolved when the code has come to rest, in the order of
// the markers, and the workflow's time moves on as it did then. One whose marker never came (its
// worker died) is handed to the driver when the run goes live: it is executed at least once.
//
// Ids, retries and cancels are those of core; markers of core and of Go are replayed.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/workflow/command_queue.h"
#include "runtime/workflow/local_activity_machine.h"
#include "runtime/workflow/marker_formats.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow::internal {

class Execution;

class LocalActivities {
 public:
  LocalActivities(Execution& execution, CommandQueue& commands)
      : execution_(execution), commands_(commands) {}
  LocalActivities(const LocalActivities&) = delete;
  LocalActivities& operator=(const LocalActivities&) = delete;
  ~LocalActivities();

  // --- what the code asks for
  Ref<LocalActivityMachine> Start(LocalActivityTask task, ActivityCancellationType cancellation);
  void Cancel(LocalActivityMachine& machine);
  void OnBackOffEnd(LocalActivityMachine& machine, bool canceled);

  // --- what history shows
  void BeginReplayedTask() { announced_.clear(); }
  void Announce(LocalActivityMarker marker) { announced_.push_back(std::move(marker)); }
  // Resolves the next one whose marker was announced, and those that were resolved with it. False:
  // there is none.
  bool ResolveAnnounced();
  // The marker's event. Nothing and `done` false: it belongs to the command at the front.
  std::optional<Nondeterminism> Match(const history::HistoryEvent& event,
                                      const LocalActivityMarker& marker, bool& done);

  // --- the driver
  // The run is live: whatever still waits for its marker has to be executed.
  void GoLive();
  std::vector<LocalActivityTask> TakeTasks() { return std::exchange(tasks_, {}); }
  // By seq. One that is cancelled may still end in any way.
  std::vector<std::uint32_t> TakeCancels() { return std::exchange(cancels_, {}); }
  // Those that the driver has or is to get.
  std::size_t outstanding() const { return outstanding_; }
  // Makes the marker. False: nobody waits for it any more.
  bool Resolve(LocalActivityResolution resolution);

 private:
  struct Round {
    Ref<LocalActivityMachine> machine;
    LocalActivityState state = LocalActivityState::kWaitingForMarker;
    LocalActivityFormat format = LocalActivityFormat::kCore;
    std::string id = {};  // of this round
  };

  void StartRound(LocalActivityMachine& machine);
  void Request(Round& round);
  Round* Find(std::uint32_t seq);
  void Advance(Round& round, LocalActivityInput input);
  void AddMarker(Round& round, LocalActivityMarker marker);
  // Tells the code, or begins the wait for the next round.
  void Deliver(LocalActivityMachine& machine, const LocalActivityMarker& marker);

  Execution& execution_;
  CommandQueue& commands_;
  std::vector<Round> rounds_;  // by seq - 1
  std::vector<LocalActivityMarker> announced_;
  std::vector<LocalActivityTask> tasks_;
  std::vector<std::uint32_t> cancels_;
  std::size_t outstanding_ = 0;
};

}  // namespace groundhog::workflow::internal
