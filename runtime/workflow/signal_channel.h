// SignalChannel: signals as values to be received, as Temporal's Go SDK has them.
//
//     SignalChannel adds(kAdd);                                       // SignalType<int>
//     const std::optional<int> n = co_await adds.channel().Receive();
//
// In the place of a handler: made in the workflow's constructor or in Run, it takes the signals of
// that name which have come and those which will, in the order of history, any number. A signal
// with one argument is that value, one with several (or none) a std::tuple. Of two for one signal
// the later one counts, and what comes after its end is kept for nobody.
#pragma once

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/workflow/channel.h"
#include "runtime/workflow/handlers.h"

namespace groundhog::workflow {

namespace internal {

template <class... Args>
struct SignalValue {
  using Type = std::tuple<std::decay_t<Args>...>;
};
template <class Arg>
struct SignalValue<Arg> {
  using Type = std::decay_t<Arg>;
};

}  // namespace internal

template <class... Args>
class SignalChannel {
 public:
  using Value = typename internal::SignalValue<Args...>::Type;

  explicit SignalChannel(const SignalType<Args...>& type)
      : channel_(std::make_shared<Channel<Value>>(Channel<Value>::kUnbounded)) {
    OnSignal(type, [channel = channel_](Args... arguments) {
      channel->TrySend(Value(std::forward<Args>(arguments)...));
    });
  }

  Channel<Value>& channel() { return *channel_; }
  [[nodiscard]] ReceiveHandle<Value> Receive() { return channel_->Receive(); }
  std::optional<Value> TryReceive() { return channel_->TryReceive(); }

 private:
  std::shared_ptr<Channel<Value>> channel_;  // the handler has it too
};

template <class... Args>
SignalChannel(const SignalType<Args...>&) -> SignalChannel<Args...>;

}  // namespace groundhog::workflow
