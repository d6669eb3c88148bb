// activity::Register: an activity's name with the code behind it, as a worker takes it.
//
//     Register(banking::kWithdraw, [bank](activity::Context& context, PaymentDetails details) -> sim::Coro<std::string> {…})
//     Register(kAdd, [](int a, int b) { return a + b; })
//
// The code is a coroutine or a plain function, with or without a Context; the compiler checks it
// against the ActivityType. A coroutine lambda's captures live in the registration,
// which outlives every call.
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/activity/context.h"
#include "runtime/history/converter.h"
#include "runtime/history/names.h"
#include "sim/coro.h"

namespace groundhog::activity {

struct Registration {
  std::string name = {};
  std::function<sim::Coro<history::Payloads>(Context& context, history::Payloads input)> run = {};
};

using Registrations = std::vector<Registration>;

namespace internal {

template <class T>
inline constexpr bool kIsCoro = false;
template <class T>
inline constexpr bool kIsCoro<sim::Coro<T>> = true;

template <class F, class... Args>
decltype(auto) CallWithOrWithoutContext(F& code, Context& context, Args... args) {
  if constexpr (std::is_invocable_v<F&, Context&, Args...>) {
    return code(context, std::move(args)...);
  } else {
    static_assert(std::is_invocable_v<F&, Args...>,
                  "the activity's code does not take the arguments of its ActivityType");
    return code(std::move(args)...);
  }
}

template <class R, class... Args, class F>
sim::Coro<history::Payloads> Run(F& code, Context& context, history::Payloads input) {
  std::tuple<Args...> arguments = history::FromPayloads<Args...>(input);
  const auto call = [&code, &context](Args&... args) -> decltype(auto) {
    return CallWithOrWithoutContext<F, Args...>(code, context, std::move(args)...);
  };
  using Returned = decltype(std::apply(call, arguments));
  if constexpr (kIsCoro<Returned>) {
    Returned coroutine = std::apply(call, arguments);
    if constexpr (std::is_void_v<R>) {
      co_await coroutine;
      co_return history::Payloads{};
    } else {
      const R result = co_await coroutine;
      co_return history::ResultToPayloads(result);
    }
  } else if constexpr (std::is_void_v<R>) {
    std::apply(call, arguments);
    co_return history::Payloads{};
  } else {
    const R result = std::apply(call, arguments);
    co_return history::ResultToPayloads(result);
  }
}

}  // namespace internal

template <class R, class... Args, class F>
Registration Register(const ActivityType<R(Args...)>& type, F code) {
  return Registration{
      .name = std::string(type.name),
      .run = [code = std::move(code)](Context& context, history::Payloads input) mutable {
        return internal::Run<R, Args...>(code, context, std::move(input));
      }};
}

// Of every type for which nothing else is registered; Context::info has the type. The code takes
// the context and the undecoded input, (Context&, history::Payloads), and gives a
// sim::Coro<history::Payloads>.
template <class F>
Registration RegisterDynamic(F code) {
  return Registration{.name = {}, .run = std::move(code)};
}

}  // namespace groundhog::activity
