// Failure: why something did not succeed, as histories hold it: a message,
// one kind of info, and a chain of causes.
//
// SEMANTICS a.2 (fields), b.5 (what each situation looks like).
// Immutable and shared through FailurePtr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "runtime/history/enums.h"
#include "runtime/history/payload.h"
#include "runtime/history/shared.h"
#include "runtime/history/time.h"

namespace groundhog::history {

struct ApplicationFailureInfo {
  std::string type;
  bool non_retryable = false;
  Payloads details = {};
  std::optional<Duration> next_retry_delay = {};
  ApplicationErrorCategory category = ApplicationErrorCategory::kUnspecified;
  friend bool operator==(const ApplicationFailureInfo&, const ApplicationFailureInfo&) = default;
};
struct TimeoutFailureInfo {
  TimeoutType timeout_type = TimeoutType::kUnspecified;
  Payloads last_heartbeat_details = {};
  friend bool operator==(const TimeoutFailureInfo&, const TimeoutFailureInfo&) = default;
};
struct CanceledFailureInfo {
  Payloads details = {};
  std::string identity = {};
  friend bool operator==(const CanceledFailureInfo&, const CanceledFailureInfo&) = default;
};
struct TerminatedFailureInfo {
  std::string identity = {};
  friend bool operator==(const TerminatedFailureInfo&, const TerminatedFailureInfo&) = default;
};
struct ServerFailureInfo {
  bool non_retryable = false;
  friend bool operator==(const ServerFailureInfo&, const ServerFailureInfo&) = default;
};
struct ResetWorkflowFailureInfo {
  Payloads last_heartbeat_details = {};
  friend bool operator==(const ResetWorkflowFailureInfo&,
                         const ResetWorkflowFailureInfo&) = default;
};
struct ActivityFailureInfo {
  std::int64_t scheduled_event_id = 0;
  std::int64_t started_event_id = 0;
  std::string identity = {};
  std::string activity_type = {};
  std::string activity_id = {};
  RetryState retry_state = RetryState::kUnspecified;
  friend bool operator==(const ActivityFailureInfo&, const ActivityFailureInfo&) = default;
};
struct ChildWorkflowExecutionFailureInfo {
  std::string namespace_ = {};
  std::string workflow_id = {};
  std::string run_id = {};
  std::string workflow_type = {};
  std::int64_t initiated_event_id = 0;
  std::int64_t started_event_id = 0;
  RetryState retry_state = RetryState::kUnspecified;
  friend bool operator==(const ChildWorkflowExecutionFailureInfo&,
                         const ChildWorkflowExecutionFailureInfo&) = default;
};

// monostate: a failure without info is a plain, retryable one.
using FailureInfo =
    std::variant<std::monostate, ApplicationFailureInfo, TimeoutFailureInfo, CanceledFailureInfo,
                 TerminatedFailureInfo, ServerFailureInfo, ResetWorkflowFailureInfo,
                 ActivityFailureInfo, ChildWorkflowExecutionFailureInfo>;

struct Failure;
using FailurePtr = Shared<Failure>;

struct Failure {
  std::string message = {};
  std::string source = {};
  std::string stack_trace = {};
  // Message and stack trace, hidden: payload_codec.h.
  std::optional<Payload> encoded_attributes = {};
  FailureInfo info = {};
  FailurePtr cause = {};
  std::string unknown_fields = {};  // JSON object text of fields without a member here; kept
  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class Info>
const Info* InfoAs(const FailurePtr& failure) {
  return failure ? std::get_if<Info>(&failure->info) : nullptr;
}

}  // namespace groundhog::history
