// Selector: waits for whichever comes first of activities, timers, channels and all else that has a
// handle, again and again, as Temporal's Go SDK has it.
//
//     Selector selector;
//     selector.Add(deposit, [&] { paid = true; });
//     selector.Add(StartTimer(1h));                                   // its place says enough
//     selector.AddReceive(adds.channel(), [&](std::optional<int> n) { sum += n.value_or(0); });
//     while (!paid) {
//       const std::size_t served = co_await selector.Select();        // 0, 1 or 2
//       if (served == 1) break;
//     }
//
// Select serves one case that is ready, the first in the order of adding, and gives its place; if
// none is, it waits, or serves the default if there is one. A handle is served once; a channel as
// often as there is something to receive, or it is closed. The callback of a handle may take the
// handle: what came of it, `co_await` tells. To send, Add(channel.Send(value)): in line from then
// on. A cancel of the fiber that waits ends Select with CanceledError and leaves the cases alone.
//
// The selector, and the channels, live as long as who waits.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/workflow/channel.h"
#include "runtime/workflow/coro.h"
#include "runtime/workflow/handle.h"
#include "runtime/workflow/wait.h"

namespace groundhog::workflow {

namespace internal {

// One thing that a selector waits for.
class SelectorCase {
 public:
  virtual ~SelectorCase() = default;
  virtual bool ready() const = 0;
  // It was served, and will never be ready again.
  virtual bool spent() const { return false; }
  // Done not before it is ready.
  virtual Ref<Completion> Watch() = 0;
  virtual void Serve() = 0;
};

template <class H, class F>
class HandleCase final : public SelectorCase {
 public:
  HandleCase(H handle, F serve) : handle_(std::move(handle)), serve_(std::move(serve)) {}
  bool ready() const override { return !spent_ && handle_.done(); }
  bool spent() const override { return spent_; }
  Ref<Completion> Watch() override { return Ref<Completion>(handle_.machine().get()); }
  void Serve() override {
    spent_ = true;
    if constexpr (std::is_invocable_v<F&, const H&>) {
      serve_(handle_);
    } else {
      serve_();
    }
  }

 private:
  H handle_;
  F serve_;
  bool spent_ = false;
};

template <class T, class F>
class ReceiveCase final : public SelectorCase {
 public:
  ReceiveCase(Channel<T>& channel, F serve) : channel_(channel), serve_(std::move(serve)) {}
  bool ready() const override { return channel_.receivable(); }
  Ref<Completion> Watch() override { return Ref<Completion>(channel_.WatchReceivable().get()); }
  void Serve() override { serve_(channel_.TryReceive()); }

 private:
  Channel<T>& channel_;
  F serve_;
};

}  // namespace internal

class Selector {
 public:
  Selector() = default;
  Selector(const Selector&) = delete;
  Selector& operator=(const Selector&) = delete;

  // Gives the place of the case.
  template <class H>
  std::size_t Add(H handle) {
    return Add(std::move(handle), [] {});
  }
  template <class H, class F>
  std::size_t Add(H handle, F serve) {
    return AddCase(
        std::make_unique<internal::HandleCase<H, F>>(std::move(handle), std::move(serve)));
  }
  // The callback takes a std::optional<T>; none: the channel is closed, and empty.
  template <class T, class F>
  std::size_t AddReceive(Channel<T>& channel, F serve) {
    return AddCase(std::make_unique<internal::ReceiveCase<T, F>>(channel, std::move(serve)));
  }
  // With a default Select never waits. Its place is kDefault.
  static constexpr std::size_t kDefault = static_cast<std::size_t>(-1);
  void AddDefault(std::function<void()> serve) { default_ = std::move(serve); }

  // Whether Select would serve a case at once.
  bool HasPending() const;
  // Throws std::logic_error if nothing is left that could be served.
  Coro<std::size_t> Select();

 private:
  std::size_t AddCase(std::unique_ptr<internal::SelectorCase> added);
  std::optional<std::size_t> FirstReady() const;
  std::vector<internal::Ref<internal::Completion>> WatchAll() const;

  std::vector<std::unique_ptr<internal::SelectorCase>> cases_;
  std::function<void()> default_;
};

}  // namespace groundhog::workflow
