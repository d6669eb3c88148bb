#include "scenarios/money_transfer/notice_board.h"

#include <algorithm>
#include <utility>

#include "sim/kernel.h"

namespace groundhog::money_transfer {

const NoticeBoard::Posted* NoticeBoard::Find(const Notice& notice) const {
  const auto found = std::find_if(posted_.begin(), posted_.end(),
                                  [&](const Posted& posted) { return posted.notice == notice; });
  return found == posted_.end() ? nullptr : &*found;
}

void NoticeBoard::Post(const Notice& notice, sim::Time now) {
  if (const auto* of = std::get_if<ActivityNotice>(&notice)) {
    if (of->what == ActivityNotice::What::kBegin) ++invocations_[of->activity];
  }
  if (Find(notice) != nullptr) return;
  posted_.push_back({notice, now});
  if (waiting_ == nullptr || !(waiting_->notice_ == notice)) return;
  Awaiter& reader = *std::exchange(waiting_, nullptr);
  // In a step of its own: whoever posts is in the middle of something.
  const auto resume = [](void* kernel, std::uint64_t address) {
    static_cast<sim::Kernel*>(kernel)->Resume(
        std::coroutine_handle<>::from_address(reinterpret_cast<void*>(address)));
  };
  reader.reader_.SetAlarm(sim::Duration{0}, resume, &reader.reader_.kernel(),
                          reinterpret_cast<std::uint64_t>(reader.handle_.address()));
}

NoticeBoard::Awaiter NoticeBoard::Wait(sim::Process& reader, Notice notice) {
  return Awaiter(*this, reader, std::move(notice));
}

}  // namespace groundhog::money_transfer
