#include "sim/time.h"

#include "tests/catch.h"

namespace groundhog::sim {
namespace {

TEST_CASE("a simulation begins on Groundhog Day, six in the morning") {
  using std::chrono::sys_days;
  const std::chrono::sys_time<Duration> start{kEpoch.time_since_epoch()};
  const auto day = std::chrono::year(2026) / std::chrono::February / 2;
  CHECK(start == sys_days(day) + std::chrono::hours(6));
}

TEST_CASE("adding a length to a time stops at the end of all time") {
  CHECK(After(kEpoch, Duration{5}) == kEpoch + Duration{5});
  CHECK(After(kEpoch, Duration{-5}) == kEpoch - Duration{5});
  CHECK(After(kEpoch, Duration::max()) == Time::max());
  CHECK(After(Time::max(), Duration{1}) == Time::max());
  CHECK(After(kEpoch, Duration::min()) == kEpoch + Duration::min());
  CHECK(FromUnixNanos(ToUnixNanos(kEpoch)) == kEpoch);
}

}  // namespace
}  // namespace groundhog::sim
