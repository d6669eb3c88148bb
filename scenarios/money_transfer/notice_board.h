// NoticeBoard: what the activities and processes of a play tell its operator, who stands outside of the world: "deposit, attempt 1, has
// begun". A notice stays on the board with the time of its first posting, so waiting for what has been is over at once.
#pragma once

#include <coroutine>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/money_transfer/play.h"
#include "sim/process.h"
#include "sim/time.h"

namespace groundhog::money_transfer {

class NoticeBoard {
 public:
  NoticeBoard() = default;
  NoticeBoard(const NoticeBoard&) = delete;
  NoticeBoard& operator=(const NoticeBoard&) = delete;

  void Post(const Notice& notice, sim::Time now);
  // How often each activity began.
  const std::map<std::string, std::int64_t>& invocations() const { return invocations_; }

  class Awaiter;
  // co_await gives the time of the first posting. One waits at a time; `reader` is the process of whoever waits.
  Awaiter Wait(sim::Process& reader, Notice notice);

 private:
  struct Posted {
    Notice notice;
    sim::Time time;
  };
  const Posted* Find(const Notice& notice) const;

  std::vector<Posted> posted_;  // the first of each
  std::map<std::string, std::int64_t> invocations_;
  Awaiter* waiting_ = nullptr;
};

class NoticeBoard::Awaiter {
 public:
  Awaiter(NoticeBoard& board, sim::Process& reader, Notice notice)
      : board_(board), reader_(reader), notice_(std::move(notice)) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  ~Awaiter() {
    if (board_.waiting_ == this) board_.waiting_ = nullptr;
  }
  bool await_ready() const { return board_.Find(notice_) != nullptr; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    board_.waiting_ = this;
  }
  sim::Time await_resume() const { return board_.Find(notice_)->time; }

 private:
  friend class NoticeBoard;
  NoticeBoard& board_;
  sim::Process& reader_;
  Notice notice_;
  std::coroutine_handle<> handle_;
};

}  // namespace groundhog::money_transfer
