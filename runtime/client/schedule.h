// Schedules, as a client sees them: named and meant as in Temporal's Python SDK (SEMANTICS f.12).
//
//     const ScheduleWorkflowOptions job{.id = "job", .task_queue = kQueue};
//     const Schedule schedule{.action = ScheduleActionStartWorkflow(kSleep, job, 2s),
//                             .spec = {.intervals = {{.every = 1h}}},
//                             .policy = {.overlap = ScheduleOverlapPolicy::kBufferOne}};
//     const ScheduleHandle handle = co_await client.CreateSchedule("sched", schedule);
//     co_await handle.Trigger();
//     co_await handle.Pause("enough");
//     const ScheduleDescription description = co_await handle.Describe();
//
// A schedule acts by itself only while a script runs: a script that wants to see what a schedule
// does has to wait for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/history/converter.h"
#include "runtime/history/header.h"
#include "runtime/history/memo.h"
#include "runtime/history/names.h"
#include "runtime/history/search_attributes.h"
#include "runtime/history/temporaries.h"
#include "runtime/protocol/schedule.h"
#include "sim/coro.h"

namespace groundhog::client {

using history::ScheduleCalendarSpec;
using history::ScheduleIntervalSpec;
using history::ScheduleRange;
using history::ScheduleSpec;
using protocol::Schedule;
using protocol::ScheduleBackfill;
using protocol::ScheduleOverlapPolicy;
using protocol::SchedulePolicy;
using protocol::ScheduleState;
using ScheduleDescription = protocol::DescribeScheduleResponse;

class Client;

// Of the workflow that a schedule starts.
struct ScheduleWorkflowOptions {
  std::string id = {};  // the time is appended to it
  std::string task_queue = {};
  history::Duration execution_timeout{0};
  history::Duration run_timeout{0};
  history::Duration task_timeout{0};
  std::optional<history::RetryPolicy> retry_policy = {};
  Memo memo = {};
  SearchAttributes search_attributes = {};
  std::string static_summary = {};
  std::string static_details = {};
  Header header = {};
};

protocol::ScheduleAction MakeScheduleAction(std::string type,
                                            const ScheduleWorkflowOptions& options,
                                            history::Payloads input);

template <class R, class... Args, class... Given>
protocol::ScheduleAction ScheduleActionStartWorkflow(const WorkflowType<R(Args...)>& type,
                                                     const ScheduleWorkflowOptions& options,
                                                     const Given&... args) {
  static_assert(std::is_invocable_v<void (*)(Args...), const Given&...>,
                "the arguments do not fit the workflow's WorkflowType");
  return MakeScheduleAction(
      std::string(type.name), options,
      history::Payloads{history::ToPayload(static_cast<const Args&>(args))...});
}

struct CreateScheduleOptions {
  bool trigger_immediately = false;
  std::vector<ScheduleBackfill> backfill = {};
  Memo memo = {};
  SearchAttributes search_attributes = {};
};

// A schedule that is there. Copyable; lives no longer than its client. All calls throw ServiceError
// for what the server refuses.
class ScheduleHandle {
 public:
  // What a schedule is to become; nothing: it stays as it is.
  using Updater = std::function<std::optional<Schedule>(const ScheduleDescription& now)>;

  ScheduleHandle(Client& client, std::string id) : client_(&client), id_(std::move(id)) {}

  const std::string& id() const { return id_; }

  sim::Coro<ScheduleDescription> Describe() const;
  sim::Coro<void> Pause(std::string note = {}) const;
  sim::Coro<void> Unpause(std::string note = {}) const;
  // An action now, also while it is paused.
  sim::Coro<void> Trigger(
      ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy::kUnspecified) const;
  sim::Coro<void> Backfill(std::vector<ScheduleBackfill> backfill) const;
  // The updater, an Updater, is asked again if the schedule has changed meanwhile.
  template <class F>
  sim::Coro<void> Update(F&& updater) const {
    RefuseUnsafeCallable<F>();
    return SendUpdate(Updater(std::forward<F>(updater)));
  }
  // Runs that were started go on.
  sim::Coro<void> Delete() const;
  // The times at which it would act, after `start` up to `end`.
  sim::Coro<std::vector<history::Timestamp>> ListMatchingTimes(history::Timestamp start,
                                                               history::Timestamp end) const;

 private:
  sim::Coro<void> Patch(protocol::SchedulePatch patch) const;
  sim::Coro<void> SendUpdate(Updater updater) const;

  Client* client_;
  std::string id_;
};

}  // namespace groundhog::client
