// The overlap policies: what becomes of the actions whose time has come (SEMANTICS f.12).
//
// Those of kAllowAll start whatever else runs. Of the others one may start if nothing runs,
// whatever its policy; each further one is treated by its own policy.
#pragma once

#include "runtime/server/schedule.h"

namespace groundhog::server {

struct BufferVerdict {
  std::vector<BufferedStart> starts = {};     // those of kAllowAll first
  std::vector<BufferedStart> remaining = {};  // in the order of the buffer
  bool cancels = false;                       // what runs is to be asked to cancel
  bool terminates = false;
  std::int64_t skipped = 0;
};

BufferVerdict JudgeBuffer(const ScheduleRecord& record);

}  // namespace groundhog::server
