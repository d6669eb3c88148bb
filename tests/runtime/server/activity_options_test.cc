// The timeouts of an activity as Temporal fills them in (SEMANTICS c.1).
#include "runtime/server/activity_options.h"

#include "tests/catch.h"

namespace groundhog::server {
namespace {

using namespace std::chrono_literals;
using history::Duration;
using history::ScheduleActivityTask;

struct Timeouts {
  Duration schedule_to_close{0};
  Duration schedule_to_start{0};
  Duration start_to_close{0};
  Duration heartbeat{0};
  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

Timeouts Normalized(const Timeouts& given, Duration run_timeout = 0s) {
  ScheduleActivityTask command{.activity_id = "a",
                               .activity_type = "step",
                               .schedule_to_close_timeout = given.schedule_to_close,
                               .schedule_to_start_timeout = given.schedule_to_start,
                               .start_to_close_timeout = given.start_to_close,
                               .heartbeat_timeout = given.heartbeat};
  const absl::Status status = NormalizeActivity(command, run_timeout, "queue");
  INFO(status.ToString());
  REQUIRE(status.ok());
  return {command.schedule_to_close_timeout, command.schedule_to_start_timeout,
          command.start_to_close_timeout, command.heartbeat_timeout};
}

std::string Refusal(ScheduleActivityTask command) {
  const absl::Status status = NormalizeActivity(command, 0s, "queue");
  return std::string(status.message());
}

TEST_CASE("schedule-to-close fills in and caps the others") {
  CHECK(Normalized({.schedule_to_close = 10s}) == Timeouts{10s, 10s, 10s, 0s});
  CHECK(Normalized({.schedule_to_close = 10s, .schedule_to_start = 3s, .start_to_close = 4s}) ==
        Timeouts{10s, 3s, 4s, 0s});
  CHECK(Normalized({.schedule_to_close = 10s, .schedule_to_start = 30s, .start_to_close = 40s}) ==
        Timeouts{10s, 10s, 10s, 0s});
}

TEST_CASE("with start-to-close alone the others are unlimited, or the run's") {
  CHECK(Normalized({.start_to_close = 5s}) == Timeouts{0s, 0s, 5s, 0s});
  CHECK(Normalized({.start_to_close = 5s}, 60s) == Timeouts{60s, 60s, 5s, 0s});
  CHECK(Normalized({.schedule_to_start = 7s, .start_to_close = 5s}, 60s) ==
        Timeouts{60s, 7s, 5s, 0s});
}

TEST_CASE("no timeout is longer than the run's") {
  CHECK(Normalized({.schedule_to_close = 100s, .start_to_close = 90s, .heartbeat = 80s}, 60s) ==
        Timeouts{60s, 60s, 60s, 60s});
}

TEST_CASE("the heartbeat timeout is at most start-to-close") {
  CHECK(Normalized({.start_to_close = 5s, .heartbeat = 2s}).heartbeat == 2s);
  CHECK(Normalized({.start_to_close = 5s, .heartbeat = 20s}).heartbeat == 5s);
  CHECK(Normalized({.schedule_to_close = 5s, .heartbeat = 20s}).heartbeat == 5s);
}

TEST_CASE("queue and policy have defaults") {
  ScheduleActivityTask command{
      .activity_id = "a", .activity_type = "step", .start_to_close_timeout = 5s};
  REQUIRE(NormalizeActivity(command, 0s, "queue").ok());
  CHECK(command.task_queue == "queue");
  CHECK(command.retry_policy == history::RetryPolicy{.initial_interval = 1s,
                                                     .backoff_coefficient = 2,
                                                     .maximum_interval = 100s});
}

TEST_CASE("an activity that makes no sense is refused with Temporal's words") {
  const ScheduleActivityTask good{
      .activity_id = "a", .activity_type = "step", .start_to_close_timeout = 5s};
  CHECK(Refusal(good).empty());
  ScheduleActivityTask bad = good;
  bad.activity_id = "";
  CHECK(Refusal(bad) == "activityId is not set");
  bad = good;
  bad.activity_type = "";
  CHECK(Refusal(bad) == "activityType is not set");
  bad = good;
  bad.activity_id = std::string(1001, 'x');
  CHECK(Refusal(bad) == "activityId exceeds length limit. Length=1001 Limit=1000");
  bad = good;
  bad.heartbeat_timeout = -1s;
  CHECK(Refusal(bad) == "invalid HeartbeatTimeout: negative duration");
  bad = good;
  bad.start_to_close_timeout = 0s;
  CHECK(Refusal(bad) ==
        "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. "
        "ActivityId=a ActivityType=step");
  bad = good;
  bad.retry_policy = history::RetryPolicy{.backoff_coefficient = 0.5};
  CHECK_FALSE(Refusal(bad).empty());
}

}  // namespace
}  // namespace groundhog::server
