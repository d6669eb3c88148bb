// WaitAny and WaitAll: awaiting several handles.
//
//     const std::size_t first = co_await WaitAny(deposit, deadline);   // 0 or 1; the others go on
//     const std::vector<std::string> ids = co_await WaitAll(handles);  // handles of one type
//     const std::tuple<int, std::string> both = co_await WaitAll(price, receipt);
//
// A cancel of the waiting fiber ends WaitAny with CanceledError and leaves what it waited for
// alone; WaitAll passes it on to every handle and waits for all of them. WaitAll throws the failure
// of the first handle (by place) that has one; to see each outcome, await Try(handle) one by one:
// they run side by side all the same. Of a handle that gives nothing, the tuple has a
// std::monostate.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

namespace internal {

class AnyAwaiter final : public Wait {
 public:
  explicit AnyAwaiter(std::vector<Ref<Completion>> completions)
      : completions_(std::move(completions)) {}

  bool await_ready() { return FirstDone() < completions_.size(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    Watch();
    Begin(handle, handle.promise().fiber());
  }
  std::size_t await_resume() { return Take().value(); }
  Result<std::size_t> Take();
  void Interrupt() override;

 private:
  class Watcher final : public Listener {
   public:
    Watcher(AnyAwaiter& any, Completion& watched) : any_(any) { ListenTo(watched); }

   private:
    void OnDone() override { any_.OneIsDone(); }
    AnyAwaiter& any_;
  };

  void Watch();
  void OneIsDone();
  std::size_t FirstDone() const;

  std::vector<Ref<Completion>> completions_;
  std::deque<Watcher> watchers_;
  bool interrupted_ = false;
};

class [[nodiscard]] Any : public Awaitable {
 public:
  using Value = std::size_t;
  explicit Any(std::vector<Ref<Completion>> completions) : completions_(std::move(completions)) {}
  AnyAwaiter MakeAwaiter() { return AnyAwaiter(std::move(completions_)); }
  bool empty() const { return completions_.empty(); }

 private:
  std::vector<Ref<Completion>> completions_;
};

// Waits for one after the other; a cancel is passed on to all that are left.
class AllWait : public Wait {
 public:
  bool await_ready() { return NextOpen() == nullptr; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> handle) {
    ListenTo(*NextOpen());
    Begin(handle, handle.promise().fiber());
  }
  void Interrupt() override;

 protected:
  explicit AllWait(std::vector<Ref<Completion>> completions)
      : completions_(std::move(completions)) {}
  void OnDone() override;

 private:
  Completion* NextOpen();

  std::vector<Ref<Completion>> completions_;
  std::size_t next_ = 0;
};

template <class H>
std::vector<Ref<Completion>> CompletionsOf(const std::vector<H>& handles) {
  std::vector<Ref<Completion>> completions;
  completions.reserve(handles.size());
  for (const H& handle : handles) completions.emplace_back(handle.machine().get());
  return completions;
}

template <class H>
class AllAwaiter final : public AllWait {
 public:
  using T = typename H::Value;
  using Values = std::conditional_t<std::is_void_v<T>, void,
                                    std::vector<std::conditional_t<std::is_void_v<T>, int, T>>>;

  explicit AllAwaiter(std::vector<H> handles)
      : AllWait(CompletionsOf(handles)), handles_(std::move(handles)) {}
  Values await_resume() { return Take().value(); }
  Result<Values> Take() {
    if constexpr (std::is_void_v<T>) {
      for (H& handle : handles_) {
        Result<void> result = handle.MakeAwaiter().Take();
        if (!result.ok()) return Result<void>::Failed(result.failure());
      }
      return {};
    } else {
      Values values;
      values.reserve(handles_.size());
      for (H& handle : handles_) {
        Result<T> result = handle.MakeAwaiter().Take();
        if (!result.ok()) return Result<Values>::Failed(result.failure());
        values.push_back(*std::move(result));
      }
      return values;
    }
  }

 private:
  std::vector<H> handles_;
};

// The outcomes of handles of different types.
template <class... Hs>
class EachAwaiter final : public AllWait {
 public:
  template <class T>
  using Element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  using Values = std::tuple<Element<typename Hs::Value>...>;

  explicit EachAwaiter(std::tuple<Hs...> handles)
      : AllWait(CompletionsIn(handles)), handles_(std::move(handles)) {}
  Values await_resume() { return Take().value(); }
  Result<Values> Take() {
    FailurePtr failure;
    // In a braced list they are taken in order.
    auto taken = std::apply(
        [&](Hs&... handles) {
          return std::tuple<std::optional<Element<typename Hs::Value>>...>{
              TakeOne(handles, failure)...};
        },
        handles_);
    if (failure) return Result<Values>::Failed(failure);
    return std::apply([](auto&... each) { return Values(*std::move(each)...); }, taken);
  }

 private:
  static std::vector<Ref<Completion>> CompletionsIn(const std::tuple<Hs...>& handles) {
    return std::apply(
        [](const Hs&... each) {
          return std::vector<Ref<Completion>>{Ref<Completion>(each.machine().get())...};
        },
        handles);
  }
  template <class H>
  static std::optional<Element<typename H::Value>> TakeOne(H& handle, FailurePtr& failure) {
    if (failure) return std::nullopt;
    auto result = handle.MakeAwaiter().Take();
    if (!result.ok()) {
      failure = result.failure();
      return std::nullopt;
    }
    if constexpr (std::is_void_v<typename H::Value>) {
      return std::monostate();
    } else {
      return *std::move(result);
    }
  }

  std::tuple<Hs...> handles_;
};

template <class... Hs>
class [[nodiscard]] Each : public Awaitable {
 public:
  using Value = typename EachAwaiter<Hs...>::Values;
  explicit Each(std::tuple<Hs...> handles) : handles_(std::move(handles)) {}
  EachAwaiter<Hs...> MakeAwaiter() { return EachAwaiter<Hs...>(std::move(handles_)); }

 private:
  std::tuple<Hs...> handles_;
};

template <class H>
class [[nodiscard]] All : public Awaitable {
 public:
  using Value = typename AllAwaiter<H>::Values;
  explicit All(std::vector<H> handles) : handles_(std::move(handles)) {}
  AllAwaiter<H> MakeAwaiter() { return AllAwaiter<H>(std::move(handles_)); }

 private:
  std::vector<H> handles_;
};

}  // namespace internal

// The place of the first handle, in this order, that is done. REQUIRES: at least one handle.
template <class First, class... Others>
internal::Any WaitAny(const internal::Handle<First>& first,
                      const internal::Handle<Others>&... others) {
  std::vector<internal::Ref<internal::Completion>> completions;
  completions.reserve(1 + sizeof...(others));
  completions.emplace_back(first.machine().get());
  (completions.emplace_back(others.machine().get()), ...);
  return internal::Any(std::move(completions));
}
template <class H>
internal::Any WaitAny(const std::vector<H>& handles) {
  return internal::Any(internal::CompletionsOf(handles));
}

template <class H>
internal::All<H> WaitAll(std::vector<H> handles) {
  return internal::All<H>(std::move(handles));
}
template <class First, class... Others>
requires std::is_base_of_v<internal::Awaitable, First>
auto WaitAll(First first, Others... others) {
  return internal::Each<First, Others...>(
      std::tuple<First, Others...>(std::move(first), std::move(others)...));
}

}  // namespace groundhog::workflow
