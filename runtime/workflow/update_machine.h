// UpdateMachine: one update as a run's code and its history see it (SEMANTICS e.3, f.3).
//
// The request comes in a message, or is told by the event that says it was accepted. Accepting and
// completing it are commands; the messages that belong to them are made when the commands are sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/message.h"

namespace groundhog::workflow::internal {

enum class UpdateState : std::uint8_t {
  kRequested,
  kAcceptQueued,  // the command is queued
  kAccepted,
  kAcceptAndCompleteQueued,  // both commands are queued
  kCompleteQueued,
  kCompleted,
  kRejected,
};
enum class UpdateInput : std::uint8_t {
  kAccept,
  kReject,
  kComplete,
  kAcceptedEvent,
  kCompletedEvent,
};
inline constexpr std::size_t kUpdateStates = 7;
inline constexpr std::size_t kUpdateInputs = 5;

// Null if the input is illegal in this state.
std::optional<UpdateState> NextState(UpdateState from, UpdateInput input);
std::string_view NameOf(UpdateState state);

class UpdateMachine {
 public:
  explicit UpdateMachine(history::Message request) : message_(std::move(request)) {}
  UpdateMachine(const UpdateMachine&) = delete;
  UpdateMachine& operator=(const UpdateMachine&) = delete;

  const std::string& id() const { return message_.protocol_instance_id; }
  const std::string& name() const { return request().input.name; }
  const history::UpdateRequest& request() const {
    return *std::get_if<history::UpdateRequest>(&message_.body);
  }
  UpdateState state() const { return state_; }

  // Makes the transition; false if it is illegal.
  [[nodiscard]] bool Apply(UpdateInput input);

  // No outcome while replaying: nobody will send it.
  void set_outcome(history::UpdateOutcome outcome) { outcome_ = std::move(outcome); }
  bool has_outcome() const { return outcome_.has_value(); }

  // What the worker tells the server.
  history::Message Acceptance() const;
  history::Message Rejection(history::FailurePtr failure) const;
  // REQUIRES: has_outcome()
  history::Message Response();

 private:
  history::Message Reply(std::string_view kind) const;

  history::Message message_;
  UpdateState state_ = UpdateState::kRequested;
  std::optional<history::UpdateOutcome> outcome_;
};

}  // namespace groundhog::workflow::internal
