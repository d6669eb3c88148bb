// Handlers of signals, queries and updates, registered in the workflow's constructor or in Run.
//
//     OnSignal(kDecide, [this](Decision decision) { decision_ = decision; });
//     OnSignal(kAdd, [this](int n) { return Add(n); });  // Coro<void> Add(int): its own fiber
//     OnQuery(kStatus, [this] { return status_; });
//     OnUpdate(kWithdraw, [this](int n) { return balance_ -= n; },  // or a Coro<int>
//              [](int n) { if (n <= 0) throw std::invalid_argument("amount must be positive"); });
//
//     OnDynamicSignal([this](const std::string& name, const history::Payloads& input) { … });
//
// A dynamic handler takes what no handler of its kind is registered for.
//
// Signals and updates are delivered in the order of history, before the other news of their
// Workflow Task, and before the first line of Run. A signal without a handler waits for one; one
// whose input does not decode is dropped, with a log line (as Temporal does). A query handler and
// an update's validator must not change anything: an attempt to issue a command is an error. For
// the query it means failure, for the validator that the task fails.
//
// An update without a handler, or whose input does not decode, or whose validator throws, is
// rejected: it leaves no trace in history. Else it is accepted, which is a command in front of all
// that its handler asks for, and completed with what the handler returns, or with the FailureError
// that it throws. Any other exception is a bug and fails the task. At replay the validator is not
// asked again (SEMANTICS f.3).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/names.h"
#include "runtime/workflow/author_code.h"
#include "runtime/workflow/coro.h"

namespace groundhog::workflow {

// What is said when the workflow ends while the handler is still at work: a warning in the log, or
// nothing, because the author is fine with that.
enum class HandlerUnfinishedPolicy : std::uint8_t { kWarnAndAbandon, kAbandon };

// The update whose handler is running.
struct UpdateInfo {
  std::string_view id;
  std::string_view name;
};

namespace internal {

void RegisterSignalHandler(std::string_view name, std::unique_ptr<SignalHandler> handler,
                           HandlerUnfinishedPolicy policy);
void RegisterQueryHandler(std::string_view name, std::unique_ptr<QueryHandler> handler);
void RegisterUpdateHandler(std::string_view name, std::unique_ptr<UpdateHandler> handler,
                           HandlerUnfinishedPolicy policy);
// The handler has returned. While replaying the result need not be encoded.
bool EncodesResults(const Execution& execution);
void CompleteUpdate(Execution& execution, UpdateMachine& update,
                    std::optional<history::Payloads> result);

// A handler's coroutine, and what has to live as long: its arguments may be references.
struct HandlerRest {
  Coro<void> coro;
  std::shared_ptr<void> kept;
};

// The input did not decode: the signal is dropped.
class SignalInputError : public history::PayloadError {
 public:
  using PayloadError::PayloadError;
};

// How a handler gets its arguments: by the types that it was registered for, or undecoded.
struct ByType {
  template <class... Args>
  static std::tuple<Args...> Decode(const std::string&, const history::Payloads& input) {
    return history::FromPayloads<Args...>(input);
  }
};
struct Undecoded {
  template <class... Args>
  static std::tuple<Args...> Decode(const std::string& name, const history::Payloads& input) {
    return {name, input};
  }
};
// What a handler gives, be it a coroutine or not.
template <class T>
struct ResultOf {
  using Type = T;
};
template <class T>
struct ResultOf<Coro<T>> {
  using Type = T;
};

using HandlerName = const std::string&;
using HandlerInput = const history::Payloads&;

template <class How, class... Args>
std::tuple<Args...> DecodeSignal(const std::string& name, const history::Payloads& input) {
  try {
    return How::template Decode<Args...>(name, input);
  } catch (const history::PayloadError& error) {
    throw SignalInputError(error.what());
  }
}

template <class How, class F, class... Args>
class TypedSignalHandler final : public SignalHandler {
 public:
  explicit TypedSignalHandler(F function) : function_(std::move(function)) {}
  HandlerRest Handle(const std::string& name, const history::Payloads& input) override {
    auto arguments = DecodeSignal<How, std::decay_t<Args>...>(name, input);
    if constexpr (std::is_same_v<std::invoke_result_t<F&, Args...>, Coro<void>>) {
      auto kept = std::make_shared<decltype(arguments)>(std::move(arguments));
      Coro<void> coro = Call(*kept);
      return {std::move(coro), std::move(kept)};
    } else {
      Call(arguments);
      return {};
    }
  }

 private:
  decltype(auto) Call(std::tuple<std::decay_t<Args>...>& arguments) {
    return std::apply([this](auto&... each) { return function_(static_cast<Args&&>(each)...); },
                      arguments);
  }

  F function_;
};

template <class How, class F, class R, class... Args>
class TypedQueryHandler final : public QueryHandler {
 public:
  explicit TypedQueryHandler(F function) : function_(std::move(function)) {}
  history::Payloads Handle(const std::string& name, const history::Payloads& input) override {
    auto arguments = How::template Decode<std::decay_t<Args>...>(name, input);
    return history::ResultToPayloads<R>(std::apply(function_, std::move(arguments)));
  }

 private:
  F function_;
};

// One update with its decoded arguments; lives as long as its handler runs.
template <class F, class V, class R, class... Args>
class TypedUpdateCall final : public UpdateCall {
 public:
  TypedUpdateCall(F& function, V& validator, std::tuple<std::decay_t<Args>...> arguments)
      : function_(function), validator_(validator), arguments_(std::move(arguments)) {}

  void Validate() override {
    if constexpr (!std::is_same_v<V, std::nullptr_t>) {
      std::apply(validator_, std::as_const(arguments_));
    }
  }

  Coro<void> Run(Execution& execution, UpdateMachine& update) override {
    if constexpr (kIsCoro<std::invoke_result_t<F&, Args...>>) {
      return Await(execution, update);
    } else if constexpr (std::is_void_v<R>) {
      Call();
      Complete(execution, update);
      return {};
    } else {
      Complete<R>(execution, update, Call());
      return {};
    }
  }

 private:
  decltype(auto) Call() {
    return std::apply(
        [this](auto&... arguments) { return function_(static_cast<Args&&>(arguments)...); },
        arguments_);
  }

  Coro<void> Await(Execution& execution, UpdateMachine& update) {
    if constexpr (std::is_void_v<R>) {
      co_await Call();
      Complete(execution, update);
    } else {
      const R result = co_await Call();
      Complete<R>(execution, update, result);
    }
  }

  static void Complete(Execution& execution, UpdateMachine& update) {
    CompleteUpdate(execution, update, history::Payloads{history::ToPayload(nullptr)});
  }
  template <class T>
  static void Complete(Execution& execution, UpdateMachine& update, const T& result) {
    std::optional<history::Payloads> payloads;
    if (EncodesResults(execution)) payloads = history::ResultToPayloads<T>(result);
    CompleteUpdate(execution, update, std::move(payloads));
  }

  F& function_;
  V& validator_;
  std::tuple<std::decay_t<Args>...> arguments_;
};

template <class How, class F, class V, class R, class... Args>
class TypedUpdateHandler final : public UpdateHandler {
 public:
  TypedUpdateHandler(F function, V validator)
      : function_(std::move(function)), validator_(std::move(validator)) {}
  std::shared_ptr<UpdateCall> Decode(const std::string& name,
                                     const history::Payloads& input) override {
    return std::make_shared<TypedUpdateCall<F, V, R, Args...>>(
        function_, validator_, How::template Decode<std::decay_t<Args>...>(name, input));
  }

 private:
  F function_;
  V validator_;
};

}  // namespace internal

// Whether every signal and update that was delivered has been handled to the end: no handler waits
// for anything.
bool AllHandlersFinished();

// The update that the calling code handles, or that spawned the fiber which calls;
// nothing elsewhere.
std::optional<UpdateInfo> CurrentUpdateInfo();

template <class... Args, class F>
void OnSignal(const SignalType<Args...>& type, F&& handler,
              HandlerUnfinishedPolicy policy = HandlerUnfinishedPolicy::kWarnAndAbandon) {
  static_assert(std::is_invocable_v<std::decay_t<F>&, Args...>,
                "the handler does not take the SignalType's arguments");
  using Returned = std::invoke_result_t<std::decay_t<F>&, Args...>;
  static_assert(std::is_void_v<Returned> || std::is_same_v<Returned, Coro<void>>,
                "a signal handler returns nothing, or a Coro<void>");
  internal::RegisterSignalHandler(
      type.name,
      std::make_unique<internal::TypedSignalHandler<internal::ByType, std::decay_t<F>, Args...>>(
          std::forward<F>(handler)),
      policy);
}

template <class R, class... Args, class F>
void OnQuery(const QueryType<R(Args...)>& type, F&& handler) {
  static_assert(std::is_invocable_r_v<R, std::decay_t<F>&, Args...>,
                "the handler does not fit the QueryType's signature");
  internal::RegisterQueryHandler(
      type.name,
      std::make_unique<internal::TypedQueryHandler<internal::ByType, std::decay_t<F>, R, Args...>>(
          std::forward<F>(handler)));
}

// The validator takes the same arguments and returns nothing; nullptr if there is none.
template <class R, class... Args, class F, class V = std::nullptr_t>
void OnUpdate(const UpdateType<R(Args...)>& type, F&& handler, V&& validator = nullptr,
              HandlerUnfinishedPolicy policy = HandlerUnfinishedPolicy::kWarnAndAbandon) {
  static_assert(std::is_invocable_r_v<R, std::decay_t<F>&, Args...> ||
                    std::is_invocable_r_v<Coro<R>, std::decay_t<F>&, Args...>,
                "the handler does not fit the UpdateType's signature: it takes the arguments and "
                "returns the result, or a Coro of it");
  if constexpr (!std::is_same_v<std::decay_t<V>, std::nullptr_t>) {
    static_assert(std::is_invocable_v<std::decay_t<V>&, const std::decay_t<Args>&...>,
                  "the validator does not take the UpdateType's arguments");
    static_assert(
        std::is_void_v<std::invoke_result_t<std::decay_t<V>&, const std::decay_t<Args>&...>>,
        "a validator returns nothing: it throws what is wrong with the update");
  }
  internal::RegisterUpdateHandler(
      type.name,
      std::make_unique<internal::TypedUpdateHandler<internal::ByType, std::decay_t<F>,
                                                    std::decay_t<V>, R, Args...>>(
          std::forward<F>(handler), std::forward<V>(validator)),
      policy);
}

// The dynamic handlers take the name and the undecoded input, (const std::string&, const
// history::Payloads&), and return what the others do;
// the result of a query or an update is of any type.
template <class F>
void OnDynamicSignal(F&& handler,
                     HandlerUnfinishedPolicy policy = HandlerUnfinishedPolicy::kWarnAndAbandon) {
  using Handler = internal::TypedSignalHandler<internal::Undecoded, std::decay_t<F>,
                                               internal::HandlerName, internal::HandlerInput>;
  internal::RegisterSignalHandler({}, std::make_unique<Handler>(std::forward<F>(handler)), policy);
}

template <class F>
void OnDynamicQuery(F&& handler) {
  using R = std::invoke_result_t<std::decay_t<F>&, internal::HandlerName, internal::HandlerInput>;
  using Handler = internal::TypedQueryHandler<internal::Undecoded, std::decay_t<F>, R,
                                              internal::HandlerName, internal::HandlerInput>;
  internal::RegisterQueryHandler({}, std::make_unique<Handler>(std::forward<F>(handler)));
}

template <class F, class V = std::nullptr_t>
void OnDynamicUpdate(F&& handler, V&& validator = nullptr,
                     HandlerUnfinishedPolicy policy = HandlerUnfinishedPolicy::kWarnAndAbandon) {
  using Returned =
      std::invoke_result_t<std::decay_t<F>&, internal::HandlerName, internal::HandlerInput>;
  using R = typename internal::ResultOf<Returned>::Type;
  using Handler =
      internal::TypedUpdateHandler<internal::Undecoded, std::decay_t<F>, std::decay_t<V>, R,
                                   internal::HandlerName, internal::HandlerInput>;
  internal::RegisterUpdateHandler(
      {}, std::make_unique<Handler>(std::forward<F>(handler), std::forward<V>(validator)), policy);
}

}  // namespace groundhog::workflow
