#include <chrono>

#include "tests/random_workflows/interpreter.h"

namespace groundhog::random_workflows {

using namespace std::chrono_literals;
using workflow::CancellationScope;
using workflow::Coro;
using workflow::Result;
using workflow::Shielded;
using workflow::Try;

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

// ---- Scopes ----

Coro<void> Interpreter::Shield(const Step& step) { co_await Shielded(Do(step.body)); }

Coro<void> Interpreter::CancelSoon(CancellationScope scope) {
  const Result<void> slept = co_await Try(workflow::Sleep(1s));
  See(slept);
  scope.Cancel();
}

Coro<void> Interpreter::Limited(const Step& step, history::Duration limit) {
  const Result<void> done = co_await Try(workflow::WithTimeout(limit, Do(step.body)));
  See(done);
}

Coro<void> Interpreter::Scoped(const Step& step) {
  if (step.how == 0) co_return co_await Limited(step, 2s);
  if (step.how == 4) co_return co_await Shielded(Limited(step, 500ms));
  if (step.how == 2) {
    const CancellationScope detached = CancellationScope::Detached();
    const Result<void> done = co_await Try(detached.Run(Do(step.body)));
    See(done);
    co_return;
  }
  const CancellationScope scope;
  auto cancelling = workflow::Spawn(CancelSoon(scope));
  if (step.how == 1) {
    const Result<void> done = co_await Try(scope.Run(Do(step.body)));
    See(done);
  } else if (step.how == 3) {
    auto inside = scope.Spawn(Do(step.body));
    const Result<void> done = co_await Try(inside);
    See(done);
  } else {
    const Result<void> done = co_await Try(scope.Run(Limited(step, 5s)));
    See(done);
  }
  cancelling.Cancel();
  const Result<void> cancelled = co_await Try(cancelling);
  See(cancelled);
}

// ---- Channels ----

Coro<void> Interpreter::Pour(const Step& step, Pipe pipe) {
  for (int i = 0; i < 3 && !pipe->is_given_up; ++i) {
    const Result<void> sent = co_await Try(pipe->channel.Send(Digest()));
    See(sent);
    if (!sent.ok()) co_return;
    if (i == 0) co_await Do(step.body);
  }
  pipe->channel.Close();
}

Coro<void> Interpreter::Piped(const Step& step) {
  const auto pipe = std::make_shared<PipeEnds>(step.how % 3);
  auto source = workflow::Spawn(Pour(step, pipe));
  bool open = true;
  workflow::Selector selector;
  selector.AddReceive(pipe->channel, [this, &open](const std::optional<std::string>& value) {
    open = value.has_value();
    See(value.value_or("no more"));
  });
  selector.Add(workflow::StartTimer(step.how < 3 ? 1s : 1h), [&open] { open = false; });
  while (open) {
    const Result<std::size_t> served = co_await Try(selector.Select());
    See(served);
    if (!served.ok()) break;
  }
  pipe->is_given_up = true;
  source.Cancel();
  const Result<void> poured = co_await Try(source);
  See(poured);
}

// ---- Locks ----

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

}  // namespace groundhog::random_workflows
