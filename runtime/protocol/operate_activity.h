// What an operator does to an activity that has not ended: PauseActivity, UnpauseActivity,
// ResetActivity, UpdateActivityOptions (SEMANTICS b.4; recorded act_pause_unpause).
//
// A paused activity is not handed to workers. An attempt that runs already is told by its next
// heartbeat and may end as it likes; if it fails,
// the next one waits for the end of the pause. None of it leaves an event.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/history/command.h"
#include "runtime/history/event.h"

namespace groundhog::protocol {

// One by its id; or all of a type, if the id is empty.
struct ActivitySelection {
  history::WorkflowExecution execution = {};
  std::string activity_id = {};
  std::string activity_type = {};
};

struct PauseActivityResponse {};
struct PauseActivityRequest {
  using Response = PauseActivityResponse;
  static constexpr std::string_view kName = "PauseActivity";
  ActivitySelection activities = {};
  std::string identity = {};
  std::string reason = {};
};

struct UnpauseActivityResponse {};
struct UnpauseActivityRequest {
  using Response = UnpauseActivityResponse;
  static constexpr std::string_view kName = "UnpauseActivity";
  ActivitySelection activities = {};
  std::string identity = {};
  bool reset_attempts = false;
  bool reset_heartbeat = false;
};

// The next attempt is the first one again. One that waits begins at once; one that runs goes on.
struct ResetActivityResponse {};
struct ResetActivityRequest {
  using Response = ResetActivityResponse;
  static constexpr std::string_view kName = "ResetActivity";
  ActivitySelection activities = {};
  std::string identity = {};
  bool reset_heartbeat = false;
  bool keep_paused = false;
  bool restore_original_options = false;  // those with which it was scheduled
};

// What is set takes the place of what was.
struct ActivityOptionsUpdate {
  std::optional<std::string> task_queue = {};
  std::optional<history::Duration> schedule_to_close_timeout = {};
  std::optional<history::Duration> schedule_to_start_timeout = {};
  std::optional<history::Duration> start_to_close_timeout = {};
  std::optional<history::Duration> heartbeat_timeout = {};
  std::optional<history::RetryPolicy> retry_policy = {};
};
struct UpdateActivityOptionsResponse {};
struct UpdateActivityOptionsRequest {
  using Response = UpdateActivityOptionsResponse;
  static constexpr std::string_view kName = "UpdateActivityOptions";
  ActivitySelection activities = {};
  std::string identity = {};
  ActivityOptionsUpdate options = {};
};

}  // namespace groundhog::protocol
