#include "runtime/workflow/update_machine.h"

#include <array>
#include <utility>

#include "base/transition_table.h"

namespace groundhog::workflow::internal {
namespace {

using S = UpdateState;
using I = UpdateInput;

constexpr Row<S, I> kRows[] = {
    {S::kRequested, I::kAccept, S::kAcceptQueued},
    {S::kRequested, I::kReject, S::kRejected},

    {S::kAcceptQueued, I::kAcceptedEvent, S::kAccepted},
    {S::kAcceptQueued, I::kComplete, S::kAcceptAndCompleteQueued},
    {S::kAcceptAndCompleteQueued, I::kAcceptedEvent, S::kCompleteQueued},

    {S::kAccepted, I::kComplete, S::kCompleteQueued},
    {S::kCompleteQueued, I::kCompletedEvent, S::kCompleted},
};
constexpr TransitionTable<S, I, kUpdateStates, kUpdateInputs> kTable(kRows);

}  // namespace

std::optional<UpdateState> NextState(UpdateState from, UpdateInput input) {
  return kTable.Next(from, input);
}

std::string_view NameOf(UpdateState state) {
  constexpr std::array<std::string_view, kUpdateStates> kNames = {
      "Requested",      "AcceptQueued", "Accepted", "AcceptAndCompleteQueued",
      "CompleteQueued", "Completed",    "Rejected"};
  return kNames[static_cast<std::size_t>(state)];
}

bool UpdateMachine::Apply(UpdateInput input) {
  const std::optional<UpdateState> next = NextState(state_, input);
  if (!next.has_value()) return false;
  state_ = *next;
  return true;
}

history::Message UpdateMachine::Reply(std::string_view kind) const {
  return history::Message{.id = message_.id + "/" + std::string(kind),
                          .protocol_instance_id = message_.protocol_instance_id};
}

history::Message UpdateMachine::Acceptance() const {
  history::Message reply = Reply("accept");
  reply.body = history::UpdateAcceptance{
      .accepted_request_message_id = message_.id,
      .accepted_request_sequencing_event_id = message_.sequencing_event_id,
      .accepted_request = request()};
  return reply;
}

history::Message UpdateMachine::Rejection(history::FailurePtr failure) const {
  history::Message reply = Reply("reject");
  reply.body =
      history::UpdateRejection{.rejected_request_message_id = message_.id,
                               .rejected_request_sequencing_event_id = message_.sequencing_event_id,
                               .rejected_request = request(),
                               .failure = std::move(failure)};
  return reply;
}

history::Message UpdateMachine::Response() {
  history::Message reply = Reply("complete");
  reply.body =
      history::UpdateResponse{.meta = request().meta, .outcome = *std::exchange(outcome_, {})};
  return reply;
}

}  // namespace groundhog::workflow::internal
