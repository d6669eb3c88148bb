// A schedule against a model of ten lines: random commands, random policies, what starts when
// (SEMANTICS f.12).
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/rapidcheck.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;
using history::Duration;
using history::Timestamp;
using testing::Play;
using Overlap = ScheduleOverlapPolicy;

constexpr WorkflowType<void(int)> kJob{"Job"};

class Job {
 public:
  workflow::Coro<void> Run(int millis) {
    co_await workflow::Sleep(std::chrono::milliseconds(millis));
  }
};

worker::WorkerOptions Worker() {
  return {.task_queue = testing::kQueue, .workflows = {workflow::Register<Job>(kJob)}};
}

// A tick of the interval is a happening as well.
enum class Act { kTick, kTrigger, kPause, kUnpause };

struct Drawn {
  Overlap overlap;
  int interval;           // seconds
  int job;                // milliseconds
  std::vector<Act> acts;  // one a second; kTick: none
};

Drawn AnyDrawn() {
  const auto act = rc::gen::weightedElement<Act>(
      {{6, Act::kTick}, {3, Act::kTrigger}, {1, Act::kPause}, {2, Act::kUnpause}});
  return {.overlap = *rc::gen::element(Overlap::kSkip, Overlap::kBufferOne, Overlap::kBufferAll,
                                       Overlap::kAllowAll),
          .interval = *rc::gen::inRange(2, 8),
          .job = *rc::gen::inRange(1, 200) * 50,
          .acts = *rc::gen::container<std::vector<Act>>(30, act)};
}

struct Happening {
  Timestamp time;
  Act act;
};

// ---- The model ----

struct Model {
  Overlap overlap;
  Duration job;
  std::vector<Timestamp> starts = {};
  std::int64_t skipped = 0;
  Timestamp busy_until = {};
  std::vector<Act> waiting = {};
  bool paused = false;
  bool is_close_call = false;  // two things happen at nearly the same time

  void Start(Timestamp time) {
    starts.push_back(time);
    busy_until = time + job;
  }
  void RunUntil(Timestamp time) {
    while (!waiting.empty() && busy_until <= time) {
      if (waiting.front() == Act::kTrigger || !paused) Start(busy_until);
      waiting.erase(waiting.begin());
    }
    is_close_call |= busy_until - time < 20ms && time - busy_until < 20ms;
  }
  void Want(Timestamp time, Act act) {
    const bool all = overlap == Overlap::kAllowAll;
    if (all && busy_until > time && WholeSecond(starts.back()) == WholeSecond(time))
      return;  // one id
    if (all || busy_until <= time) return Start(time);
    const bool waits =
        overlap == Overlap::kBufferAll || (overlap == Overlap::kBufferOne && waiting.empty());
    if (waits) waiting.push_back(act);
    if (!waits) ++skipped;
  }
  void Happen(const Happening& happening) {
    RunUntil(happening.time);
    if (happening.act == Act::kPause) paused = true;
    if (happening.act == Act::kUnpause) paused = false;
    const bool tick = happening.act == Act::kTick && !paused;
    if (tick || happening.act == Act::kTrigger) Want(happening.time, happening.act);
  }
  static std::int64_t WholeSecond(Timestamp time) { return time.time_since_epoch() / 1s; }
};

// ---- What takes place ----

struct Seen {
  std::vector<Happening> commands;
  ScheduleDescription description;
  std::vector<protocol::WorkflowExecutionInfo> runs;  // oldest first
  Timestamp end;
};

sim::Coro<void> Perform(Client& client, const Drawn& drawn, Seen& seen) {
  const Duration within = client.Now().time_since_epoch() % 1s;
  co_await client.Sleep(1370ms - within);
  const ScheduleWorkflowOptions job{.id = "job", .task_queue = testing::kQueue};
  Schedule schedule{.action = ScheduleActionStartWorkflow(kJob, job, drawn.job)};
  schedule.spec.intervals = {{.every = std::chrono::seconds(drawn.interval)}};
  schedule.policy.overlap = drawn.overlap;
  const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
  Timestamp next = client.Now();
  for (const Act act : drawn.acts) {
    next += 1s;
    co_await client.Sleep(next - client.Now());
    if (act != Act::kTick) seen.commands.push_back({client.Now(), act});
    if (act == Act::kTrigger) co_await handle.Trigger();
    if (act == Act::kPause) co_await handle.Pause();
    if (act == Act::kUnpause) co_await handle.Unpause();
  }
  co_await client.Sleep(1s);
  seen.end = client.Now();
  co_await handle.Pause();
  co_await client.Sleep(10min);
  seen.description = co_await handle.Describe();
  seen.runs = co_await client.List();
  std::reverse(seen.runs.begin(), seen.runs.end());
}

Model Predict(const Drawn& drawn, const Seen& seen) {
  std::vector<Happening> happenings = seen.commands;
  const Duration interval = std::chrono::seconds(drawn.interval);
  const Timestamp created = seen.description.info.created_at;
  Timestamp tick{created.time_since_epoch() / interval * interval};
  for (tick += interval; tick <= seen.end; tick += interval) {
    happenings.push_back({tick, Act::kTick});
  }
  happenings.push_back({seen.end, Act::kPause});
  std::stable_sort(happenings.begin(), happenings.end(),
                   [](const Happening& a, const Happening& b) { return a.time < b.time; });
  const auto& first = seen.runs.front();
  Model model{.overlap = drawn.overlap, .job = *first.close_time - first.start_time};
  for (const Happening& happening : happenings) model.Happen(happening);
  model.RunUntil(seen.end + 10min);
  return model;
}

TEST_CASE("a schedule does what the model does", "[property]") {
  rc::prop("the same actions at the same times, the same number skipped", [] {
    const Drawn drawn = AnyDrawn();
    Seen seen;
    Play(Worker, [&](Client& client) -> sim::Coro<void> { return Perform(client, drawn, seen); });
    if (seen.runs.empty()) return;
    const Model model = Predict(drawn, seen);
    RC_PRE(!model.is_close_call);
    RC_ASSERT(seen.runs.size() == model.starts.size());
    RC_ASSERT(seen.description.info.num_actions == static_cast<std::int64_t>(seen.runs.size()));
    RC_ASSERT(seen.description.info.num_actions_skipped_overlap == model.skipped);
    for (std::size_t i = 0; i < model.starts.size(); ++i) {
      const Duration difference = seen.runs[i].start_time - model.starts[i];
      RC_ASSERT(std::chrono::abs(difference) < 20ms);
    }
  });
}

}  // namespace
}  // namespace groundhog::client
