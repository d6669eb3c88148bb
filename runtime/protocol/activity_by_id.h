// The calls about an activity from outside of its worker, by its name instead of a task token:
// RespondActivityTaskCompletedById and its like (SEMANTICS c.4, recorded README 13).
// Part of workflow_service.h.
//
// Of an activity that no worker has taken yet its start is made up, by who calls. TaskTokenText and
// ParseTaskToken: a token as the opaque bytes that an activity hands to whoever is to complete it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/protocol/workflow_service.h"

namespace groundhog::protocol {

// Without a run id the current run's.
struct ActivityName {
  WorkflowExecution execution = {};
  std::string activity_id = {};
};

struct RespondActivityTaskCompletedByIdRequest {
  using Response = RespondActivityTaskCompletedResponse;
  static constexpr std::string_view kName = "RespondActivityTaskCompletedById";
  ActivityName activity = {};
  history::Payloads result = {};
  std::string identity = {};
};
struct RespondActivityTaskFailedByIdRequest {
  using Response = RespondActivityTaskFailedResponse;
  static constexpr std::string_view kName = "RespondActivityTaskFailedById";
  ActivityName activity = {};
  history::FailurePtr failure = {};
  std::optional<history::Payloads> last_heartbeat_details = {};
  std::string identity = {};
};
struct RespondActivityTaskCanceledByIdRequest {
  using Response = RespondActivityTaskCanceledResponse;
  static constexpr std::string_view kName = "RespondActivityTaskCanceledById";
  ActivityName activity = {};
  history::Payloads details = {};
  std::string identity = {};
};
struct RecordActivityTaskHeartbeatByIdRequest {
  using Response = RecordActivityTaskHeartbeatResponse;
  static constexpr std::string_view kName = "RecordActivityTaskHeartbeatById";
  ActivityName activity = {};
  history::Payloads details = {};
  std::string identity = {};
};

std::string TaskTokenText(const ActivityTaskToken& token);
// Nothing if it is no token.
std::optional<ActivityTaskToken> ParseTaskToken(std::string_view text);

}  // namespace groundhog::protocol
