// Signal and query handlers, registered in the workflow's constructor or in Run.
//
//     OnSignal(kDecide, [this](Decision decision) { decision_ = decision; });
//     OnSignal(kAdd, [this](int n) { return Add(n); });  // Coro<void> Add(int): its own fiber
//     OnQuery(kStatus, [this] { return status_; });
//
// Signals are delivered in the order of history, before the other news of their Workflow Task. A
// signal without a handler waits for one. One whose input does not decode is dropped, with a log
// line (as Temporal does). A query handler must not change anything: an attempt to issue a command
// is an error, and the query fails.
#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/names.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

namespace internal {

void RegisterSignalHandler(std::string_view name, std::unique_ptr<SignalHandler> handler);
void RegisterQueryHandler(std::string_view name, std::unique_ptr<QueryHandler> handler);
void StartSignalFiber(Execution& execution, Coro<void> coro);

// The input did not decode: the signal is dropped.
class SignalInputError : public history::PayloadError {
 public:
  using PayloadError::PayloadError;
};

template <class... Args>
std::tuple<Args...> DecodeSignal(const history::Payloads& input) {
  try {
    return history::FromPayloads<Args...>(input);
  } catch (const history::PayloadError& error) {
    throw SignalInputError(error.what());
  }
}

template <class F, class... Args>
class TypedSignalHandler final : public SignalHandler {
 public:
  explicit TypedSignalHandler(F function) : function_(std::move(function)) {}
  void Handle(const history::Payloads& input, Execution& execution) override {
    auto arguments = DecodeSignal<std::decay_t<Args>...>(input);
    if constexpr (std::is_same_v<std::invoke_result_t<F&, Args...>, Coro<void>>) {
      StartSignalFiber(execution, std::apply(function_, std::move(arguments)));
    } else {
      std::apply(function_, std::move(arguments));
    }
  }

 private:
  F function_;
};

template <class F, class R, class... Args>
class TypedQueryHandler final : public QueryHandler {
 public:
  explicit TypedQueryHandler(F function) : function_(std::move(function)) {}
  history::Payloads Handle(const history::Payloads& input) override {
    auto arguments = history::FromPayloads<std::decay_t<Args>...>(input);
    return history::ResultToPayloads<R>(std::apply(function_, std::move(arguments)));
  }

 private:
  F function_;
};

}  // namespace internal

// Whether every signal that was delivered has been handled to the end: no handler waits for anything.
bool AllHandlersFinished();

template <class... Args, class F>
void OnSignal(const SignalType<Args...>& type, F&& handler) {
  static_assert(std::is_invocable_v<std::decay_t<F>&, Args...>,
                "the handler does not take the SignalType's arguments");
  using Returned = std::invoke_result_t<std::decay_t<F>&, Args...>;
  static_assert(std::is_void_v<Returned> || std::is_same_v<Returned, Coro<void>>,
                "a signal handler returns nothing, or a Coro<void>");
  internal::RegisterSignalHandler(
      type.name, std::make_unique<internal::TypedSignalHandler<std::decay_t<F>, Args...>>(
                     std::forward<F>(handler)));
}

template <class R, class... Args, class F>
void OnQuery(const QueryType<R(Args...)>& type, F&& handler) {
  static_assert(std::is_invocable_r_v<R, std::decay_t<F>&, Args...>,
                "the handler does not fit the QueryType's signature");
  internal::RegisterQueryHandler(
      type.name, std::make_unique<internal::TypedQueryHandler<std::decay_t<F>, R, Args...>>(
                     std::forward<F>(handler)));
}

}  // namespace groundhog::workflow
