// NoticeBoard: what the activities and processes of a recorded scenario tell its operator, who
// stands outside of the world: "deposit, attempt 1, has begun". Notices stay on the board with the
// time of their posting, so waiting for what has been is over at once.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/process.h"
#include "sim/time.h"

namespace groundhog::recorded {

struct ActivityNotice {
  enum class What : std::uint8_t {
    kBegin,
    kEffect,
    kDetails,
    kCancelIgnored,
    kKillsWorker,
    kRaise,
    kCancelled,
    kReturn
  };
  std::string activity = {};  // its key, see activity_plan.h
  std::int32_t attempt = 1;
  What what = What::kBegin;
  friend bool operator==(const ActivityNotice&, const ActivityNotice&) = default;
};
// As the recordings write it: "begin".
std::string_view NameOf(ActivityNotice::What what);

struct WorkerDiedNotice {
  std::string worker = {};
  friend bool operator==(const WorkerDiedNotice&, const WorkerDiedNotice&) = default;
};
using Notice = std::variant<ActivityNotice, WorkerDiedNotice>;

class NoticeBoard {
 public:
  struct Posted {
    Notice notice;
    sim::Time time;
    nlohmann::json more;  // {"value": …} or {"type": …} of an activity's, or null
  };

  NoticeBoard() = default;
  NoticeBoard(const NoticeBoard&) = delete;
  NoticeBoard& operator=(const NoticeBoard&) = delete;

  void Post(const Notice& notice, sim::Time now, nlohmann::json more = {});
  const std::vector<Posted>& posted() const { return posted_; }
  // How often each activity began.
  std::map<std::string, std::int64_t> Invocations() const;

  class Awaiter;
  // co_await gives the time of the `count`-th such posting.
  // `reader` is the process of whoever waits.
  Awaiter Wait(sim::Process& reader, Notice notice, int count = 1);

 private:
  const Posted* Find(const Notice& notice, int count) const;

  std::vector<Posted> posted_;
  std::vector<Awaiter*> waiting_;
};

class NoticeBoard::Awaiter {
 public:
  Awaiter(NoticeBoard& board, sim::Process& reader, Notice notice, int count)
      : board_(board), reader_(reader), notice_(std::move(notice)), count_(count) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  ~Awaiter() { std::erase(board_.waiting_, this); }
  bool await_ready() const { return board_.Find(notice_, count_) != nullptr; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    board_.waiting_.push_back(this);
  }
  sim::Time await_resume() const { return board_.Find(notice_, count_)->time; }

 private:
  friend class NoticeBoard;
  void Resume();

  NoticeBoard& board_;
  sim::Process& reader_;
  Notice notice_;
  int count_;
  std::coroutine_handle<> handle_;
};

}  // namespace groundhog::recorded
