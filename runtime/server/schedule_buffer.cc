#include "runtime/server/schedule_buffer.h"

#include <optional>

namespace groundhog::server {
namespace {

class BufferJudge {
 public:
  explicit BufferJudge(const ScheduleRecord& record)
      : record_(record), is_running_(!record.running.empty()) {}

  BufferVerdict Judge() {
    for (const BufferedStart& start : record_.buffered) Judge(start);
    // What overlaps would be cancelled at once.
    if (verdict_.cancels || verdict_.terminates) verdict_.starts.clear();
    if (sole_start_) verdict_.starts.push_back(*sole_start_);
    return std::move(verdict_);
  }

 private:
  void Judge(const BufferedStart& start) {
    const ScheduleOverlapPolicy policy = record_.OverlapOf(start.overlap);
    if (policy == ScheduleOverlapPolicy::kAllowAll) {
      verdict_.starts.push_back(start);
    } else if (!is_running_ && !sole_start_) {
      sole_start_ = start;
    } else {
      Overlap(start, policy);
    }
  }

  void Overlap(const BufferedStart& start, ScheduleOverlapPolicy policy) {
    switch (policy) {
      case ScheduleOverlapPolicy::kBufferOne:
        if (!verdict_.remaining.empty()) break;
        verdict_.remaining.push_back(start);
        return;
      case ScheduleOverlapPolicy::kBufferAll:
        verdict_.remaining.push_back(start);
        return;
      case ScheduleOverlapPolicy::kCancelOther:
        return Replace(start, verdict_.cancels);
      case ScheduleOverlapPolicy::kTerminateOther:
        return Replace(start, verdict_.terminates);
      case ScheduleOverlapPolicy::kUnspecified:
      case ScheduleOverlapPolicy::kSkip:
      case ScheduleOverlapPolicy::kAllowAll:
        break;
    }
    ++verdict_.skipped;
  }

  // Takes the place of what runs, or of what was about to.
  void Replace(const BufferedStart& start, bool& ends_what_runs) {
    if (is_running_) {
      ends_what_runs = true;
      verdict_.remaining.push_back(start);
    } else {
      sole_start_ = start;
    }
  }

  const ScheduleRecord& record_;
  bool is_running_;
  std::optional<BufferedStart> sole_start_;
  BufferVerdict verdict_;
};

}  // namespace

BufferVerdict JudgeBuffer(const ScheduleRecord& record) { return BufferJudge(record).Judge(); }

}  // namespace groundhog::server
