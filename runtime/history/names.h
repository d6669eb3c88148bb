// The names under which workflows, activities, signals, queries and updates are registered and
// called, with their signatures.
//
//     inline constexpr ActivityType<std::string(PaymentDetails)> kWithdraw{"withdraw"};
//     inline constexpr WorkflowType<std::string(PaymentDetails)> kMoneyTransfer{"MoneyTransfer"};
//     inline constexpr SignalType<Decision> kDecide{"decide"};
//     inline constexpr QueryType<std::string()> kStatus{"status"};
//     inline constexpr UpdateType<int(int)> kWithdraw{"withdraw"};
//
// A name is explicit because recorded histories hold names, and no compiler's idea of a type's name
// will do. The signature lets the compiler check both sides of a call: who calls,
// and who is registered.
#pragma once

#include <string_view>

namespace groundhog {

template <class Signature>
struct ActivityType;
template <class R, class... Args>
struct ActivityType<R(Args...)> {
  using Result = R;
  std::string_view name;
};

template <class Signature>
struct WorkflowType;
template <class R, class... Args>
struct WorkflowType<R(Args...)> {
  using Result = R;
  std::string_view name;
};

template <class... Args>
struct SignalType {
  std::string_view name;
};

template <class Signature>
struct QueryType;
template <class R, class... Args>
struct QueryType<R(Args...)> {
  using Result = R;
  std::string_view name;
};

template <class Signature>
struct UpdateType;
template <class R, class... Args>
struct UpdateType<R(Args...)> {
  using Result = R;
  std::string_view name;
};

}  // namespace groundhog
