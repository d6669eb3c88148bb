// RetryPolicy: when a failed attempt is tried again (SEMANTICS b.1).
// The arithmetic stands in retry.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/history/time.h"

namespace groundhog::history {

// Zero means "the default": 1 s, 2.0, 100 times the initial interval, unlimited.
struct RetryPolicy {
  Duration initial_interval{0};
  double backoff_coefficient = 0;
  Duration maximum_interval{0};
  std::int32_t maximum_attempts = 0;
  std::vector<std::string> non_retryable_error_types = {};

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

}  // namespace groundhog::history
