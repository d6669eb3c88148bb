#include "tests/random_workflows/operations.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "runtime/client/batches.h"
#include "runtime/client/namespaces.h"
#include "tests/random_workflows/attempt.h"
#include "tests/random_workflows/interpreter.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;

client::Schedule MakeSchedule(const Plan& plan, int how) {
  using Policy = client::ScheduleOverlapPolicy;
  constexpr Policy kPolicies[] = {Policy::kSkip,        Policy::kBufferOne,      Policy::kBufferAll,
                                  Policy::kCancelOther, Policy::kTerminateOther, Policy::kAllowAll};
  const client::ScheduleWorkflowOptions options{.id = plan.start.id + "-scheduled",
                                                .task_queue = std::string(kQueue),
                                                .run_timeout = plan.start.run_timeout,
                                                .retry_policy = plan.start.retry_policy,
                                                .memo = plan.start.memo};
  return {.action = client::ScheduleActionStartWorkflow(kProgram, options, plan.program),
          .spec = {.intervals = {{.every = 3s}}},
          .policy = {.overlap = kPolicies[how], .pause_on_failure = how == 1},
          .state = {.limited_actions = true, .remaining_actions = 3}};
}

sim::Coro<void> Create(client::Client& client, std::string id, client::Schedule schedule,
                       client::CreateScheduleOptions options) {
  (void)co_await client.CreateSchedule(id, schedule, options);
}

std::optional<client::Schedule> Slower(const client::ScheduleDescription& now) {
  client::Schedule schedule = now.schedule;
  schedule.spec.intervals = {{.every = 5s, .offset = 1s}};
  return schedule;
}

sim::Coro<void> ChangeSchedule(client::Client& client, client::ScheduleHandle handle, int how) {
  const client::ScheduleBackfill past{.start_at = client.Now() - 20s, .end_at = client.Now()};
  const std::vector<client::ScheduleBackfill> backfill{past};
  switch (how) {
    case 0:
      co_return co_await handle.Backfill(backfill);
    case 1:
      co_await handle.Pause("for now");
      co_return co_await handle.Trigger();
    case 2:
      co_return co_await handle.Trigger(client::ScheduleOverlapPolicy::kAllowAll);
    case 3:
      co_await handle.Pause();
      co_return co_await handle.Unpause();
    default:
      co_return co_await handle.Update(&Slower);
  }
}

sim::Coro<std::string> StartBatch(client::Batches& batches, const client::BatchOptions& options,
                                  int how) {
  switch (how) {
    case 0:
      return batches.Terminate(options);
    case 1:
      return batches.Cancel(options);
    case 2:
      return batches.Signal(options, kPoke, how);
    case 3:
      return batches.Reset(options, protocol::ResetType::kFirstWorkflowTask);
    case 4:
      return batches.Reset(options, protocol::ResetType::kLastWorkflowTask);
    default:
      return batches.Delete(options);
  }
}

}  // namespace

sim::Coro<void> KeepSchedule(client::Client& client, const Plan& plan, int how) {
  const std::string id = plan.start.id + "-schedule";
  const client::Schedule schedule = MakeSchedule(plan, how);
  const client::CreateScheduleOptions options{.trigger_immediately = how % 2 == 1};
  co_await Attempt(Create(client, id, schedule, options));
  const client::ScheduleHandle handle = client.GetScheduleHandle(id);
  co_await client.Sleep(4s);
  co_await Attempt(ChangeSchedule(client, handle, how));
  co_await client.Sleep(4s);
  (void)co_await handle.Describe();
  (void)co_await client.ListSchedules();
  if (how % 3 != 2) co_await handle.Delete();
}

// A child that may end in one way only is of another type. What is reset begins again, though it
// had ended; and a cron workflow that somebody else has ended would go on for ever.
sim::Coro<void> RunBatch(client::Client& client, const Plan& plan, int how) {
  client::Batches batches(client);
  client::BatchOptions options{.reason = "all of them", .query = "WorkflowType = 'Program'"};
  if (how == 3 || how == 4) options.query = fmt::format("WorkflowId = '{}'", plan.start.id);
  const std::string job = co_await StartBatch(batches, options, how);
  co_await client.Sleep(500ms);
  (void)co_await batches.Describe(job);
  (void)co_await batches.List();
  if (how == 2) co_await batches.Stop(job, "not all");
}

sim::Coro<void> Retain(client::Client& client, const Plan& plan, int how) {
  client::Namespaces namespaces(client);
  const std::string name = plan.namespace_.empty() ? "default" : plan.namespace_;
  const client::NamespaceOptions options{.retention = how % 2 == 0 ? 1h : 24h * how};
  (void)co_await namespaces.Update(name, options);
  (void)co_await namespaces.Describe(name);
  (void)co_await namespaces.List();
}

}  // namespace groundhog::random_workflows
