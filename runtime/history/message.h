// Message: what server and worker tell each other about an update beside events and commands:
// Temporal's protocol.v1.Message with the bodies of update.v1 (SEMANTICS f.3).
//
// The server sends an UpdateRequest with a Workflow Task; the worker answers with an
// UpdateAcceptance or an UpdateRejection, and with an UpdateResponse when the handler has ended. An
// acceptance and a response take effect where the ProtocolMessage command that names them stands
// among the other commands; a rejection has no command and leaves no event.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/history/attribute_parts.h"

namespace groundhog::history {

struct UpdateAcceptance {
  std::string accepted_request_message_id = {};
  EventId accepted_request_sequencing_event_id = 0;
  // So that a server which has lost the request can still write it.
  std::optional<UpdateRequest> accepted_request = {};
};
struct UpdateRejection {
  std::string rejected_request_message_id = {};
  EventId rejected_request_sequencing_event_id = 0;
  std::optional<UpdateRequest> rejected_request = {};
  FailurePtr failure = {};
};
struct UpdateResponse {
  UpdateMeta meta = {};
  UpdateOutcome outcome = {};
};

struct Message {
  std::string id = {};                    // "u1/request", "u1/request/accept", …
  std::string protocol_instance_id = {};  // the update's id
  EventId sequencing_event_id = 0;        // of a request: it arrived right after this event
  std::variant<UpdateRequest, UpdateAcceptance, UpdateRejection, UpdateResponse> body = {};
};
using Messages = std::vector<Message>;

// "Acceptance": what is in the message, as Temporal's texts name it.
inline std::string_view NameOfBody(const Message& message) {
  constexpr std::string_view kNames[] = {"Request", "Acceptance", "Rejection", "Response"};
  return kNames[message.body.index()];
}

}  // namespace groundhog::history
