// The arithmetic of retries: defaults and validity of a policy, whether a failure may be tried
// again, and when (SEMANTICS b.1-b.3).
//
// Pure functions; all times are exact nanoseconds. The back-off is computed in float64 as
// Temporal's server computes it, because its rounding is part of the result: with initial interval
// 1 s and coefficient 1.1 the 21st wait is what float64 says.
//
//     RetryDecision next = NextRetry(policy, {.attempt = 2, .now = now, .expiration = deadline});
//     if (next.retries()) schedule(now + next.interval); else close(next.state);
//
// The order in which a server asks (cancel requested, retryable, attempts, time) stands in
// SEMANTICS b.4.
#pragma once

#include <cstdint>
#include <optional>

#include <absl/status/status.h>

#include "runtime/history/enums.h"
#include "runtime/history/failure.h"
#include "runtime/history/retry_policy.h"
#include "runtime/history/time.h"

namespace groundhog::history {

// The policy with its zero fields filled in: 1 s, 2.0, 100 times the initial interval (at most what
// a Duration holds).
RetryPolicy WithDefaults(RetryPolicy policy);

// InvalidArgument with Temporal's own text for what is wrong first. Zero fields count as their
// defaults.
absl::Status ValidateRetryPolicy(const RetryPolicy& policy);

// Whether the outermost failure (its causes do not matter) may be tried again. No failure at all is
// retryable.
bool IsRetryable(const FailurePtr& failure, const RetryPolicy& policy);

// The delay that an application failure asks for in place of the computed one.
std::optional<Duration> NextRetryDelayOf(const FailurePtr& failure);

// An activity takes `next_retry_delay` as it is; a workflow's is still cut to the policy's maximum
// interval.
enum class RetryOf : std::uint8_t { kActivity, kWorkflow };

struct FailedAttempt {
  std::int32_t attempt = 1;  // the one that has just failed, counted from 1
  Timestamp now = {};        // when the failure is processed; not when the attempt began
  std::optional<Timestamp> expiration = {};  // a retry may begin then, but not later
  std::optional<Duration> next_retry_delay = {};
  RetryOf of = RetryOf::kActivity;
};

struct RetryDecision {
  RetryState state = RetryState::kUnspecified;  // kInProgress, kMaximumAttemptsReached or kTimeout
  Duration interval{0};                         // with kInProgress: wait this long, >= 0
  bool retries() const { return state == RetryState::kInProgress; }
  friend bool operator==(const RetryDecision&, const RetryDecision&) = default;
};

// REQUIRES: a valid policy with its defaults filled in. Says nothing about IsRetryable.
RetryDecision NextRetry(const RetryPolicy& policy, const FailedAttempt& failed);

// initial_interval * coefficient ^ (attempt - 1), cut to what a Duration holds and truncated to
// whole nanoseconds.
Duration ExponentialBackoff(Duration initial_interval, double coefficient, std::int32_t attempt);

// base ^ exponent for base >= 1 and exponent >= 0, bit by bit what Go's math.Pow gives. See
// retry.cc for why not std::pow.
double PowerAsGo(double base, std::int64_t exponent);

}  // namespace groundhog::history
