// The handlers' part of Execution: what is called for signals, updates and queries,
// and what became of it.
#include "runtime/workflow/handlers.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/workflow/determinism_guard.h"
#include "runtime/workflow/error_failure.h"
#include "runtime/workflow/errors.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

std::optional<UpdateInfo> CurrentUpdateInfo() {
  const internal::UpdateMachine* update =
      internal::Execution::Current("CurrentUpdateInfo").current_update();
  if (update == nullptr) return std::nullopt;
  return UpdateInfo{.id = update->id(), .name = update->name()};
}

namespace internal {
namespace {

// Of a name the handler that was registered last.
template <class Handlers>
auto* FindLast(Handlers& handlers, std::string_view name) {
  const auto found = std::find_if(handlers.rbegin(), handlers.rend(),
                                  [name](const auto& named) { return named.name == name; });
  return found == handlers.rend() ? nullptr : &*found;
}

// The handler that takes it: the one of this name, or else the dynamic one.
template <class Handlers>
auto* FindFor(Handlers& handlers, std::string_view name) {
  auto* named = FindLast(handlers, name);
  return named == nullptr ? FindLast(handlers, {}) : named;
}

// What the code that has no handler for it says in Temporal's Python SDK.
std::string UnknownUpdate(const std::string& name, std::vector<std::string_view> known) {
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return fmt::format(
      "Update handler for '{}' expected but not found, and there is no dynamic handler. known "
      "updates: [{}]",
      name, fmt::join(known, " "));
}

constexpr std::string_view kUnfinishedUpdates =
    "[TMPRL1102] Workflow finished while update handlers are still running. This may have "
    "interrupted work that the update handler was doing, and the client that sent the update will "
    "receive a failure instead of the update result. You can wait for all update and signal "
    "handlers to complete by using `co_await "
    "workflow::WaitCondition(workflow::AllHandlersFinished)`. "
    "Alternatively, if both you and the clients sending the update are okay with interrupting "
    "running handlers when the workflow finishes, then you can disable this warning when the "
    "handler is registered: `HandlerUnfinishedPolicy::kAbandon`. The following updates were "
    "unfinished (and warnings were not disabled for their handler): ";

constexpr std::string_view kUnfinishedSignals =
    "[TMPRL1102] Workflow finished while signal handlers are still running. This may have "
    "interrupted work that the signal handler was doing. You can wait for all update and signal "
    "handlers to complete by using `co_await "
    "workflow::WaitCondition(workflow::AllHandlersFinished)`. "
    "Alternatively, if both you and the clients sending the signal are okay with interrupting "
    "running handlers when the workflow finishes, then you can disable this warning when the "
    "handler is registered: `HandlerUnfinishedPolicy::kAbandon`. The following signals were "
    "unfinished (and warnings were not disabled for their handler): ";

}  // namespace

// --- what the templates of the API call

void RegisterSignalHandler(std::string_view name, std::unique_ptr<SignalHandler> handler,
                           HandlerUnfinishedPolicy policy) {
  Execution& execution = Execution::Current("OnSignal");
  execution.RequireWritable("OnSignal");
  execution.OnSignal(name, std::move(handler), policy);
}

void RegisterQueryHandler(std::string_view name, std::unique_ptr<QueryHandler> handler) {
  Execution& execution = Execution::Current("OnQuery");
  execution.RequireWritable("OnQuery");
  execution.OnQuery(name, std::move(handler));
}

void RegisterUpdateHandler(std::string_view name, std::unique_ptr<UpdateHandler> handler,
                           HandlerUnfinishedPolicy policy) {
  Execution& execution = Execution::Current("OnUpdate");
  execution.RequireWritable("OnUpdate");
  execution.OnUpdate(name, std::move(handler), policy);
}

bool EncodesResults(const Execution& execution) { return execution.sends(); }

void CompleteUpdate(Execution& execution, UpdateMachine& update,
                    std::optional<history::Payloads> result) {
  execution.CompleteUpdate(update, std::move(result));
}

// --- registration

void Execution::OnSignal(std::string_view name, std::unique_ptr<SignalHandler> handler,
                         HandlerUnfinishedPolicy policy) {
  if (destroying()) return;
  signal_handlers_.push_back({std::string(name), std::move(handler), policy});
  std::erase_if(unhandled_signals_, [this, name](SignalJob& signal) {
    if (!name.empty() && signal->signal_name != name) return false;
    Queue(std::move(signal));
    return true;
  });
}

void Execution::OnQuery(std::string_view name, std::unique_ptr<QueryHandler> handler) {
  if (destroying()) return;
  std::erase_if(query_handlers_, [name](const auto& named) { return named.name == name; });
  query_handlers_.push_back({std::string(name), std::move(handler)});
}

void Execution::OnUpdate(std::string_view name, std::unique_ptr<UpdateHandler> handler,
                         HandlerUnfinishedPolicy policy) {
  if (destroying()) return;
  update_handlers_.push_back({std::string(name), std::move(handler), policy});
}

// --- delivery

void Execution::DeliverHandled(ActivationJobs& jobs) {
  for (HandlerJob& job : jobs.handled) {
    const SignalJob* signal = std::get_if<SignalJob>(&job);
    if (signal != nullptr && FindFor(signal_handlers_, (*signal)->signal_name) == nullptr) {
      unhandled_signals_.push_back(*signal);
    } else {
      Queue(std::move(job));
    }
  }
  RunUntilIdle();
}

void Execution::DeliverEarlyUpdates() {
  for (UpdateMachine* update : std::exchange(early_updates_, {})) Queue(update);
  RunUntilIdle();
}

void Execution::Queue(HandlerJob job) {
  queued_.push_back(std::move(job));
  loop_.Enqueue(handler_delivery_);
}

void Execution::HandleNext() {
  const HandlerJob job = std::move(queued_[next_queued_++]);
  if (next_queued_ == queued_.size()) {
    queued_.clear();
    next_queued_ = 0;
  }
  if (UpdateMachine* const* update = std::get_if<UpdateMachine*>(&job)) {
    HandleUpdate(**update);
  } else {
    HandleSignal(std::get<SignalJob>(job));
  }
}

void Execution::StartHandlerFiber(HandlerRest rest, RunningHandler handler) {
  Ref<Fiber> fiber =
      NewFiber(handler.update == nullptr ? FiberKind::kSignalHandler : FiberKind::kUpdateHandler);
  const Coro<void>::Handle root = rest.coro.Release();
  root.promise().set_fiber(*fiber);
  fiber->set_root(root);
  fiber->Keep(std::move(rest.kept));
  fiber->set_update(handler.update);
  fiber->set_signal(plain_signal_);
  handler.fiber = fiber.get();
  running_handlers_.push_back(std::move(handler));
  loop_.RunNext(root, *fiber);
}

void Execution::ForgetRunningHandler(const Fiber& fiber) {
  std::erase_if(running_handlers_,
                [&fiber](const RunningHandler& running) { return running.fiber == &fiber; });
}

// --- signals

void Execution::HandleSignal(const SignalJob& job) {
  const history::WorkflowExecutionSignaled& signal = *job;
  const auto& named = *FindFor(signal_handlers_, signal.signal_name);
  const HandlerUnfinishedPolicy policy = named.policy;
  if (!signal.header.empty()) plain_signal_ = job;
  try {
    HandlerRest rest = named.handler->Handle(signal.signal_name, signal.input);
    if (rest.coro) {
      StartHandlerFiber(std::move(rest), {.name = signal.signal_name, .policy = policy});
    }
  } catch (const SignalInputError& error) {
    if (log() != nullptr) {
      const UnguardedScope host;
      log()->Write(LogLevel::kError, fmt::format("signal '{}' was dropped: its input does not "
                                                 "decode: {}",
                                                 signal.signal_name, error.what()));
    }
  } catch (...) {
    EndWithError(std::current_exception());
  }
  plain_signal_ = {};
}

// --- updates

UpdateMachine* Execution::current_update() const {
  if (plain_update_ != nullptr) return plain_update_;
  return current_fiber_ == nullptr ? nullptr : current_fiber_->update();
}

void Execution::HandleUpdate(UpdateMachine& update) {
  const auto* named = FindFor(update_handlers_, update.name());
  if (named == nullptr) {
    if (main_) return RejectUnknown(update);
    early_updates_.push_back(&update);
    return;
  }
  const HandlerUnfinishedPolicy policy = named->policy;
  plain_update_ = &update;
  if (const std::shared_ptr<UpdateCall> call = Accept(update, *named->handler)) {
    try {
      HandlerRest rest{call->Run(*this, update), call};
      if (rest.coro) {
        StartHandlerFiber(std::move(rest),
                          {.name = update.name(), .update = &update, .policy = policy});
      }
    } catch (...) {
      FailUpdate(update, std::current_exception());
    }
  }
  plain_update_ = nullptr;
}

void Execution::RejectUnknown(UpdateMachine& update) {
  std::vector<std::string_view> known;
  for (const auto& named : update_handlers_) {
    if (!named.name.empty()) known.emplace_back(named.name);
  }
  commands_.RejectUpdate(
      update, PlainFailure(UnknownUpdate(update.name(), std::move(known)), "RuntimeError"));
}

std::shared_ptr<UpdateCall> Execution::Accept(UpdateMachine& update, UpdateHandler& handler) {
  try {
    std::shared_ptr<UpdateCall> call = handler.Decode(update.name(), update.request().input.args);
    if (!info_.replaying) {
      const ReadOnly read_only(*this);
      call->Validate();
    }
    commands_.AcceptUpdate(update);
    return call;
  } catch (const ReadOnlyError&) {
    FailTask(std::current_exception());
  } catch (...) {
    commands_.RejectUpdate(update, FailureOfBug(std::current_exception()));
  }
  return nullptr;
}

void Execution::CompleteUpdate(UpdateMachine& update, std::optional<history::Payloads> result) {
  std::optional<history::UpdateOutcome> outcome;
  if (result) outcome = history::UpdateOutcome{.success = std::move(result)};
  commands_.CompleteUpdate(update, std::move(outcome));
}

void Execution::FailUpdate(UpdateMachine& update, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const FailureError& failure) {
    commands_.CompleteUpdate(update, history::UpdateOutcome{.failure = failure.failure()});
  } catch (...) {
    FailTask(std::current_exception());
  }
}

// --- the end of the workflow

void Execution::WarnOfUnfinishedHandlers() {
  if (log() == nullptr) return;
  std::string updates;
  std::vector<std::pair<std::string_view, int>> signals;  // most unfinished ones first
  for (const RunningHandler& running : running_handlers_) {
    if (running.policy == HandlerUnfinishedPolicy::kAbandon) continue;
    if (running.update != nullptr) {
      updates += fmt::format(R"({}{{"name": "{}", "id": "{}"}})", updates.empty() ? "" : ", ",
                             running.name, running.update->id());
      continue;
    }
    const auto known = std::find_if(signals.begin(), signals.end(), [&](const auto& signal) {
      return signal.first == running.name;
    });
    if (known == signals.end()) {
      signals.emplace_back(running.name, 1);
    } else {
      ++known->second;
    }
  }
  std::stable_sort(signals.begin(), signals.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  const UnguardedScope host;
  if (!updates.empty()) {
    log()->Write(LogLevel::kWarning, fmt::format("{}[{}]", kUnfinishedUpdates, updates));
  }
  if (signals.empty()) return;
  std::string counts;
  for (const auto& [name, count] : signals) {
    counts +=
        fmt::format(R"({}{{"name": "{}", "count": {}}})", counts.empty() ? "" : ", ", name, count);
  }
  log()->Write(LogLevel::kWarning, fmt::format("{}[{}]", kUnfinishedSignals, counts));
}

// --- queries

Result<history::Payloads> Execution::Query(std::string_view name, const history::Payloads& input,
                                           const history::PayloadMap& header) {
  const auto* found = FindFor(query_handlers_, name);
  if (auto answer = AnswerBuiltInQuery(name)) return *std::move(answer);
  if (found == nullptr) {  // in the words of Temporal's Python SDK (recorded wft_queries)
    return Result<history::Payloads>::Failed(
        PlainFailure(fmt::format("Query handler for '{}' expected but not found, known queries: "
                                 "[{}]",
                                 name, fmt::join(QueryNames(), " ")),
                     "QueryNotFound"));
  }
  const Entered entered(*this);
  const ReadOnly read_only(*this);
  const GuardedScope guard;
  const HeaderOfQuery asked(*this, header);
  try {
    history::Payloads answer = found->handler->Handle(std::string(name), input);
    if (guard.forbidden_call() == nullptr) return answer;
  } catch (...) {
    return Result<history::Payloads>::Failed(FailureOfBug(std::current_exception()));
  }
  return Result<history::Payloads>::Failed(PlainFailure(
      fmt::format("a query handler called {}", guard.forbidden_call()), "ForbiddenCall"));
}

}  // namespace internal
}  // namespace groundhog::workflow
