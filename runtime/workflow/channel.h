// Channel: values from fiber to fiber of one workflow, as Temporal's Go SDK has it.
//
//     Channel<int> orders(2);                 // holds two; 0: a sender waits for a receiver
//     co_await orders.Send(7);
//     const std::optional<int> order = co_await orders.Receive();  // none: closed, and empty
//     orders.Close();
//
// First come, first served, on either side, and who is served runs in that order: nothing of it is
// in history. Send and Receive take their place in line at the call, and give a handle: it can be
// given to WaitAny, and cancelled, which takes it out of the line. A cancel of the fiber that waits
// does that too, and throws CanceledError. A send to a closed channel is a bug: ChannelClosedError,
// which fails the Workflow Task.
//
// A channel lives at least as long as who waits for it: as a member of the workflow, say. See
// Selector (selector.h) for more than one, and SignalChannel for signals as values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "runtime/workflow/condition.h"
#include "runtime/workflow/handle.h"

namespace groundhog::workflow {

template <class T>
class Channel;

class ChannelClosedError : public std::logic_error {
 public:
  ChannelClosedError() : std::logic_error("a value was sent to a Channel that is closed") {}
};

namespace internal {

// Tells once that a channel has something to receive.
class Readiness final : public Completion {
 public:
  void Fire() { MarkDone(); }
  void RequestCancel() override {}
};

// A place in a channel's line, with what came of it.
template <class T>
class ChannelTurn final : public Completion {
 public:
  enum class Outcome : std::uint8_t { kOpen, kDone, kCanceled, kClosed };

  ChannelTurn(Channel<T>& channel, std::optional<T> value)
      : channel_(&channel), value_(std::move(value)) {}

  Outcome outcome() const { return outcome_; }
  const std::optional<T>& value() const { return value_; }
  std::optional<T> TakeValue() { return std::exchange(value_, std::nullopt); }
  void set_value(std::optional<T> value) { value_ = std::move(value); }

  void End(Outcome outcome) {
    outcome_ = outcome;
    channel_ = nullptr;
    MarkDone();
  }
  // The channel is gone; nobody will be served.
  void Detach() { channel_ = nullptr; }
  void RequestCancel() override;

 private:
  Channel<T>* channel_;
  std::optional<T> value_;  // to be sent, or received
  Outcome outcome_ = Outcome::kOpen;
};

template <class T>
class ReceiveWait final : public HandleWait<ChannelTurn<T>> {
 public:
  using HandleWait<ChannelTurn<T>>::HandleWait;
  std::optional<T> await_resume() const { return Take().value(); }
  Result<std::optional<T>> Take() const {
    if (this->machine().outcome() != ChannelTurn<T>::Outcome::kCanceled) {
      return this->machine().value();
    }
    return Result<std::optional<T>>::Failed(CanceledError("Channel receive cancelled").failure());
  }
};

template <class T>
class SendWait final : public HandleWait<ChannelTurn<T>> {
 public:
  using HandleWait<ChannelTurn<T>>::HandleWait;
  void await_resume() const { Take().value(); }
  Result<void> Take() const {
    using Outcome = typename ChannelTurn<T>::Outcome;
    if (this->machine().outcome() == Outcome::kClosed) throw ChannelClosedError();
    if (this->machine().outcome() != Outcome::kCanceled) return {};
    return Result<void>::Failed(CanceledError("Channel send cancelled").failure());
  }
};

}  // namespace internal

template <class T>
class ReceiveHandle : public internal::Handle<internal::ChannelTurn<T>> {
 public:
  using Value = std::optional<T>;
  explicit ReceiveHandle(internal::Ref<internal::ChannelTurn<T>> turn)
      : internal::Handle<internal::ChannelTurn<T>>(std::move(turn)) {}
  internal::ReceiveWait<T> MakeAwaiter() const { return internal::ReceiveWait<T>(this->machine()); }
};

template <class T>
class SendHandle : public internal::Handle<internal::ChannelTurn<T>> {
 public:
  using Value = void;
  explicit SendHandle(internal::Ref<internal::ChannelTurn<T>> turn)
      : internal::Handle<internal::ChannelTurn<T>>(std::move(turn)) {}
  internal::SendWait<T> MakeAwaiter() const { return internal::SendWait<T>(this->machine()); }
};

template <class T>
class Channel {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  // So many values wait in it without holding up who sent them.
  explicit Channel(std::size_t capacity = 0) : capacity_(capacity) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    for (const Turn& turn : receivers_) turn->Detach();
    for (const Turn& turn : senders_) turn->Detach();
  }

  SendHandle<T> Send(T value) {
    internal::RequireWritable("Channel::Send");
    if (closed_) throw ChannelClosedError();
    Turn turn(new internal::ChannelTurn<T>(*this, std::move(value)));
    senders_.push_back(turn);
    Serve();
    return SendHandle<T>(std::move(turn));
  }
  [[nodiscard]] ReceiveHandle<T> Receive() {
    internal::RequireWritable("Channel::Receive");
    Turn turn(new internal::ChannelTurn<T>(*this, std::nullopt));
    receivers_.push_back(turn);
    Serve();
    return ReceiveHandle<T>(std::move(turn));
  }
  // Whether it could be sent without waiting.
  bool TrySend(T value) {
    internal::RequireWritable("Channel::TrySend");
    if (closed_) throw ChannelClosedError();
    if (receivers_.empty() && values_.size() >= capacity_) return false;
    values_.push_back(std::move(value));
    Serve();
    return true;
  }
  // None: there is none at this moment.
  std::optional<T> TryReceive() {
    internal::RequireWritable("Channel::TryReceive");
    return TakeNext();
  }
  // What is in it can still be received. Who waits to send gets a ChannelClosedError.
  void Close() {
    internal::RequireWritable("Channel::Close");
    closed_ = true;
    for (const Turn& turn : std::exchange(senders_, {})) turn->End(Outcome::kClosed);
    Serve();
  }

  bool closed() const { return closed_; }
  // Values that wait in it, those of waiting senders not among them.
  std::size_t size() const { return values_.size(); }
  // Whether Receive would not wait.
  bool receivable() const { return !values_.empty() || !senders_.empty() || closed_; }

  // For Selector: done when there is something to receive, or was once.
  internal::Ref<internal::Readiness> WatchReceivable() {
    if (!readiness_) readiness_ = internal::Ref<internal::Readiness>(new internal::Readiness);
    return readiness_;
  }

 private:
  friend class internal::ChannelTurn<T>;
  using Turn = internal::Ref<internal::ChannelTurn<T>>;
  using Outcome = typename internal::ChannelTurn<T>::Outcome;

  // Moves values on as far as they go.
  void Serve() {
    FillUp();
    while (!receivers_.empty() && receivable()) {
      const Turn first = receivers_.front();
      receivers_.pop_front();
      first->set_value(TakeNext());
      first->End(Outcome::kDone);
    }
    if (readiness_ && receivable()) std::exchange(readiness_, {})->Fire();
  }
  void FillUp() {
    while (!senders_.empty() && values_.size() < capacity_) {
      const Turn first = senders_.front();
      senders_.pop_front();
      values_.push_back(*first->TakeValue());
      first->End(Outcome::kDone);
    }
  }
  std::optional<T> TakeNext() {
    std::optional<T> value;
    if (!values_.empty()) {
      value.emplace(std::move(values_.front()));
      values_.pop_front();
      FillUp();
    } else if (!senders_.empty()) {
      const Turn first = senders_.front();
      senders_.pop_front();
      value = first->TakeValue();
      first->End(Outcome::kDone);
    }
    return value;
  }
  void Leave(internal::ChannelTurn<T>& turn) {
    const auto is_it = [&turn](const Turn& other) { return other.get() == &turn; };
    std::erase_if(receivers_, is_it);
    std::erase_if(senders_, is_it);
  }

  std::size_t capacity_;
  std::deque<T> values_;
  std::deque<Turn> senders_;
  std::deque<Turn> receivers_;
  internal::Ref<internal::Readiness> readiness_;
  bool closed_ = false;
};

template <class T>
void internal::ChannelTurn<T>::RequestCancel() {
  if (done() || channel_ == nullptr) return;
  const Ref<ChannelTurn> alive(this);
  channel_->Leave(*this);
  End(Outcome::kCanceled);
}

}  // namespace groundhog::workflow
