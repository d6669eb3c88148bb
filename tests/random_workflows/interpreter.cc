#include "tests/random_workflows/interpreter.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "base/hash.h"

namespace groundhog::random_workflows {
namespace {

using namespace std::chrono_literals;
using history::ApplicationError;
using workflow::Coro;
using workflow::Result;
using workflow::Shielded;
using workflow::Try;

constexpr KeywordKey kCustomer{"CustomerId"};
constexpr IntKey kItems{"Items"};

bool IsCancel(const history::FailurePtr& failure) {
  for (const history::Failure* link = failure.get(); link != nullptr; link = link->cause.get()) {
    if (std::holds_alternative<history::CanceledFailureInfo>(link->info)) return true;
  }
  return false;
}

}  // namespace

// ---- What it has seen ----

void Interpreter::See(const std::string& text) { seen_ = CombineHash(seen_, HashText(text)); }

void Interpreter::SeeFailure(const history::FailurePtr& failure) {
  See(history::Describe(failure));
  const bool ends = program_.ends_on_cancel && workflow::IsCancelRequested();
  if (ends && IsCancel(failure)) workflow::Fail(failure);
}

// ---- The workflow ----

Interpreter::Interpreter() : Interpreter(1) {}

Interpreter::Interpreter(int version) : version_(version) {
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
    case Op::kAbandonedActivity:
    case Op::kDynamicActivity:
    case Op::kOpenActivity:
    case Op::kUnpolledActivity:
    case Op::kLocalActivity:
    case Op::kCancelledLocal:
    case Op::kGather:
    case Op::kChanged:
      co_return co_await DoWork(step);
    case Op::kSleep:
    case Op::kCancelledTimer:
    case Op::kWaitForSignal:
    case Op::kReceiveSignal:
    case Op::kBlock:
    case Op::kAwaitHandlers:
      co_return co_await DoWait(step);
    case Op::kSpawn:
    case Op::kShielded:
    case Op::kScoped:
    case Op::kPiped:
    case Op::kLocked:
      co_return co_await DoFibers(step);
    case Op::kChild:
    case Op::kLeftChild:
    case Op::kCancelledChild:
    case Op::kSignalledChild:
    case Op::kCronChild:
    case Op::kSignalOther:
    case Op::kCancelOther:
      co_return co_await DoFamily(step);
    case Op::kSideEffect:
    case Op::kRandom:
    case Op::kPatch:
    case Op::kVersion:
    case Op::kBroken:
    case Op::kMemo:
    case Op::kAttributes:
    case Op::kDetails:
    case Op::kContinueAsNew:
    case Op::kFail:
    case Op::kDynamicHandlers:
    case Op::kAsk:
      DoAtOnce(step);
      co_return;
  }
}

Coro<void> Interpreter::DoWork(const Step& step) {
  switch (step.op) {
    case Op::kActivity:
      return Activity(step);
    case Op::kCancelledActivity:
      return CancelledActivity(step);
    case Op::kAbandonedActivity:
      return AbandonedActivity(step);
    case Op::kDynamicActivity:
      return DynamicActivity(step);
    case Op::kOpenActivity:
      return OpenActivity(step);
    case Op::kUnpolledActivity:
      return UnpolledActivity(step);
    case Op::kLocalActivity:
      return LocalActivity(step);
    case Op::kCancelledLocal:
      return CancelledLocal(step);
    case Op::kGather:
      return Gather(step);
    default:
      return Changed(step);
  }
}

Coro<void> Interpreter::DoFibers(const Step& step) {
  switch (step.op) {
    case Op::kSpawn:
      return Spawned(step);
    case Op::kScoped:
      return Scoped(step);
    case Op::kPiped:
      return Piped(step);
    case Op::kLocked:
      return Locked(step);
    default:
      return Shield(step);
  }
}

Coro<void> Interpreter::DoFamily(const Step& step) {
  switch (step.op) {
    case Op::kChild:
      return Child(step);
    case Op::kLeftChild:
      return LeftChild(step);
    case Op::kCancelledChild:
      return CancelledChild(step);
    case Op::kSignalledChild:
      return SignalledChild(step);
    case Op::kCronChild:
      return CronChild(step);
    case Op::kSignalOther:
      return SignalOther(step);
    default:
      return CancelOther(step);
  }
}

Coro<void> Interpreter::DoWait(const Step& step) {
  switch (step.op) {
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
    case Op::kReceiveSignal:
      co_return co_await ReceiveSignal(step);
    case Op::kBlock: {
      workflow::BlockThread(100ms);
      const Result<void> slept = co_await Try(workflow::Sleep(1ms));
      See(slept);
      co_return;
    }
    default: {
      const Result<bool> finished = co_await Try(
          workflow::WaitCondition([] { return workflow::AllHandlersFinished(); }, 60s));
      See(finished);
    }
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
      return AskVersion(step);
    case Op::kBroken:
      if (version_ == 1) throw std::logic_error("a bug");
      return;
    case Op::kDetails:
      workflow::SetCurrentDetails(Digest());
      See(workflow::LastCompletionResult<std::string>().value_or("no run before"));
      See(history::Describe(workflow::LastFailure()));
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
    case Op::kDynamicHandlers:
      return TakeTheRest(step);
    case Op::kFail:
      throw ApplicationError("Broken", Digest(), step.how % 2 == 1);
    default: {
      const workflow::WorkflowInfo info = workflow::Info();
      See(fmt::format("{} {} {} {} {}", info.workflow_id, info.run_id, info.attempt,
                      info.history_length, info.continued_run_id));
    }
  }
}

bool HasFamily(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return (step.op >= Op::kChild && step.op <= Op::kCancelOther) || HasFamily(step.body);
  });
}

// In Go's dialect the start of a child that is cancelled before it is sent is dropped, and has been
// counted: an id too many where a version marker is replayed. Go's SDK counts in the same way.
bool Interpreter::VersionsAreSound() const { return !in_go() || !HasFamily(program_.steps); }

void Interpreter::AskVersion(const Step& step) {
  if (!VersionsAreSound()) return;
  const std::string id = fmt::format("v{}", step.how % 3);
  See(std::to_string(workflow::GetVersion(id, workflow::kDefaultVersion, 2)));
}

// ---- Timers and signals ----

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

Coro<void> Interpreter::ReceiveSignal(const Step& step) {
  workflow::Selector selector;
  selector.AddReceive(pushed_.channel(), [this](const std::optional<int>& value) {
    See(fmt::format("pushed {}", value.value_or(-1)));
  });
  selector.Add(workflow::StartTimer(step.how < 3 ? 5s : 1h));
  if (step.how % 3 == 2) selector.AddDefault([this] { See("nothing"); });
  const Result<std::size_t> served = co_await Try(selector.Select());
  See(served);
}

// What is left of the program is done by the next run.
void Interpreter::ContinueAsNew(const Step& step) {
  const auto here = std::find_if(program_.steps.begin(), program_.steps.end(),
                                 [&](const Step& other) { return &other == &step; });
  if (here == program_.steps.end()) return;  // within another step
  const Program rest{.steps = std::vector<Step>(here + 1, program_.steps.end()),
                     .generation = program_.generation + 1,
                     .ends_on_cancel = program_.ends_on_cancel};
  if (in_go()) workflow::ContinueAsNew(kGoProgram, rest);
  if (step.how % 2 == 1) workflow::ContinueAsNew(kAnyProgram, rest);
  workflow::ContinueAsNew(kProgram, rest);
}

}  // namespace groundhog::random_workflows
