#include "runtime/workflow/local_activities.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "runtime/workflow/difference.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

using history::FailurePtr;
using Input = LocalActivityInput;
using State = LocalActivityState;

FailurePtr CanceledFailure() {
  return history::MakeShared<history::Failure>(
      history::Failure{.message = "Activity cancelled", .info = history::CanceledFailureInfo{}});
}

// As core hands failures to code: one of the activity's own is itself (recorded README 9), a
// timeout and a cancel come wrapped.
FailurePtr AsCodeSees(FailurePtr failure, const LocalActivityMachine& machine) {
  const bool timed_out = history::InfoAs<history::TimeoutFailureInfo>(failure) != nullptr;
  const bool canceled = history::InfoAs<history::CanceledFailureInfo>(failure) != nullptr;
  if (!timed_out && !canceled) return failure;
  return history::MakeShared<history::Failure>(history::Failure{
      .message = timed_out ? "Local Activity timed out" : "Local Activity cancelled",
      .info = history::ActivityFailureInfo{.activity_type = machine.type(),
                                           .activity_id = machine.id(),
                                           .retry_state = history::RetryState::kCancelRequested},
      .cause = std::move(failure)});
}

}  // namespace

LocalActivities::~LocalActivities() {
  for (const Round& round : rounds_) round.machine->Detach();
}

// --- rounds

LocalActivities::Round* LocalActivities::Find(std::uint32_t seq) {
  return seq == 0 || seq > rounds_.size() ? nullptr : &rounds_[seq - 1];
}

void LocalActivities::Advance(Round& round, Input input) {
  const std::optional<State> next = NextState(round.state, input);
  GH_CHECK(next.has_value(), "a round of a local activity makes legal transitions only");
  if (round.state == State::kRequested && *next != State::kRequested) --outstanding_;
  if (round.state != State::kRequested && *next == State::kRequested) ++outstanding_;
  round.state = *next;
}

void LocalActivities::StartRound(LocalActivityMachine& machine) {
  LocalActivityTask& task = machine.task();
  task.seq = static_cast<std::uint32_t>(rounds_.size()) + 1;
  if (!machine.has_custom_id()) task.activity_id = std::to_string(task.seq);
  rounds_.push_back({.machine = Ref<LocalActivityMachine>(&machine), .id = task.activity_id});
  if (!execution_.replaying()) Request(rounds_.back());
}

void LocalActivities::Request(Round& round) {
  Advance(round, Input::kGoLive);
  tasks_.push_back(round.machine->task());
}

Ref<LocalActivityMachine> LocalActivities::Start(LocalActivityTask task,
                                                 ActivityCancellationType cancellation) {
  const bool has_custom_id = !task.activity_id.empty();
  Ref<LocalActivityMachine> machine(
      new LocalActivityMachine(this, std::move(task), cancellation, has_custom_id));
  StartRound(*machine);
  return machine;
}

void LocalActivities::OnBackOffEnd(LocalActivityMachine& machine, bool canceled) {
  if (!canceled) return StartRound(machine);
  machine.SetOutcome({}, CanceledFailure());
  machine.Resolve();
}

// --- cancels

void LocalActivities::Cancel(LocalActivityMachine& machine) {
  if (execution_.destroying()) return;
  execution_.RequireWritable("Cancel");
  const std::uint32_t seq = machine.task().seq;
  Round& round = *Find(seq);
  const bool waits =
      machine.cancellation_type() == ActivityCancellationType::kWaitCancellationCompleted;
  if (round.state == State::kRequested && waits) {
    cancels_.push_back(seq);
  } else if (round.state == State::kRequested) {
    const std::size_t dropped =
        std::erase_if(tasks_, [seq](const LocalActivityTask& task) { return task.seq == seq; });
    const bool abandons = machine.cancellation_type() == ActivityCancellationType::kAbandon;
    if (dropped == 0 && !abandons) cancels_.push_back(seq);
    LocalActivityMarker marker{.attempt = machine.task().attempt, .failure = CanceledFailure()};
    machine.SetOutcome({}, AsCodeSees(marker.failure, machine));
    AddMarker(round, std::move(marker));
    execution_.ResolveWhenIdle(machine);
  } else if (round.state == State::kWaitingForMarker && !waits) {
    // It was resolved at this point then, too.
    const auto found = std::find_if(announced_.begin(), announced_.end(),
                                    [seq](const auto& marker) { return marker.seq == seq; });
    if (found == announced_.end()) return;
    Advance(round, Input::kAnnounced);
    machine.SetOutcome(found->result, AsCodeSees(found->failure, machine));
    announced_.erase(found);
    commands_.CountEvent();
    execution_.ResolveWhenIdle(machine);
  }
}

// --- resolutions

void LocalActivities::Deliver(LocalActivityMachine& machine, const LocalActivityMarker& marker) {
  if (marker.complete_time) execution_.AdvanceTime(*marker.complete_time);
  if (marker.backoff && marker.failure) {
    machine.task().attempt = marker.attempt + 1;
    machine.task().original_schedule_time = marker.original_schedule_time;
    machine.BackOff(execution_.StartTimer(*marker.backoff));
    return;
  }
  machine.SetOutcome(marker.result, AsCodeSees(marker.failure, machine));
  machine.Resolve();
}

void LocalActivities::AddMarker(Round& round, LocalActivityMarker marker) {
  Advance(round, Input::kResult);
  round.format = execution_.local_activity_format();
  marker.format = round.format;
  marker.seq = static_cast<std::uint32_t>(&round - rounds_.data()) + 1;
  marker.activity_id = round.id;
  marker.activity_type = round.machine->type();
  marker.activation_index = execution_.activations();
  commands_.AddRecord({.kind = RecordKind::kLocalActivity,
                       .key = std::to_string(marker.seq),
                       .command = WriteMarker(marker)});
}

bool LocalActivities::Resolve(LocalActivityResolution resolution) {
  Round* round = Find(resolution.seq);
  if (round == nullptr || round->state != State::kRequested) return false;
  const Ref<LocalActivityMachine> machine = round->machine;
  LocalActivityMarker marker{.attempt = resolution.attempt,
                             .complete_time = resolution.complete_time,
                             .backoff = resolution.backoff,
                             .original_schedule_time = resolution.original_schedule_time,
                             .result = std::move(resolution.result),
                             .failure = std::move(resolution.failure)};
  AddMarker(*round, marker);
  Deliver(*machine, marker);
  return true;
}

void LocalActivities::GoLive() {
  for (Round& round : rounds_) {
    if (round.state == State::kWaitingForMarker) Request(round);
  }
}

// --- replay

bool LocalActivities::ResolveAnnounced() {
  const auto waits = [this](const LocalActivityMarker& marker) {
    const Round* round = Find(marker.seq);
    return round != nullptr && round->state == State::kWaitingForMarker;
  };
  auto next = std::find_if(announced_.begin(), announced_.end(), waits);
  if (next == announced_.end()) return false;
  const std::int64_t index = next->activation_index;
  do {
    const LocalActivityMarker marker = std::move(*next);
    next = announced_.erase(next);
    Round& round = *Find(marker.seq);
    const Ref<LocalActivityMachine> machine = round.machine;
    Advance(round, Input::kAnnounced);
    round.format = marker.format;
    if (marker.format == LocalActivityFormat::kGo) {
      commands_.AddRecord(
          {.kind = RecordKind::kLocalActivity, .key = std::to_string(marker.seq), .command = {}});
    } else {
      commands_.CountEvent();
    }
    Deliver(*machine, marker);
  } while (index >= 0 && next != announced_.end() && next->activation_index == index &&
           waits(*next));
  return true;
}

std::optional<Nondeterminism> LocalActivities::Match(const history::HistoryEvent& event,
                                                     const LocalActivityMarker& marker,
                                                     bool& done) {
  done = true;
  Round* round = Find(marker.seq);
  if (round == nullptr) {
    return Difference(event, "nothing",
                      fmt::format("Missing associated machine for LocalActivity({})", marker.seq));
  }
  const std::optional<State> next = NextState(round->state, Input::kMarkerEvent);
  const std::string actual =
      fmt::format("local activity {}, seq {}", round->machine->type(), marker.seq);
  if (!next.has_value()) {
    return Difference(event, actual,
                      InvalidTransition("LocalActivityMachine", NameOf(round->state), event));
  }
  const bool queued =
      round->state == State::kMarkerQueued || round->format == LocalActivityFormat::kGo;
  round->state = *next;
  if (marker.activity_id != round->id) {
    return Difference(event, actual,
                      fmt::format("Activity id of recorded marker '{}' does not match activity id "
                                  "of local activity command '{}'",
                                  marker.activity_id, round->id));
  }
  if (marker.activity_type != round->machine->type()) {
    return Difference(event, actual,
                      fmt::format("Activity type of recorded marker '{}' does not match activity "
                                  "type of local activity command '{}'",
                                  marker.activity_type, round->machine->type()));
  }
  done = !queued;
  return std::nullopt;
}

}  // namespace groundhog::workflow::internal
