#include "tests/random_workflows/interpreter.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "base/hash.h"
#include "runtime/history/failure_text.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using history::ApplicationError;
using workflow::ActivityOptions;
using workflow::ChildWorkflowHandle;
using workflow::ChildWorkflowOptions;
using workflow::Coro;
using workflow::LocalActivityOptions;
using workflow::Result;
using workflow::Shielded;
using workflow::Try;

constexpr KeywordKey kCustomer{"CustomerId"};
constexpr IntKey kItems{"Items"};

// ---- What the activity does; `how` of the steps that use it ----

constexpr int kSucceeds = 0;
constexpr int kFailsTwice = 1;
constexpr int kFailsForGood = 2;
constexpr int kHangs = 3;
constexpr int kHeartbeats = 4;
constexpr int kIsSlow = 5;

sim::Coro<std::string> Work(activity::Context& context, int how, std::string seen) {
  const std::int32_t attempt = context.info().attempt;
  switch (how) {
    case kFailsTwice:
      if (attempt <= 2) throw ApplicationError("Again", "not yet");
      break;
    case kFailsForGood:
      throw ApplicationError("Never", "it cannot be", attempt == 1);
    case kHangs:
      co_await context.Sleep(1h);
      break;
    case kHeartbeats:
      for (int i = 0; i < 6; ++i) {
        context.Heartbeat(i);
        co_await context.Sleep(1s);
      }
      break;
    case kIsSlow:
      co_await context.Sleep(1500ms);
      break;
    default:
      break;
  }
  co_return fmt::format("{} after {}", attempt, seen);
}

ActivityOptions OptionsFor(int how) {
  ActivityOptions options{.start_to_close_timeout = 3s, .retry_policy = {.maximum_attempts = 3}};
  if (how == kHeartbeats) {
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
  return options;
}

// Not ABANDON: of what becomes of such an activity, Temporal's core bears a completion only
// (SEMANTICS f.5).
workflow::ActivityCancellationType CancellationOf(int how) {
  using Type = workflow::ActivityCancellationType;
  constexpr Type kTypes[] = {Type::kTryCancel, Type::kWaitCancellationCompleted};
  return kTypes[how % 2];
}

// Not TRY_CANCEL: if the child ends otherwise than cancelled, Temporal's core fails the workflow
// task for ever (SEMANTICS f.5).
workflow::ChildWorkflowCancellationType ChildCancellationOf(int how) {
  using Type = workflow::ChildWorkflowCancellationType;
  constexpr Type kTypes[] = {Type::kWaitCancellationCompleted, Type::kAbandon,
                             Type::kWaitCancellationRequested};
  return kTypes[how % 3];
}

workflow::ParentClosePolicy ClosePolicyOf(int how) {
  using Policy = workflow::ParentClosePolicy;
  constexpr Policy kPolicies[] = {Policy::kTerminate, Policy::kRequestCancel, Policy::kAbandon};
  return kPolicies[how % 3];
}

bool IsCancel(const history::FailurePtr& failure) {
  for (const history::Failure* link = failure.get(); link != nullptr; link = link->cause.get()) {
    if (std::holds_alternative<history::CanceledFailureInfo>(link->info)) return true;
  }
  return false;
}

}  // namespace

activity::Registrations WorkActivities() { return {activity::Register(kWork, &Work)}; }

// ---- What it has seen ----

void Interpreter::See(const std::string& text) { seen_ = CombineHash(seen_, HashText(text)); }

std::string Interpreter::Digest() const { return fmt::format("{:x}", seen_); }

template <class T>
void Interpreter::See(const Result<T>& result) {
  if (result.ok()) {
    if constexpr (!std::is_void_v<T>) See(fmt::format("{}", *result));
    return;
  }
  See(history::Describe(result.failure()));
  const bool ends = program_.ends_on_cancel && workflow::IsCancelRequested();
  if (ends && IsCancel(result.failure())) workflow::Fail(result.failure());
}

// ---- The workflow ----

Interpreter::Interpreter() {
  workflow::OnSignal(kPoke, [this](int how) { return Poke(how); });
  workflow::OnQuery(kSeen, [this] { return Digest(); });
  workflow::OnUpdate(
      kAdd, [this](int how) { return Add(how); },
      [](int how) {
        if (how == 1) throw std::invalid_argument("one is too few");
      });
}

Coro<std::string> Interpreter::Run(Program program) {
  program_ = std::move(program);
  co_await Do(program_.steps);
  co_return Digest();
}

Coro<void> Interpreter::Do(const std::vector<Step>& steps) {
  for (const Step& step : steps) co_await Do(step);
}

Coro<void> Interpreter::Do(const Step& step) {
  See(step.place);
  switch (step.op) {
    case Op::kNothing:
      co_return;
    case Op::kActivity:
    case Op::kCancelledActivity:
    case Op::kLocalActivity:
    case Op::kCancelledLocal:
    case Op::kSleep:
    case Op::kCancelledTimer:
    case Op::kWaitForSignal:
    case Op::kSpawn:
    case Op::kShielded:
    case Op::kLocked:
    case Op::kAwaitHandlers:
      co_await DoCommand(step);
      co_return;
    case Op::kChild:
    case Op::kLeftChild:
    case Op::kCancelledChild:
    case Op::kSignalledChild:
    case Op::kSignalOther:
    case Op::kCancelOther:
      co_await DoFamily(step);
      co_return;
    case Op::kSideEffect:
    case Op::kRandom:
    case Op::kPatch:
    case Op::kVersion:
    case Op::kMemo:
    case Op::kAttributes:
    case Op::kContinueAsNew:
    case Op::kFail:
    case Op::kAsk:
      DoAtOnce(step);
      co_return;
  }
}

Coro<void> Interpreter::DoCommand(const Step& step) {
  switch (step.op) {
    case Op::kActivity:
      co_return co_await Activity(step);
    case Op::kCancelledActivity:
      co_return co_await CancelledActivity(step);
    case Op::kLocalActivity:
      co_return co_await LocalActivity(step);
    case Op::kCancelledLocal:
      co_return co_await CancelledLocal(step);
    case Op::kSleep: {
      constexpr history::Duration kLengths[] = {1s, 0s, 30s, 100ms, 24h, 3s};
      const Result<void> slept = co_await Try(workflow::Sleep(kLengths[step.how]));
      See(slept);
      co_return;
    }
    case Op::kCancelledTimer:
      co_return co_await CancelledTimer(step);
    case Op::kWaitForSignal:
      co_return co_await WaitForSignal(step);
    case Op::kSpawn:
      co_return co_await Spawned(step);
    case Op::kShielded:
      co_return co_await Shielded(Do(step.body));
    case Op::kLocked:
      co_return co_await Locked(step);
    default: {
      const Result<bool> finished = co_await Try(
          workflow::WaitCondition([] { return workflow::AllHandlersFinished(); }, 60s));
      See(finished);
    }
  }
}

Coro<void> Interpreter::DoFamily(const Step& step) {
  switch (step.op) {
    case Op::kChild:
      co_return co_await Child(step);
    case Op::kLeftChild:
      co_return co_await LeftChild(step);
    case Op::kCancelledChild:
      co_return co_await CancelledChild(step);
    case Op::kSignalledChild:
      co_return co_await SignalledChild(step);
    case Op::kSignalOther:
      co_return co_await SignalOther(step);
    default:
      co_return co_await CancelOther(step);
  }
}

void Interpreter::DoAtOnce(const Step& step) {
  switch (step.op) {
    case Op::kSideEffect:
      See(step.how % 2 == 0
              ? workflow::SideEffect([this] { return Digest(); })
              : workflow::MutableSideEffect("limit", [&] { return std::to_string(step.how); }));
      return;
    case Op::kRandom:
      See(fmt::format("{} {} {}", workflow::Random().Below(1000), workflow::Uuid4(),
                      workflow::Now().time_since_epoch().count()));
      return;
    case Op::kPatch:
      if (step.how == 0) {
        workflow::DeprecatePatch("old");
      } else {
        See(workflow::Patched(fmt::format("p{}", step.how % 3)) ? "patched" : "as before");
      }
      return;
    case Op::kVersion:
      // Not in Go's dialect: an id that was counted for a command which is then dropped, before it
      // is sent, is one too many where a version marker is replayed. Whether Go's SDK has that too
      // was not recorded.
      if (workflow::Info().workflow_type == kGoProgram.name) return;
      See(std::to_string(
          workflow::GetVersion(fmt::format("v{}", step.how % 3), workflow::kDefaultVersion, 2)));
      return;
    case Op::kMemo: {
      Memo memo{{"seen", Digest()}};
      if (step.how % 2 == 1) memo.Set("extra", nullptr);
      workflow::UpsertMemo(memo);
      return;
    }
    case Op::kAttributes:
      workflow::UpsertSearchAttributes(kItems.ValueSet(step.how), kCustomer.ValueSet(Digest()));
      return;
    case Op::kContinueAsNew:
      return ContinueAsNew(step);
    case Op::kFail:
      throw ApplicationError("Broken", Digest(), step.how % 2 == 1);
    default: {
      const workflow::WorkflowInfo info = workflow::Info();
      See(fmt::format("{} {} {} {} {}", info.workflow_id, info.run_id, info.attempt,
                      info.history_length, info.continued_run_id));
    }
  }
}

// ---- Activities, timers, conditions ----

Coro<void> Interpreter::Activity(const Step& step) {
  const ActivityOptions options = OptionsFor(step.how);
  const Result<std::string> done =
      co_await Try(workflow::ExecuteActivity(kWork, step.how, Digest(), options));
  See(done);
}

Coro<void> Interpreter::CancelledActivity(const Step& step) {
  ActivityOptions options = OptionsFor(kHeartbeats);
  options.cancellation_type = CancellationOf(step.how);
  auto activity = workflow::ExecuteActivity(kWork, kHeartbeats, Digest(), options);
  if (step.how >= 3) {
    const Result<void> slept = co_await Try(workflow::Sleep(2s));
    See(slept);
  }
  activity.Cancel();
  const Result<std::string> done = co_await Try(activity);
  See(done);
}

Coro<void> Interpreter::LocalActivity(const Step& step) {
  const LocalActivityOptions options = LocalOptionsFor(step);
  const Result<std::string> done =
      co_await Try(workflow::ExecuteLocalActivity(kWork, step.how, Digest(), options));
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

Coro<void> Interpreter::CancelledTimer(const Step& step) {
  auto timer = workflow::StartTimer(2s);
  if (step.how % 3 != 0) {
    const Result<void> slept = co_await Try(workflow::Sleep(step.how % 3 == 1 ? 1s : 2s));
    See(slept);
  }
  timer.Cancel();
  const Result<void> fired = co_await Try(timer);
  See(fired);
}

Coro<void> Interpreter::WaitForSignal(const Step& step) {
  const int wanted = signals_ + 1 + step.how % 2;
  const history::Duration limit = step.how < 3 ? history::Duration(5s) : history::Duration(1h);
  const Result<bool> came =
      co_await Try(workflow::WaitCondition([this, wanted] { return signals_ >= wanted; }, limit));
  See(came);
}

// ---- Fibers ----

Coro<void> Interpreter::Spawned(const Step& step) {
  auto first = workflow::Spawn(Do(step.body));
  auto second = workflow::Spawn(Do(step.body));
  if (step.how == 0) co_return;  // they are left alone
  if (step.how % 2 == 1) {
    const Result<std::size_t> any = co_await Try(workflow::WaitAny(first, second));
    See(any);
    first.Cancel();
    second.Cancel();
  }
  const Result<void> one = co_await Try(first);
  See(one);
  const Result<void> other = co_await Try(second);
  See(other);
}

Coro<void> Interpreter::Locked(const Step& step) {
  const bool by_mutex = step.how % 2 == 0;
  auto first = workflow::Spawn(by_mutex ? InMutex(step) : InSemaphore(step));
  auto second = workflow::Spawn(by_mutex ? InMutex(step) : InSemaphore(step));
  if (step.how >= 4) second.Cancel();
  const Result<void> one = co_await Try(first);
  See(one);
  const Result<void> other = co_await Try(second);
  See(other);
}

Coro<void> Interpreter::InMutex(const Step& step) {
  co_await mutex_.Lock();
  const workflow::MutexGuard guard(mutex_);
  const Result<void> slept = co_await Try(workflow::Sleep(500ms));
  See(slept);
  co_await Do(step.body);
}

Coro<void> Interpreter::InSemaphore(const Step& step) {
  const std::int64_t permits = 1 + step.how % 2;
  co_await semaphore_.Acquire(permits);
  const Result<void> done = co_await Try(workflow::Sleep(500ms));
  semaphore_.Release(permits);
  See(done);
  co_await Do(step.body);
}

// ---- Other workflows ----

Program Interpreter::ChildProgram(const Step& step) const {
  return {.steps = step.body, .ends_on_cancel = step.how % 2 == 0};
}

ChildWorkflowOptions Interpreter::ChildOptions(const Step& step) const {
  ChildWorkflowOptions options{
      .workflow_id = fmt::format("{}-{}", workflow::Info().workflow_id, step.place),
      .parent_close_policy = ClosePolicyOf(step.how),
      .cancellation_type = ChildCancellationOf(step.how)};
  if (step.how == 4) options.retry_policy = history::RetryPolicy{.maximum_attempts = 2};
  if (step.how == 5) options.run_timeout = 10s;
  if (step.how == 3) {
    options.id_reuse_policy = workflow::WorkflowIdReusePolicy::kAllowDuplicateFailedOnly;
  }
  return options;
}

Coro<void> Interpreter::Child(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  const Result<std::string> done =
      co_await Try(workflow::ExecuteChildWorkflow(kProgram, program, options));
  See(done);
}

Coro<void> Interpreter::LeftChild(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  const auto child = co_await Try(workflow::StartChildWorkflow(kProgram, program, options));
  See(child.ok() ? child->first_execution_run_id() : history::Describe(child.failure()));
}

Coro<void> Interpreter::CancelledChild(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  auto child = workflow::ExecuteChildWorkflow(kProgram, program, options);
  if (step.how % 2 == 1) {
    const Result<void> slept = co_await Try(workflow::Sleep(1s));
    See(slept);
  }
  child.Cancel("no longer");
  const Result<std::string> done = co_await Try(child);
  See(done);
}

Coro<void> Interpreter::SignalledChild(const Step& step) {
  const ChildWorkflowOptions options = ChildOptions(step);
  const Program program = ChildProgram(step);
  auto started = co_await Try(workflow::StartChildWorkflow(kProgram, program, options));
  if (!started.ok()) {
    See(history::Describe(started.failure()));
    co_return;
  }
  ChildWorkflowHandle<std::string> child = *started;
  const Result<void> told = co_await Try(child.Signal(kPoke, step.how));
  See(told);
  const Result<std::string> done = co_await Try(child);
  See(done);
}

// Of the two workflows that clients start the one which this is not; or one that nobody ever
// starts.
std::string OtherId(const Step& step) {
  if (step.how == 5) return "nobody";
  return workflow::Info().workflow_id.substr(0, 2) == "w0" ? "w1" : "w0";
}

Coro<void> Interpreter::SignalOther(const Step& step) {
  const auto other = workflow::ExternalWorkflow(OtherId(step));
  auto signal = other.Signal(kPoke, step.how % 3);
  if (step.how == 4) signal.Cancel();
  const Result<void> told = co_await Try(signal);
  See(told);
}

Coro<void> Interpreter::CancelOther(const Step& step) {
  const auto other = workflow::ExternalWorkflow(OtherId(step));
  const Result<void> told = co_await Try(other.Cancel("by the other"));
  See(told);
}

// What is left of the program is done by the next run.
void Interpreter::ContinueAsNew(const Step& step) {
  const auto here = std::find_if(program_.steps.begin(), program_.steps.end(),
                                 [&](const Step& other) { return &other == &step; });
  if (here == program_.steps.end()) return;  // within another step
  const Program rest{.steps = std::vector<Step>(here + 1, program_.steps.end()),
                     .generation = program_.generation + 1,
                     .ends_on_cancel = program_.ends_on_cancel};
  if (workflow::Info().workflow_type == kGoProgram.name) {
    workflow::ContinueAsNew(kGoProgram, rest);
  }
  workflow::ContinueAsNew(kProgram, rest);
}

// ---- Handlers ----

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
