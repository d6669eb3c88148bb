// The overlap policies, judged on a buffer (SEMANTICS f.12).
#include "runtime/server/schedule_buffer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::server {
namespace {

using Policy = ScheduleOverlapPolicy;
using Ids = std::vector<int>;

// The n-th action is due at second n.
ScheduleRecord RecordOf(const std::vector<Policy>& buffered, bool is_running) {
  ScheduleRecord record;
  record.schedule = history::MakeShared<protocol::Schedule>(
      protocol::Schedule{.policy = {.overlap = Policy::kSkip}});
  int number = 0;
  for (const Policy policy : buffered) {
    const Timestamp time{std::chrono::seconds(++number)};
    record.buffered.push_back({.nominal_time = time, .actual_time = time, .overlap = policy});
  }
  if (is_running) record.running.push_back(history::MakeShared<RunStart>());
  return record;
}

Ids IdsOf(const std::vector<BufferedStart>& starts) {
  Ids ids;
  for (const BufferedStart& start : starts) {
    ids.push_back(
        static_cast<int>(start.nominal_time.time_since_epoch() / std::chrono::seconds(1)));
  }
  return ids;
}

TEST_CASE("nothing runs: the first one starts, whatever its policy, and the others overlap it") {
  const auto all = {Policy::kSkip,        Policy::kBufferOne,      Policy::kBufferAll,
                    Policy::kCancelOther, Policy::kTerminateOther, Policy::kUnspecified};
  for (const Policy policy : all) {
    const BufferVerdict alone = JudgeBuffer(RecordOf({policy}, false));
    CHECK(IdsOf(alone.starts) == Ids{1});
    CHECK(alone.remaining.empty());
    CHECK(alone.skipped == 0);
  }
  const BufferVerdict skip = JudgeBuffer(RecordOf({Policy::kSkip, Policy::kSkip}, false));
  CHECK(IdsOf(skip.starts) == Ids{1});
  CHECK(skip.skipped == 1);
  const BufferVerdict replaced =
      JudgeBuffer(RecordOf({Policy::kSkip, Policy::kCancelOther}, false));
  CHECK(IdsOf(replaced.starts) == Ids{2});
  CHECK_FALSE(replaced.cancels);
}

TEST_CASE("something runs: each by its own policy") {
  const BufferVerdict verdict =
      JudgeBuffer(RecordOf({Policy::kBufferAll, Policy::kBufferOne, Policy::kSkip,
                            Policy::kUnspecified, Policy::kAllowAll, Policy::kBufferAll},
                           true));
  CHECK(IdsOf(verdict.starts) == Ids{5});
  CHECK(IdsOf(verdict.remaining) == Ids{1, 6});
  CHECK(verdict.skipped == 3);
}

TEST_CASE("what would be cancelled at once is not started") {
  const BufferVerdict verdict =
      JudgeBuffer(RecordOf({Policy::kAllowAll, Policy::kTerminateOther}, true));
  CHECK(verdict.starts.empty());
  CHECK(verdict.terminates);
  CHECK(IdsOf(verdict.remaining) == Ids{2});
}

TEST_CASE("no action is judged twice, and none is forgotten without a trace", "[property]") {
  rc::prop("starts, remaining, skipped and replaced are all there was", [] {
    const auto policies = *rc::gen::container<std::vector<Policy>>(rc::gen::element(
        Policy::kUnspecified, Policy::kSkip, Policy::kBufferOne, Policy::kBufferAll,
        Policy::kCancelOther, Policy::kTerminateOther, Policy::kAllowAll));
    const bool is_running = *rc::gen::arbitrary<bool>();
    const BufferVerdict verdict = JudgeBuffer(RecordOf(policies, is_running));
    Ids ids = IdsOf(verdict.starts);
    int not_all = 0;
    for (const int id : ids) not_all += policies[id - 1] == Policy::kAllowAll ? 0 : 1;
    RC_ASSERT(not_all <= (is_running ? 0 : 1));
    for (const int id : IdsOf(verdict.remaining)) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    RC_ASSERT(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
    const auto seen = static_cast<std::int64_t>(ids.size()) + verdict.skipped;
    RC_ASSERT(seen <= static_cast<std::int64_t>(policies.size()));
    const bool replaces = std::any_of(policies.begin(), policies.end(), [](Policy policy) {
      return policy == Policy::kCancelOther || policy == Policy::kTerminateOther;
    });
    if (!replaces) RC_ASSERT(seen == static_cast<std::int64_t>(policies.size()));
  });
}

}  // namespace
}  // namespace groundhog::server
