// Bell: wakes the one coroutine of a process that waits for it, or lets it go on at a deadline.
//
//     const bool rung = co_await bell.Wait(30s);      // false: the time is over
//     bell.Ring();
//
// It stays rung until a Wait has heard it. A coroutine that is destroyed while it waits is
// forgotten.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "sim/kernel.h"
#include "sim/process.h"

namespace groundhog::sim {

class Bell {
 public:
  explicit Bell(Process& process) : process_(process) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  class Awaiter {
   public:
    Awaiter(Bell& bell, std::optional<Duration> limit) : bell_(bell), limit_(limit) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
      if (handle_) Forget();
    }
    bool await_ready() const { return bell_.rung_; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      bell_.waiting_ = this;
      if (!limit_) return;
      const auto end = [](void* target, std::uint64_t) { static_cast<Awaiter*>(target)->Wake(); };
      alarm_ = bell_.process_.SetAlarm(*limit_, end, this, 0);
    }
    bool await_resume() { return std::exchange(bell_.rung_, false); }

   private:
    friend class Bell;
    void Forget() {
      if (limit_) bell_.process_.Cancel(alarm_);
      bell_.waiting_ = nullptr;
    }
    void Wake() {
      Forget();
      bell_.process_.kernel().Resume(std::exchange(handle_, nullptr));
    }

    Bell& bell_;
    std::optional<Duration> limit_;
    std::coroutine_handle<> handle_;
    AlarmId alarm_;
  };

  // Without a limit it waits for as long as it takes. REQUIRES: nobody waits.
  Awaiter Wait(std::optional<Duration> limit = {}) { return Awaiter(*this, limit); }
  void Ring() {
    rung_ = true;
    if (waiting_ != nullptr) waiting_->Wake();
  }

 private:
  Process& process_;
  Awaiter* waiting_ = nullptr;
  bool rung_ = false;
};

}  // namespace groundhog::sim
