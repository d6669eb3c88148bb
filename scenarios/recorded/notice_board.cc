#include "scenarios/recorded/notice_board.h"

#include <utility>

#include "sim/kernel.h"

namespace groundhog::recorded {

std::string_view NameOf(ActivityNotice::What what) {
  using What = ActivityNotice::What;
  switch (what) {
    case What::kBegin:
      return "begin";
    case What::kEffect:
      return "effect";
    case What::kDetails:
      return "details";
    case What::kCancelIgnored:
      return "cancel seen and ignored";
    case What::kKillsWorker:
      return "worker kills itself";
    case What::kRaise:
      return "raise";
    case What::kCancelled:
      return "cancelled";
    case What::kReturn:
      return "return";
  }
  return {};
}

const NoticeBoard::Posted* NoticeBoard::Find(const Notice& notice, int count) const {
  for (const Posted& posted : posted_) {
    if (posted.notice == notice && --count == 0) return &posted;
  }
  return nullptr;
}

void NoticeBoard::Post(const Notice& notice, sim::Time now, nlohmann::json more) {
  posted_.push_back({notice, now, std::move(more)});
  std::vector<Awaiter*> served;
  std::erase_if(waiting_, [&](Awaiter* reader) {
    if (Find(reader->notice_, reader->count_) == nullptr) return false;
    served.push_back(reader);
    return true;
  });
  for (Awaiter* reader : served) reader->Resume();
}

std::map<std::string, std::int64_t> NoticeBoard::Invocations() const {
  std::map<std::string, std::int64_t> invocations;
  for (const Posted& posted : posted_) {
    const auto* of = std::get_if<ActivityNotice>(&posted.notice);
    if (of != nullptr && of->what == ActivityNotice::What::kBegin) ++invocations[of->activity];
  }
  return invocations;
}

// In a step of its own: whoever posts is in the middle of something.
void NoticeBoard::Awaiter::Resume() {
  const auto resume = [](void* kernel, std::uint64_t address) {
    static_cast<sim::Kernel*>(kernel)->Resume(
        std::coroutine_handle<>::from_address(reinterpret_cast<void*>(address)));
  };
  reader_.SetAlarm(sim::Duration{0}, resume, &reader_.kernel(),
                   reinterpret_cast<std::uint64_t>(handle_.address()));
}

NoticeBoard::Awaiter NoticeBoard::Wait(sim::Process& reader, Notice notice, int count) {
  return Awaiter(*this, reader, std::move(notice), count);
}

}  // namespace groundhog::recorded
