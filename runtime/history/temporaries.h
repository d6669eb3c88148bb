// Refuses temporaries that g++ before 13 destroys twice.
//
// In a coroutine, g++ 12 copies an aggregate temporary of a co_await expression into the frame bit
// by bit and destroys both copies: `co_await ExecuteActivity(kWithdraw, details,
// ActivityOptions{…})` frees a wild pointer, and so does a lambda with a captured string. (Every
// clang is right; trivially copyable types, names and non-aggregates are right everywhere.) A
// compiler's bug must not become a user's corrupted memory, so an API whose calls are awaited takes
// its arguments by forwarding reference and says
//
//     template <class... Args> Handle Call(Args&&... args) {
//       RefuseUnsafeTemporaries<Args...>();     // values: inputs and options
//       RefuseUnsafeCallable<F>();              // predicates and other callables
//
// The refusal is a compile error whose advice works: bind the value to a name first. It cannot see
// everything: std::move(name) is refused too, and a temporary behind a by-value parameter of the
// author's own function goes unseen.
#pragma once

#include <type_traits>

namespace groundhog {

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
inline constexpr bool kCompilerDestroysTemporariesTwice = true;
#else
inline constexpr bool kCompilerDestroysTemporariesTwice = false;
#endif

// T as a forwarding reference deduces it: an lvalue reference for a name, the plain type for a
// temporary.
template <class T>
inline constexpr bool kIsTemporary = !std::is_lvalue_reference_v<T>;

template <class T>
inline constexpr bool kIsUnsafeTemporary =
    kCompilerDestroysTemporariesTwice&& kIsTemporary<T>&&
        std::is_aggregate_v<std::remove_reference_t<T>> &&
    !std::is_trivially_copyable_v<std::remove_reference_t<T>>;

// A closure is no aggregate to the language, but suffers alike.
template <class T>
inline constexpr bool kIsUnsafeCallable = kCompilerDestroysTemporariesTwice&& kIsTemporary<T> &&
                                          !std::is_trivially_copyable_v<std::remove_reference_t<T>>;

template <class... Ts>
constexpr void RefuseUnsafeTemporaries() {
  static_assert((!kIsUnsafeTemporary<Ts> && ...),
                "bind it to a name first: g++ before 13 destroys it twice "
                "(a temporary of an aggregate type in a call that is awaited)");
}

template <class... Fs>
constexpr void RefuseUnsafeCallable() {
  static_assert((!kIsUnsafeCallable<Fs> && ...),
                "bind it to a name first: g++ before 13 destroys it twice "
                "(a temporary lambda whose captures are not trivially copyable)");
}

}  // namespace groundhog
