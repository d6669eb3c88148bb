#include "runtime/activity/context.h"

#include <algorithm>

namespace groundhog::activity {

Context::~Context() { process_.Cancel(throttle_); }

history::Timestamp Context::Now() const {
  return history::FromUnixNanos(sim::ToUnixNanos(process_.kernel().now()));
}

history::Duration Context::ThrottleInterval() const {
  constexpr history::Duration kLongest = std::chrono::seconds(60);
  constexpr history::Duration kWithoutTimeout = std::chrono::seconds(30);
  if (info_.heartbeat_timeout == history::Duration{0}) return kWithoutTimeout;
  return std::min(info_.heartbeat_timeout * 8 / 10, kLongest);
}

void Context::RecordHeartbeat(history::Payloads details) {
  unsent_ = std::move(details);
  if (!throttled_) SendNow();
}

void Context::SendNow() {
  const history::Payloads details = *std::exchange(unsent_, std::nullopt);
  throttled_ = true;
  const auto end_of_throttle = [](void* target, std::uint64_t) {
    auto& context = *static_cast<Context*>(target);
    context.throttled_ = false;
    if (context.unsent_) context.SendNow();
  };
  throttle_ = process_.SetAlarm(ThrottleInterval(), end_of_throttle, this, 0, false);
  send_(details);
}

std::optional<history::Payloads> Context::TakeUnsentDetails() {
  return std::exchange(unsent_, std::nullopt);
}

void Context::Cancel(CancelReason reason) {
  if (cancelled()) return;
  cancel_reason_ = reason;
  if (sleeping_ != nullptr) sleeping_->Wake();
}

Context::SleepAwaiter Context::Sleep(history::Duration length) {
  return SleepAwaiter(*this, length);
}

Context::SleepAwaiter::~SleepAwaiter() {
  if (context_.sleeping_ == this) {
    context_.sleeping_ = nullptr;
    context_.process_.Cancel(alarm_);
  }
}

void Context::SleepAwaiter::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  context_.sleeping_ = this;
  const auto wake = [](void* target, std::uint64_t) { static_cast<SleepAwaiter*>(target)->Wake(); };
  alarm_ = context_.process_.SetAlarm(length_, wake, this, 0);
}

void Context::SleepAwaiter::Wake() {
  context_.process_.Cancel(alarm_);
  context_.sleeping_ = nullptr;
  context_.process_.kernel().Resume(handle_);
}

void Context::SleepAwaiter::await_resume() {
  if (context_.cancelled()) throw history::CanceledError("the activity was asked to stop");
}

}  // namespace groundhog::activity
