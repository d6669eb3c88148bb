// LocalActivityMachine: one local activity as a run's code sees it; LocalActivityState: one of its
// rounds as the run's history sees it.
//
// A round is what bears a seq: the first one, and another after each wait by a timer. Legal
// transitions are those of Temporal's core (SEMANTICS e.3, f.8).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/workflow/activity_machine.h"
#include "runtime/workflow/completion.h"
#include "runtime/workflow/local_activity_task.h"
#include "runtime/workflow/timer_machine.h"

namespace groundhog::workflow::internal {

enum class LocalActivityState : std::uint8_t {
  kWaitingForMarker,  // asked for while replaying
  kRequested,         // the driver has it, or is about to get it
  kMarkerQueued,      // resolved live: the marker is a command
  kResolvedByMarker,  // resolved by a marker that was announced
  kRecorded,          // the marker's event has come
};
enum class LocalActivityInput : std::uint8_t {
  kGoLive,     // the task that runs is not replayed
  kResult,     // of the driver, or of a cancel that waits for nobody
  kAnnounced,  // its marker
  kMarkerEvent,
};
inline constexpr std::size_t kLocalActivityStates = 5;
inline constexpr std::size_t kLocalActivityInputs = 4;

// Null if the input is illegal in this state.
std::optional<LocalActivityState> NextState(LocalActivityState from, LocalActivityInput input);
std::string_view NameOf(LocalActivityState state);

class LocalActivities;

class LocalActivityMachine final : public Completion {
 public:
  // `task`: of the first round; each round has its own seq, id and attempt.
  LocalActivityMachine(LocalActivities* owner, LocalActivityTask task,
                       ActivityCancellationType cancellation_type, bool has_custom_id)
      : owner_(owner),
        task_(std::move(task)),
        cancellation_type_(cancellation_type),
        has_custom_id_(has_custom_id) {}

  LocalActivityTask& task() { return task_; }
  const std::string& id() const { return task_.activity_id; }
  const std::string& type() const { return task_.activity_type; }
  ActivityCancellationType cancellation_type() const { return cancellation_type_; }
  bool has_custom_id() const { return has_custom_id_; }

  // What the code will be told.
  void SetOutcome(history::Payloads result, history::FailurePtr failure) {
    result_ = std::move(result);
    failure_ = std::move(failure);
  }
  // Tells the code. Nothing if it was told before.
  void Resolve() {
    if (!done()) MarkDone();
  }
  // Waits by a timer; then there is another round.
  void BackOff(Ref<TimerMachine> timer);

  // REQUIRES: done().
  const history::FailurePtr& failure() const { return failure_; }
  const history::Payloads& result() const { return result_; }

  void RequestCancel() override;
  void Detach() { owner_ = nullptr; }

 private:
  class BackOffEnd final : public Listener {
   public:
    explicit BackOffEnd(LocalActivityMachine& machine) : machine_(machine) {}

   private:
    void OnDone() override { machine_.OnBackOffEnd(); }
    LocalActivityMachine& machine_;
  };
  void OnBackOffEnd();

  LocalActivities* owner_;  // null: its run is gone, or it was made while the run was destroyed
  LocalActivityTask task_;
  ActivityCancellationType cancellation_type_;
  bool has_custom_id_;
  history::Payloads result_;
  history::FailurePtr failure_;
  Ref<TimerMachine> timer_;  // null: it is not waiting for another round
  BackOffEnd back_off_end_{*this};
};

}  // namespace groundhog::workflow::internal
