// Retry policies: defaults and validity, back-off, what is tried again (SEMANTICS b.1-b.3).
#include "runtime/history/retry.h"

#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::history {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Timestamp kNow = FromUnixNanos(1'700'000'000'000'000'000);

RetryDecision RetryIn(Duration interval) {
  return {.state = RetryState::kInProgress, .interval = interval};
}
RetryDecision Stop(RetryState state) { return {.state = state}; }

std::string ProblemOf(const RetryPolicy& policy) {
  return std::string(ValidateRetryPolicy(policy).message());
}

FailurePtr FailureWith(FailureInfo info) {
  return MakeShared<Failure>(Failure{.message = "failed", .info = std::move(info)});
}

// Defaults and validity.

TEST_CASE("an empty retry policy means 1 s, doubled, up to 100 s, for ever") {
  const RetryPolicy policy = WithDefaults({});
  CHECK(policy.initial_interval == seconds(1));
  CHECK(policy.backoff_coefficient == 2.0);
  CHECK(policy.maximum_interval == seconds(100));
  CHECK(policy.maximum_attempts == 0);
  CHECK(policy.non_retryable_error_types.empty());
}

TEST_CASE("defaults fill only what is zero, and the maximum interval follows the initial one") {
  const RetryPolicy policy = WithDefaults({.initial_interval = milliseconds(30),
                                           .maximum_attempts = 7,
                                           .non_retryable_error_types = {"Fatal"}});
  CHECK(policy.initial_interval == milliseconds(30));
  CHECK(policy.maximum_interval == seconds(3));
  CHECK(policy.maximum_attempts == 7);
  CHECK(policy.non_retryable_error_types == std::vector<std::string>{"Fatal"});
  CHECK(WithDefaults({.backoff_coefficient = 1.5, .maximum_interval = hours(1)}) ==
        RetryPolicy{.initial_interval = seconds(1),
                    .backoff_coefficient = 1.5,
                    .maximum_interval = hours(1)});
}

TEST_CASE("the default maximum interval of a huge initial interval is the largest duration") {
  CHECK(WithDefaults({.initial_interval = hours(24 * 365 * 100)}).maximum_interval ==
        Duration::max());
}

TEST_CASE("a retry policy is refused with Temporal's own text") {
  CHECK(ValidateRetryPolicy({}).ok());
  CHECK(ProblemOf({.initial_interval = seconds(-1)}) ==
        "invalid InitialInterval set on retry policy: negative duration");
  CHECK(ProblemOf({.backoff_coefficient = 0.9}) ==
        "BackoffCoefficient cannot be less than 1 on retry policy.");
  CHECK(ProblemOf({.backoff_coefficient = std::nan("")}) ==
        "BackoffCoefficient cannot be less than 1 on retry policy.");
  CHECK(ProblemOf({.maximum_interval = seconds(-1)}) ==
        "invalid MaximumInterval set on retry policy: negative duration");
  CHECK(ProblemOf({.initial_interval = seconds(2), .maximum_interval = seconds(1)}) ==
        "MaximumInterval cannot be less than InitialInterval on retry policy.");
  // The initial interval that counts is the default one.
  CHECK(ProblemOf({.maximum_interval = milliseconds(999)}) ==
        "MaximumInterval cannot be less than InitialInterval on retry policy.");
  CHECK(ProblemOf({.maximum_attempts = -1}) ==
        "MaximumAttempts cannot be negative on retry policy.");
}

TEST_CASE("with one attempt the rest of a retry policy is not looked at") {
  CHECK(ValidateRetryPolicy({.initial_interval = seconds(-1),
                             .backoff_coefficient = 0.5,
                             .maximum_attempts = 1,
                             .non_retryable_error_types = {"TemporalTimeout:Nonsense"}})
            .ok());
}

TEST_CASE("a timeout among the non-retryable types must be one that exists") {
  for (const char* name : {"StartToClose", "ScheduleToStart", "ScheduleToClose", "Heartbeat",
                           "TIMEOUT_TYPE_HEARTBEAT"}) {
    CHECK(ValidateRetryPolicy(
              {.non_retryable_error_types = {"Any", std::string("TemporalTimeout:") + name}})
              .ok());
  }
  for (const char* name : {"", "starttoclose", "Unspecified", "StartToClose "}) {
    CHECK(ProblemOf({.non_retryable_error_types = {std::string("TemporalTimeout:") + name}}) ==
          std::string("Invalid timeout type value: ") + name + ".");
  }
}

// What may be retried.

TEST_CASE("a failure without info, or none at all, is retryable") {
  CHECK(IsRetryable(nullptr, {}));
  CHECK(IsRetryable(FailureWith({}), {}));
}

TEST_CASE(
    "an application failure is retryable unless it says otherwise or its exact type is listed") {
  const RetryPolicy policy{.non_retryable_error_types = {"InvalidAccountError"}};
  CHECK(IsRetryable(FailureWith(ApplicationFailureInfo{.type = "Other"}), policy));
  CHECK(IsRetryable(FailureWith(ApplicationFailureInfo{.type = "invalidaccounterror"}), policy));
  CHECK_FALSE(
      IsRetryable(FailureWith(ApplicationFailureInfo{.type = "InvalidAccountError"}), policy));
  CHECK_FALSE(IsRetryable(
      FailureWith(ApplicationFailureInfo{.type = "Other", .non_retryable = true}), policy));
}

TEST_CASE("only the outermost failure is asked whether it is retryable") {
  const RetryPolicy policy{.non_retryable_error_types = {"Inner"}};
  const FailurePtr inner =
      FailureWith(ApplicationFailureInfo{.type = "Inner", .non_retryable = true});
  CHECK(IsRetryable(
      MakeShared<Failure>(Failure{.info = ApplicationFailureInfo{.type = "Outer"}, .cause = inner}),
      policy));
}

TEST_CASE("the timeouts of one attempt are retryable unless listed, those of all attempts never") {
  const auto retryable = [](TimeoutType type, std::vector<std::string> listed) {
    return IsRetryable(FailureWith(TimeoutFailureInfo{.timeout_type = type}),
                       {.non_retryable_error_types = std::move(listed)});
  };
  CHECK(retryable(TimeoutType::kStartToClose, {"TemporalTimeout:Heartbeat"}));
  CHECK_FALSE(retryable(TimeoutType::kStartToClose, {"TemporalTimeout:StartToClose"}));
  CHECK(retryable(TimeoutType::kHeartbeat, {"TemporalTimeout:StartToClose"}));
  CHECK_FALSE(retryable(TimeoutType::kHeartbeat, {"TemporalTimeout:Heartbeat"}));
  CHECK_FALSE(retryable(TimeoutType::kScheduleToStart, {}));
  CHECK_FALSE(retryable(TimeoutType::kScheduleToClose, {}));
}

TEST_CASE(
    "cancelled and terminated are final, a server's failure says itself, wrappers are retryable") {
  CHECK_FALSE(IsRetryable(FailureWith(CanceledFailureInfo{}), {}));
  CHECK_FALSE(IsRetryable(FailureWith(TerminatedFailureInfo{}), {}));
  CHECK(IsRetryable(FailureWith(ServerFailureInfo{}), {}));
  CHECK_FALSE(IsRetryable(FailureWith(ServerFailureInfo{.non_retryable = true}), {}));
  CHECK(IsRetryable(FailureWith(ResetWorkflowFailureInfo{}), {}));
  CHECK(IsRetryable(FailureWith(ActivityFailureInfo{}), {}));
  CHECK(IsRetryable(FailureWith(ChildWorkflowExecutionFailureInfo{}), {}));
}

TEST_CASE("only an application failure can ask for a delay") {
  CHECK(NextRetryDelayOf(FailureWith(ApplicationFailureInfo{.next_retry_delay = seconds(7)})) ==
        std::optional<Duration>(seconds(7)));
  CHECK(NextRetryDelayOf(FailureWith(ApplicationFailureInfo{})) == std::nullopt);
  CHECK(NextRetryDelayOf(FailureWith(TimeoutFailureInfo{})) == std::nullopt);
  CHECK(NextRetryDelayOf(nullptr) == std::nullopt);
}

// Back-off.

TEST_CASE("the back-offs of the default policy double up to 100 s") {
  const RetryPolicy policy = WithDefaults({});
  std::int64_t expected = 1;
  for (std::int32_t attempt = 1; attempt <= 40; ++attempt) {
    CHECK(NextRetry(policy, {.attempt = attempt, .now = kNow}) == RetryIn(seconds(expected)));
    expected = std::min<std::int64_t>(expected * 2, 100);
  }
}

TEST_CASE("a back-off is truncated to whole nanoseconds, not rounded") {
  // 1.1 is a little more than 11/10 in float64 and 1.3 a little more than 13/10; the products are
  // cut.
  CHECK(ExponentialBackoff(Duration(10), 1.05, 2) == Duration(10));
  CHECK(ExponentialBackoff(Duration(19), 1.05, 2) == Duration(19));
  CHECK(ExponentialBackoff(Duration(20), 1.05, 2) == Duration(21));
  CHECK(ExponentialBackoff(seconds(1), 1.1, 3) == Duration(1'210'000'000));
}

TEST_CASE("powers are bit by bit those of Go") {
  struct Row {
    double base;
    std::int64_t exponent;
    std::uint64_t bits;
  };
  // Printed by a Go program: math.Float64bits(math.Pow(base, float64(exponent))).
  const Row rows[] = {
      {1.1, 1, 0x3ff199999999999a},        {1.1, 2, 0x3ff35c28f5c28f5d},
      {1.1, 3, 0x3ff54bc6a7ef9db4},        {1.1, 10, 0x4004bffc0c03023d},
      {1.1, 33, 0x403739a3b855f7dd},       {1.1, 250, 0x4214c3196d88317a},
      {1.3, 1, 0x3ff4cccccccccccd},        {1.3, 2, 0x3ffb0a3d70a3d70b},
      {1.3, 3, 0x40019374bc6a7efb},        {1.3, 10, 0x402b925ad30977b2},
      {1.3, 33, 0x40b67c2163cd2a62},       {1.3, 250, 0x45d8b9a1af1cd452},
      {1.5, 1, 0x3ff8000000000000},        {1.5, 2, 0x4002000000000000},
      {1.5, 3, 0x400b000000000000},        {1.5, 10, 0x404cd52000000000},
      {1.5, 33, 0x4123bfefa65abb83},       {1.5, 250, 0x4912e7714f925ae0},
      {2, 1, 0x4000000000000000},          {2, 2, 0x4010000000000000},
      {2, 3, 0x4020000000000000},          {2, 10, 0x4090000000000000},
      {2, 33, 0x4200000000000000},         {2, 250, 0x4f90000000000000},
      {2.5, 1, 0x4004000000000000},        {2.5, 2, 0x4019000000000000},
      {2.5, 3, 0x402f400000000000},        {2.5, 10, 0x40c2a05f20000000},
      {2.5, 33, 0x42a8a6e32246c99d},       {2.5, 250, 0x549658e3ab795207},
      {7.7, 1, 0x401ecccccccccccd},        {7.7, 2, 0x404da51eb851eb86},
      {7.7, 3, 0x407c88872b020c4b},        {7.7, 10, 0x41c5d5d047a11a7a},
      {7.7, 33, 0x460221598b7bff7d},       {7.7, 250, 0x6df290f68662438c},
      {1.0000001, 1, 0x3ff000001ad7f29b},  {1.0000001, 2, 0x3ff0000035afe563},
      {1.0000001, 3, 0x3ff000005087d858},  {1.0000001, 10, 0x3ff000010c6f81f9},
      {1.0000001, 33, 0x3ff0000375d6a2dd}, {1.0000001, 250, 0x3ff0001a36f84ef6},
      {123.456, 1, 0x405edd2f1a9fbe77},    {123.456, 2, 0x40cdc4b124d099e1},
      {123.456, 3, 0x413cb6284b926969},    {123.456, 10, 0x44464b0ec57122fa},
      {123.456, 33, 0x4e436a6d01066877},   {123.456, 250, 0x7ff0000000000000},
  };
  for (const Row& row : rows) {
    INFO(row.base << " ^ " << row.exponent);
    CHECK(std::bit_cast<std::uint64_t>(PowerAsGo(row.base, row.exponent)) == row.bits);
  }
}

TEST_CASE("a back-off beyond 292 years is the longest duration, and a maximum interval cuts it") {
  CHECK(ExponentialBackoff(seconds(1), 2.0, 34) == Duration(8'589'934'592'000'000'000));
  CHECK(ExponentialBackoff(seconds(1), 2.0, 35) == Duration::max());
  CHECK(ExponentialBackoff(seconds(1), 1e300, 5) == Duration::max());
  CHECK(ExponentialBackoff(seconds(1), 2.0, std::numeric_limits<std::int32_t>::max()) ==
        Duration::max());
  CHECK(NextRetry(WithDefaults({}), {.attempt = std::numeric_limits<std::int32_t>::max(),
                                     .now = kNow}) == RetryIn(seconds(100)));
}

TEST_CASE("a retry never comes after the last attempt") {
  const RetryPolicy policy = WithDefaults({.maximum_attempts = 3});
  CHECK(NextRetry(policy, {.attempt = 1, .now = kNow}).retries());
  CHECK(NextRetry(policy, {.attempt = 2, .now = kNow}).retries());
  CHECK(NextRetry(policy, {.attempt = 3, .now = kNow}) ==
        Stop(RetryState::kMaximumAttemptsReached));
  CHECK(NextRetry(policy, {.attempt = 4, .now = kNow}) ==
        Stop(RetryState::kMaximumAttemptsReached));
  // Attempts are counted before the time is looked at.
  CHECK(NextRetry(policy, {.attempt = 3, .now = kNow, .expiration = kNow}) ==
        Stop(RetryState::kMaximumAttemptsReached));
}

TEST_CASE("a retry may begin at the expiration, but not a nanosecond later") {
  const RetryPolicy policy = WithDefaults({});
  const FailedAttempt failed{.attempt = 2, .now = kNow, .expiration = kNow + seconds(2)};
  CHECK(NextRetry(policy, failed) == RetryIn(seconds(2)));
  FailedAttempt later = failed;
  later.now += Duration(1);
  CHECK(NextRetry(policy, later) == Stop(RetryState::kTimeout));
}

TEST_CASE("a retry beyond the end of time is after every expiration") {
  const RetryPolicy policy = WithDefaults({});
  CHECK(
      NextRetry(policy, {.attempt = 1, .now = Timestamp::max(), .expiration = Timestamp::max()}) ==
      Stop(RetryState::kTimeout));
}

TEST_CASE("an activity's requested delay replaces the back-off and its maximum") {
  const RetryPolicy policy = WithDefaults({.maximum_interval = seconds(10), .maximum_attempts = 5});
  FailedAttempt failed{.attempt = 4, .now = kNow, .next_retry_delay = hours(3)};
  CHECK(NextRetry(policy, failed) == RetryIn(hours(3)));
  failed.expiration = kNow + hours(2);
  CHECK(NextRetry(policy, failed) == Stop(RetryState::kTimeout));
  failed.attempt = 5;
  CHECK(NextRetry(policy, failed) == Stop(RetryState::kMaximumAttemptsReached));
}

TEST_CASE("a workflow's requested delay is cut to the maximum interval") {
  const RetryPolicy policy = WithDefaults({.maximum_interval = seconds(10)});
  CHECK(NextRetry(policy, {.now = kNow, .next_retry_delay = hours(3), .of = RetryOf::kWorkflow}) ==
        RetryIn(seconds(10)));
  CHECK(
      NextRetry(policy, {.now = kNow, .next_retry_delay = seconds(3), .of = RetryOf::kWorkflow}) ==
      RetryIn(seconds(3)));
  CHECK(
      NextRetry(policy, {.now = kNow, .next_retry_delay = seconds(0), .of = RetryOf::kWorkflow}) ==
      RetryIn(seconds(10)));
}

TEST_CASE("a requested delay of zero ends an activity's retries, a negative one means at once") {
  const RetryPolicy policy = WithDefaults({});
  CHECK(NextRetry(policy, {.now = kNow, .next_retry_delay = Duration(0)}) ==
        Stop(RetryState::kTimeout));
  CHECK(NextRetry(policy, {.now = kNow, .next_retry_delay = seconds(-5)}) == RetryIn(Duration(0)));
}

TEST_CASE("decisions on retries keep their promises for any valid policy", "[property]") {
  rc::prop(
      "a wait is positive, at most the maximum, never shrinks with the attempt, and fits the "
      "expiration",
      [] {
        RetryPolicy policy;
        policy.initial_interval =
            Duration(*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50));
        policy.backoff_coefficient = 1.0 + *rc::gen::inRange(0, 10'000) / 1000.0;
        policy.maximum_attempts = *rc::gen::inRange(0, 50);
        policy = WithDefaults(policy);
        policy.maximum_interval +=
            Duration(*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50));
        RC_ASSERT(ValidateRetryPolicy(policy).ok());

        FailedAttempt failed{.attempt = *rc::gen::inRange(1, 60), .now = kNow};
        if (*rc::gen::arbitrary<bool>()) {
          failed.expiration =
              kNow + Duration(*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 52));
        }
        const RetryDecision next = NextRetry(policy, failed);
        if (!next.retries()) {
          RC_ASSERT(next.state == RetryState::kMaximumAttemptsReached ||
                    (next.state == RetryState::kTimeout && failed.expiration));
          return;
        }
        RC_ASSERT(next.interval > Duration(0));
        RC_ASSERT(next.interval <= policy.maximum_interval);
        RC_ASSERT(kNow + next.interval <= failed.expiration.value_or(Timestamp::max()));
        RC_ASSERT(policy.maximum_attempts == 0 || failed.attempt < policy.maximum_attempts);
        if (failed.attempt > 1) {
          --failed.attempt;
          RC_ASSERT(NextRetry(policy, failed).interval <= next.interval);
        }
      });
}

}  // namespace
}  // namespace groundhog::history
