#include "runtime/history/retry.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "runtime/history/event.h"

namespace groundhog::history {
namespace {

constexpr Duration kDefaultInitialInterval = std::chrono::seconds(1);
constexpr double kDefaultBackoffCoefficient = 2.0;
constexpr std::int64_t kDefaultMaximumIntervalFactor = 100;

constexpr std::string_view kTimeoutPrefix = "TemporalTimeout:";

// What may follow kTimeoutPrefix. Only the first four are ever matched, but Temporal accepts both
// spellings in a policy.
constexpr std::string_view kTimeoutNames[] = {
    "StartToClose",
    "ScheduleToStart",
    "ScheduleToClose",
    "Heartbeat",
    "TIMEOUT_TYPE_START_TO_CLOSE",
    "TIMEOUT_TYPE_SCHEDULE_TO_START",
    "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE",
    "TIMEOUT_TYPE_HEARTBEAT",
};

bool Contains(const std::vector<std::string>& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

bool IsTimeoutName(std::string_view name) {
  return std::find(std::begin(kTimeoutNames), std::end(kTimeoutNames), name) !=
         std::end(kTimeoutNames);
}

bool IsRetryableTimeout(TimeoutType type, const RetryPolicy& policy) {
  switch (type) {
    case TimeoutType::kStartToClose:
      return !Contains(policy.non_retryable_error_types, "TemporalTimeout:StartToClose");
    case TimeoutType::kHeartbeat:
      return !Contains(policy.non_retryable_error_types, "TemporalTimeout:Heartbeat");
    case TimeoutType::kUnspecified:
    case TimeoutType::kScheduleToStart:
    case TimeoutType::kScheduleToClose:
      return false;  // they limit all attempts together
  }
  return false;
}

absl::Status Invalid(std::string_view text) {
  return absl::InvalidArgumentError(absl::string_view(text.data(), text.size()));
}

bool IsAfter(Timestamp now, Duration interval, Timestamp expiration) {
  std::int64_t retry_at = 0;
  // Beyond the end of time is after any expiration.
  if (__builtin_add_overflow(ToUnixNanos(now), interval.count(), &retry_at))
    return interval.count() > 0;
  return retry_at > ToUnixNanos(expiration);
}

}  // namespace

RetryPolicy WithDefaults(RetryPolicy policy) {
  if (policy.initial_interval.count() == 0) policy.initial_interval = kDefaultInitialInterval;
  if (policy.backoff_coefficient == 0) policy.backoff_coefficient = kDefaultBackoffCoefficient;
  if (policy.maximum_interval.count() == 0) {
    std::int64_t nanos = 0;
    const bool overflow = __builtin_mul_overflow(policy.initial_interval.count(),
                                                 kDefaultMaximumIntervalFactor, &nanos);
    policy.maximum_interval = overflow ? Duration::max() : Duration(nanos);
  }
  return policy;
}

absl::Status ValidateRetryPolicy(const RetryPolicy& policy) {
  // All but the names, which have no defaults and need not be copied.
  const RetryPolicy full = WithDefaults({.initial_interval = policy.initial_interval,
                                         .backoff_coefficient = policy.backoff_coefficient,
                                         .maximum_interval = policy.maximum_interval,
                                         .maximum_attempts = policy.maximum_attempts});
  // With one attempt nothing is ever retried, and Temporal does not look at the rest.
  if (full.maximum_attempts == 1) return absl::OkStatus();
  if (full.initial_interval.count() < 0) {
    return Invalid("invalid InitialInterval set on retry policy: negative duration");
  }
  if (!(full.backoff_coefficient >= 1)) {  // so that NaN is refused too
    return Invalid("BackoffCoefficient cannot be less than 1 on retry policy.");
  }
  if (full.maximum_interval.count() < 0) {
    return Invalid("invalid MaximumInterval set on retry policy: negative duration");
  }
  if (full.maximum_interval < full.initial_interval) {
    return Invalid("MaximumInterval cannot be less than InitialInterval on retry policy.");
  }
  if (full.maximum_attempts < 0) {
    return Invalid("MaximumAttempts cannot be negative on retry policy.");
  }
  for (const std::string_view type : policy.non_retryable_error_types) {
    if (type.substr(0, kTimeoutPrefix.size()) != kTimeoutPrefix) continue;
    const std::string_view name = type.substr(kTimeoutPrefix.size());
    if (!IsTimeoutName(name)) return Invalid(fmt::format("Invalid timeout type value: {}.", name));
  }
  return absl::OkStatus();
}

bool IsRetryable(const FailurePtr& failure, const RetryPolicy& policy) {
  if (!failure) return true;
  return std::visit(Overloaded{
                        [](const std::monostate&) { return true; },
                        [&policy](const ApplicationFailureInfo& info) {
                          return !info.non_retryable &&
                                 !Contains(policy.non_retryable_error_types, info.type);
                        },
                        [&policy](const TimeoutFailureInfo& info) {
                          return IsRetryableTimeout(info.timeout_type, policy);
                        },
                        [](const CanceledFailureInfo&) { return false; },
                        [](const TerminatedFailureInfo&) { return false; },
                        [](const ServerFailureInfo& info) { return !info.non_retryable; },
                        [](const ResetWorkflowFailureInfo&) { return true; },
                        [](const ActivityFailureInfo&) { return true; },
                        [](const ChildWorkflowExecutionFailureInfo&) { return true; },
                    },
                    failure->info);
}

std::optional<Duration> NextRetryDelayOf(const FailurePtr& failure) {
  const auto* info = InfoAs<ApplicationFailureInfo>(failure);
  return info == nullptr ? std::nullopt : info->next_retry_delay;
}

// Neither std::pow nor a plain product: std::pow comes from the C library (correctly rounded or
// not, as its version likes; the compiler folds constants with yet another one), a plain product of
// n factors collects other rounding errors. Go squares the mantissa and adds exponents, which takes
// nothing but IEEE multiplications; so the same steps give the same bits everywhere. No sum of a
// product occurs, so a fused multiply-add cannot creep in.
double PowerAsGo(double base, std::int64_t exponent) {
  if (exponent == 0 || base == 1) return 1;
  if (exponent == 1 || !std::isfinite(base)) return base;
  constexpr int kOutOfRange = 1 << 12;  // far beyond the exponent of any double
  double power = 1;
  int power_exponent = 0;
  int square_exponent = 0;
  double square = std::frexp(base, &square_exponent);
  for (; exponent != 0; exponent >>= 1) {
    if (std::abs(square_exponent) > kOutOfRange) {
      power_exponent += square_exponent;
      break;
    }
    if ((exponent & 1) == 1) {
      power *= square;
      power_exponent += square_exponent;
    }
    square *= square;
    square_exponent *= 2;
    if (square < 0.5) {
      square *= 2;
      --square_exponent;
    }
  }
  return std::ldexp(power, power_exponent);
}

Duration ExponentialBackoff(Duration initial_interval, double coefficient, std::int32_t attempt) {
  const std::int64_t retries = std::max<std::int64_t>(attempt, 1) - 1;
  const double nanos =
      static_cast<double>(initial_interval.count()) * PowerAsGo(coefficient, retries);
  // 2^63; the largest Duration itself is no double.
  constexpr double kBeyond = 9223372036854775808.0;
  if (nanos >= kBeyond) return Duration::max();
  if (!(nanos > 0)) return Duration{0};
  return Duration{static_cast<std::int64_t>(nanos)};
}

RetryDecision NextRetry(const RetryPolicy& policy, const FailedAttempt& failed) {
  if (policy.maximum_attempts > 0 && failed.attempt >= policy.maximum_attempts) {
    return {.state = RetryState::kMaximumAttemptsReached};
  }
  Duration maximum = policy.maximum_interval;
  Duration interval{0};
  if (failed.next_retry_delay) {
    interval = *failed.next_retry_delay;
    if (failed.of == RetryOf::kActivity) maximum = interval;
  } else {
    interval =
        ExponentialBackoff(policy.initial_interval, policy.backoff_coefficient, failed.attempt);
  }
  if (maximum.count() == 0 && interval.count() <= 0) return {.state = RetryState::kTimeout};
  if (maximum.count() != 0 && (interval.count() <= 0 || interval > maximum)) interval = maximum;
  if (failed.expiration && IsAfter(failed.now, interval, *failed.expiration)) {
    return {.state = RetryState::kTimeout};
  }
  // A negative delay, which a worker can ask for, means at once.
  return {.state = RetryState::kInProgress, .interval = std::max(interval, Duration{0})};
}

}  // namespace groundhog::history
