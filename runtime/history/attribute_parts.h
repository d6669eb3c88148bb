// What the attributes of several kinds of event are made of (SEMANTICS a.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/enums.h"
#include "runtime/history/failure.h"
#include "runtime/history/payload.h"

namespace groundhog::history {

using EventId = std::int64_t;  // 1..n inside a run; 0 stands for "none"

struct TaskQueue {
  std::string name = {};
  TaskQueueKind kind = TaskQueueKind::kNormal;
  std::string normal_name = {};  // of a sticky queue: the queue it stands in for
  friend bool operator==(const TaskQueue&, const TaskQueue&) = default;
};

struct WorkflowExecution {
  std::string workflow_id = {};
  std::string run_id = {};  // empty in a request: the current run
  friend bool operator==(const WorkflowExecution&, const WorkflowExecution&) = default;
};

// What an author wrote beside a command, for people: a line, and more.
struct UserMetadata {
  std::optional<Payload> summary = {};
  std::optional<Payload> details = {};
  friend bool operator==(const UserMetadata&, const UserMetadata&) = default;
};

// Temporal's update.v1.Meta, Input, Request and Outcome (SEMANTICS f.3).
struct UpdateMeta {
  std::string update_id = {};
  std::string identity = {};
  friend bool operator==(const UpdateMeta&, const UpdateMeta&) = default;
};
struct UpdateInput {
  PayloadMap header = {};
  std::string name = {};
  Payloads args = {};
  friend bool operator==(const UpdateInput&, const UpdateInput&) = default;
};
struct UpdateRequest {
  UpdateMeta meta = {};
  UpdateInput input = {};
  std::string request_id = {};
  friend bool operator==(const UpdateRequest&, const UpdateRequest&) = default;
};
// A failure, or else a success (of no value, perhaps).
struct UpdateOutcome {
  std::optional<Payloads> success = {};
  FailurePtr failure = {};
  friend bool operator==(const UpdateOutcome&, const UpdateOutcome&) = default;
};

}  // namespace groundhog::history
