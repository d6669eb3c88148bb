#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace groundhog::internal {

void CheckFailed(const char* condition, const char* file, int line, const char* why) {
  constexpr int kInternalError = 3;
  std::fprintf(stderr, "groundhog: internal error: %s (%s is false at %s:%d). Please report it.\n",
               why, condition, file, line);
  std::fflush(nullptr);
  std::_Exit(kInternalError);
}

}  // namespace groundhog::internal
