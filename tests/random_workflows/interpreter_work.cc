#include <chrono>
#include <stdexcept>
#include <vector>

#include "tests/random_workflows/interpreter.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using history::ApplicationError;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::LocalActivityOptions;
using workflow::Result;
using workflow::Try;
using Cancellation = workflow::ActivityCancellationType;

ActivityOptions OptionsFor(int how) {
  ActivityOptions options{.start_to_close_timeout = 3s, .retry_policy = {.maximum_attempts = 3}};
  if (how == kHeartbeats || how == kRemembers) {
    options.start_to_close_timeout = 20s;
    options.heartbeat_timeout = 2s;
  }
  if (how == kHangs) {
    options.schedule_to_close_timeout = 8s;
    options.retry_policy.maximum_attempts = 0;
  }
  return options;
}

LocalActivityOptions LocalOptionsFor(const Step& step) {
  LocalActivityOptions options{.start_to_close_timeout = 3s,
                               .retry_policy = {.maximum_attempts = 3}};
  // The back-off is longer than a worker waits: a timer goes between.
  if (step.how == kFailsTwice && step.place.size() % 2 == 0) options.local_retry_threshold = 500ms;
  if (step.how == kHangs) options.schedule_to_close_timeout = 8s;
  if (step.how == kIsSlow) options.schedule_to_start_timeout = 1s;
  return options;
}

// Before it is sent, each of the three. Later not ABANDON: of what becomes of such an activity,
// Temporal's core bears a completion only (SEMANTICS f.5).
Cancellation CancellationOf(int how) {
  constexpr Cancellation kTypes[] = {Cancellation::kTryCancel,
                                     Cancellation::kWaitCancellationCompleted,
                                     Cancellation::kAbandon,
                                     Cancellation::kTryCancel,
                                     Cancellation::kWaitCancellationCompleted,
                                     Cancellation::kWaitCancellationCompleted};
  return kTypes[how];
}

}  // namespace

Coro<void> Interpreter::RunActivity(Work work, const Step& step) {
  const ActivityOptions options = OptionsFor(step.how);
  const Result<std::string> done =
      co_await Try(workflow::ExecuteActivity(work, step.how, Digest(), options));
  See(done);
}
Coro<void> Interpreter::RunLocally(Work work, const Step& step) {
  const LocalActivityOptions options = LocalOptionsFor(step);
  const Result<std::string> done =
      co_await Try(workflow::ExecuteLocalActivity(work, step.how, Digest(), options));
  See(done);
}

Coro<void> Interpreter::Activity(const Step& step) { return RunActivity(kWork, step); }
Coro<void> Interpreter::LocalActivity(const Step& step) { return RunLocally(kWork, step); }

// What becomes of an abandoned activity is nobody's business if the workflow ends with it.
Coro<void> Interpreter::CancelledActivity(const Step& step) {
  const bool ends = step.how == 5 && step.place.size() == 1;
  ActivityOptions options = OptionsFor(kHeartbeats);
  options.cancellation_type = ends ? Cancellation::kAbandon : CancellationOf(step.how);
  options.summary = "not for long";
  auto activity =
      workflow::ExecuteActivity(kWork, step.how == 5 ? kIsSlow : kHeartbeats, Digest(), options);
  if (step.how >= 3) {
    const Result<void> slept = co_await Try(workflow::Sleep(2s));
    See(slept);
  }
  activity.Cancel();
  const Result<std::string> done = co_await Try(activity);
  See(done);
  if (ends) throw ApplicationError("Abandoned", Digest());
}

// It is to complete, however often it has to begin (EndsAbandoned in work.h): so the run's time,
// which would be its own as well, has no limit.
Coro<void> Interpreter::AbandonedActivity(const Step& step) {
  ActivityOptions options{.start_to_close_timeout = 20s};
  const workflow::WorkflowInfo info = workflow::Info();
  if (info.run_timeout == 0s && info.execution_timeout == 0s) {
    options.cancellation_type = Cancellation::kAbandon;
    options.summary = kAbandoned;
  }
  auto activity = workflow::ExecuteActivity(kWork, kIsSlow, Digest(), options);
  const Result<void> slept = co_await Try(workflow::Sleep(step.how < 3 ? 500ms : 1490ms));
  See(slept);
  activity.Cancel();
  const Result<std::string> done = co_await Try(activity);
  See(done);
  if (step.how % 3 == 0) co_return;
  const Result<void> slept_on = co_await Try(workflow::Sleep(step.how % 3 == 1 ? 600ms : 5s));
  See(slept_on);
}

Coro<void> Interpreter::DynamicActivity(const Step& step) {
  return step.how % 2 == 1 ? RunLocally(kAnyWork, step) : RunActivity(kAnyWork, step);
}

Coro<void> Interpreter::OpenActivity(const Step& step) {
  ActivityOptions options{.start_to_close_timeout = step.how % 2 == 0 ? 20s : 4s,
                          .retry_policy = {.maximum_attempts = 2}};
  if (step.how % 3 == 1) options.heartbeat_timeout = 6s;
  if (step.how == 5) options.schedule_to_close_timeout = 7s;
  auto activity = workflow::ExecuteActivity(kWork, kIsLeftOpen, Digest(), options);
  if (step.how == 4) {
    options.cancellation_type = Cancellation::kWaitCancellationCompleted;
    const Result<void> slept = co_await Try(workflow::Sleep(3s));
    See(slept);
    activity.Cancel();
  }
  const Result<std::string> done = co_await Try(activity);
  See(done);
}

Coro<void> Interpreter::UnpolledActivity(const Step& step) {
  ActivityOptions options{
      .task_queue = "nobody", .schedule_to_start_timeout = 4s, .start_to_close_timeout = 3s};
  options.cancellation_type = CancellationOf(3 + step.how % 3);
  if (step.how == 2) options.schedule_to_close_timeout = 3s;
  auto activity = workflow::ExecuteActivity(kWork, kSucceeds, Digest(), options);
  if (step.how % 2 == 1) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
    activity.Cancel();
  }
  const Result<std::string> done = co_await Try(activity);
  See(done);
}

Coro<void> Interpreter::CancelledLocal(const Step& step) {
  LocalActivityOptions options = LocalOptionsFor(step);
  options.cancellation_type = CancellationOf(step.how);
  auto activity = workflow::ExecuteLocalActivity(kWork, kIsSlow, Digest(), options);
  if (step.how >= 3) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
  }
  activity.Cancel();
  const Result<std::string> done = co_await Try(activity);
  See(done);
}

Coro<void> Interpreter::Gather(const Step& step) {
  std::vector<workflow::ActivityHandle<std::string>> handles;
  for (const int how : {kIsSlow, kSucceeds, step.how}) {
    const ActivityOptions options = OptionsFor(how);
    handles.push_back(workflow::ExecuteActivity(kWork, how, Digest(), options));
  }
  if (step.how % 2 == 1) {
    const auto all = co_await Try(workflow::WaitAll(handles));
    if (!all.ok()) SeeFailure(all.failure());
    for (const std::string& each : all.ok() ? *all : std::vector<std::string>()) See(each);
    co_return;
  }
  workflow::AsCompleted<workflow::ActivityHandle<std::string>> order(handles);
  while (order.HasNext()) {
    const Result<std::size_t> next = co_await Try(order.NextPlace());
    See(next);
    if (!next.ok()) co_return;
    const Result<std::string> done = co_await Try(handles[*next]);
    See(done);
  }
}

// ---- What the second version of the code does in another way ----

bool Interpreter::IsChanged(const Step& step) const {
  if (version_ == 1) return false;
  const std::string id = "changed-" + step.place;
  if (step.how % 2 == 1 && VersionsAreSound()) {
    return workflow::GetVersion(id, workflow::kDefaultVersion, 1) == 1;
  }
  return workflow::Patched(id);
}

Coro<void> Interpreter::Changed(const Step& step) {
  if (IsChanged(step)) {
    const Result<void> slept = co_await Try(workflow::Sleep(2s));
    See(slept);
    co_return;
  }
  co_await RunActivity(kWork, step);
}

// ---- Handlers ----

void Interpreter::TakeTheRest(const Step& step) {
  const auto value = [](const history::Payloads& input) {
    return std::get<0>(history::FromPayloads<int>(input));
  };
  if (step.how % 3 != 1) {
    workflow::OnDynamicSignal(
        [this, value](const std::string& name, const history::Payloads& input) {
          See(name);
          return Poke(value(input) % 3);
        });
  }
  if (step.how % 3 != 2) {
    workflow::OnDynamicUpdate(
        [this, value](const std::string& name, const history::Payloads& input) {
          See(name);
          return Add(value(input));
        },
        [value](const std::string&, const history::Payloads& input) {
          if (value(input) == 1) throw std::invalid_argument("one is too few");
        });
  }
  workflow::OnDynamicQuery(
      [this](const std::string& name, const history::Payloads&) { return name + Digest(); });
}

Coro<void> Interpreter::Poke(int how) {
  ++signals_;
  See(fmt::format("poked {}", how));
  if (how == 1) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
  }
  if (how == 2) {
    const ActivityOptions options = OptionsFor(kFailsTwice);
    const Result<std::string> done =
        co_await Try(workflow::ExecuteActivity(kWork, kFailsTwice, Digest(), options));
    See(done);
  }
}

Coro<std::string> Interpreter::Add(int how) {
  See(fmt::format("added {}", how));
  if (how == 2) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
  }
  if (how == 3) {
    const ActivityOptions options = OptionsFor(kSucceeds);
    const Result<std::string> done =
        co_await Try(workflow::ExecuteActivity(kWork, kSucceeds, Digest(), options));
    See(done);
  }
  if (how == 4) throw ApplicationError("TooMany", "four are too many");
  if (how == 5) {
    const LocalActivityOptions options{.start_to_close_timeout = 3s};
    const Result<std::string> done =
        co_await Try(workflow::ExecuteLocalActivity(kWork, kSucceeds, Digest(), options));
    See(done);
  }
  co_return Digest();
}

}  // namespace groundhog::random_workflows
