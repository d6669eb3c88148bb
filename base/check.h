// GH_CHECK: an assertion that is always on. It fails only when Groundhog itself is wrong, never
// because of an input or of an author's code; the process ends with exit status 3 (DESIGN §10),
// after printing what was expected and where.
#pragma once

namespace groundhog::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line, const char* why);
}  // namespace groundhog::internal

#define GH_CHECK(condition, why) \
  (static_cast<bool>(condition)  \
       ? static_cast<void>(0)    \
       : ::groundhog::internal::CheckFailed(#condition, __FILE__, __LINE__, why))
