// CommandQueue: what a run's code has asked for, in order, until history shows that it happened.
//
// The code adds at the back. Each command event of the history takes the command at the front, and
// must fit it: else Nondeterminism, with the texts of Temporal's core SDK (SEMANTICS e.3). Every
// other event that belongs to an activity, a timer or another machine is routed to the one that its
// scheduled, started or initiated event id names. What is still here at the end of a live task is
// the task's answer; it stays until the events that it became come back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/command.h"
#include "runtime/history/event.h"
#include "runtime/workflow/activity_machine.h"
#include "runtime/workflow/command_machine.h"
#include "runtime/workflow/marker_formats.h"
#include "runtime/workflow/records.h"
#include "runtime/workflow/task_result.h"
#include "runtime/workflow/timer_machine.h"
#include "runtime/workflow/update_machine.h"

namespace groundhog::workflow::internal {

// Something that the next activation tells the code: an activity's end, a timer's firing, or what
// another machine has to tell.
using Resolution = std::variant<ActivityMachine*, TimerMachine*, CommandMachine*>;

class CommandQueue {
 public:
  CommandQueue() = default;
  CommandQueue(const CommandQueue&) = delete;
  CommandQueue& operator=(const CommandQueue&) = delete;
  // Machines outlive the queue in the hands of the code; they must not call back.
  ~CommandQueue();

  // --- what the code asks for
  ActivityMachine& AddActivity(Execution* execution, std::string_view type,
                               std::string_view custom_id, ActivityCancellationType cancellation);
  TimerMachine& AddTimer(Execution* execution, history::Duration duration);
  void Add(Ref<CommandMachine> machine);
  // Emits the cancel command that the machine's state calls for, if any.
  // What was not sent yet is either dropped, or sent with its cancel behind it, as Go's SDK does.
  void CancelActivity(ActivityMachine& activity, bool drops_unsent);
  void CancelTimer(TimerMachine& timer, bool drops_unsent);
  // A command that only leaves an event. `counted`: it takes an event id; a Version marker that is
  // replayed has been counted by its announcement.
  void AddRecord(Record record, bool counted = true);
  // An update has arrived. Accepting and completing it are commands; a rejection is only a message.
  UpdateMachine& AddUpdate(history::Message request);
  void AcceptUpdate(UpdateMachine& update);
  // No outcome: it was completed while replaying.
  void CompleteUpdate(UpdateMachine& update, std::optional<history::UpdateOutcome> outcome);
  void RejectUpdate(UpdateMachine& update, history::FailurePtr failure);
  // The last command of the run. Only the first one counts.
  void Close(history::Command command);
  // To be called at the end of each activation: the closing command goes behind all others. Whether
  // it has just done so.
  bool PlaceClosingCommand();

  // --- what history shows
  // To be called before the code of a task runs.
  void BeginTask(history::EventId started_event_id);
  // A Version marker that the task about to be replayed has recorded, at this event.
  void Announce(history::EventId event_id, const VersionMarker& version);
  // An event whose command is not in the queue: a marker that was announced.
  void CountEvent() { next_event_id_ = NextEventId() + 1; }
  // The id that the event of the next command will have, if no command is dropped (SEMANTICS e.2).
  history::EventId NextEventId();
  // Takes the command at the front. REQUIRES: IsCommandEvent(event).
  std::optional<Nondeterminism> Match(const history::HistoryEvent& event);
  // Gives the event to the activity that was scheduled by event `scheduled`; sets `resolution` if
  // the code is to be told.
  std::optional<Nondeterminism> Route(const history::HistoryEvent& event,
                                      history::EventId scheduled, ActivityInput input,
                                      std::optional<Resolution>& resolution);
  std::optional<Nondeterminism> Route(const history::HistoryEvent& event,
                                      const history::TimerFired& fired,
                                      std::optional<Resolution>& resolution);
  // To the machine whose command became event `initiated`.
  std::optional<Nondeterminism> Route(const history::HistoryEvent& event,
                                      history::EventId initiated,
                                      std::optional<Resolution>& resolution);

  // --- the answer
  // Everything queued, to be sent. The commands stay queued until Match takes them.
  history::Commands Answer();
  // The messages that belong to the answer.
  history::Messages TakeMessages() { return std::exchange(messages_, {}); }
  // Whether an update with this id has arrived before. One that was rejected may come again.
  bool KnowsUpdate(std::string_view id) const;
  // The first command in the queue, in words; empty if there is none.
  std::string DescribeFront();
  bool empty();
  // Whether a queued command was made while replaying, so that it has no input to be sent.
  bool HasUnsendable();
  // Whether a command that was answered already is still here: its event did not come.
  bool HasAnswered();
  bool closed() const { return closing_.has_value(); }

 private:
  enum class Kind : std::uint8_t {
    kScheduleActivity,
    kRequestCancelActivity,
    kStartTimer,
    kCancelTimer,
    kRecord,
    kMachine,
    kAcceptUpdate,
    kCompleteUpdate,
    kClose,
  };
  struct Entry {
    Kind kind;
    std::uint32_t index;  // into activities_, timers_, machines_, records_ or updates_
  };
  enum class OwnerKind : std::uint8_t { kActivity, kTimer, kMachine };
  struct Owner {
    history::EventId event_id;
    OwnerKind kind;
    std::uint32_t index;
  };

  void Push(Kind kind, std::uint32_t index, bool counted = true);
  std::uint32_t IndexOf(const UpdateMachine& update) const;
  // Drops commands that were cancelled before they were sent.
  void SkipDropped();
  bool IsDropped(const Entry& entry) const;
  bool IsUnsendable(const Entry& entry) const;
  std::string Describe(const Entry& entry) const;
  const Owner* FindOwner(history::EventId event_id, OwnerKind kind) const;
  Nondeterminism NoOwner(const history::HistoryEvent& event);

  std::optional<Nondeterminism> MatchActivity(const Entry& entry,
                                              const history::HistoryEvent& event);
  std::optional<Nondeterminism> MatchTimer(const Entry& entry, const history::HistoryEvent& event);
  std::optional<Nondeterminism> MatchMachine(const Entry& entry,
                                             const history::HistoryEvent& event);
  std::optional<Nondeterminism> MatchUpdate(const Entry& entry, const history::HistoryEvent& event);
  std::optional<Nondeterminism> MatchClose(const history::HistoryEvent& event);
  static std::optional<Nondeterminism> MatchRecord(const Record& record,
                                                   const history::HistoryEvent& event);
  // A marker that stands alone, on either side, is passed over where its SDK does so. Tells whether
  // the event is done with.
  bool PassesOver(const history::HistoryEvent& event, std::optional<Nondeterminism>& difference);
  void DropLoneRecords(const history::HistoryEvent& event);
  const Record* FrontRecord();  // null: at the front is something else, or nothing
  Records& records();

  std::vector<Entry> entries_;
  std::size_t front_ = 0;
  std::size_t answered_ = 0;                             // entries before this place have been sent
  std::vector<Ref<ActivityMachine>> activities_;         // by seq - 1
  std::vector<Ref<TimerMachine>> timers_;                // by seq - 1
  std::vector<Ref<CommandMachine>> machines_;            // in the order of their commands
  std::vector<std::unique_ptr<UpdateMachine>> updates_;  // in the order in which they arrived
  history::Messages messages_;
  std::vector<Owner> owners_;         // by event id, ascending
  std::unique_ptr<Records> records_;  // null: the code never made any
  history::EventId next_event_id_ = 0;
  history::EventId first_event_id_ = 0;  // of the task's commands
  std::optional<history::Command> closing_;
  bool closing_placed_ = false;
};

}  // namespace groundhog::workflow::internal
