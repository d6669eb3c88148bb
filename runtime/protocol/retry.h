// How workers and clients try a call again: the back-off of Temporal's SDKs,
// in whole nanoseconds and without jitter.
//
// Source: sdk-core's client retry options (first 100 ms, factor 1.7, at most 5 s;
// polls at most 10 s and for ever).
#pragma once

#include <algorithm>
#include <chrono>

#include <absl/status/status.h>

#include "runtime/history/time.h"

namespace groundhog::protocol {

// Errors that another try may cure: broken connections and silence, and a server that is busy.
inline bool IsRetryable(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

class CallBackoff {
 public:
  explicit CallBackoff(history::Duration longest = std::chrono::seconds(5)) : longest_(longest) {}

  // How long to wait before the next try; longer each time.
  history::Duration Next() {
    const history::Duration wait = next_;
    next_ = std::min(next_ * 17 / 10, longest_);
    ++tries_;
    return wait;
  }
  int tries() const { return tries_; }
  void Reset() { *this = CallBackoff(longest_); }

 private:
  history::Duration longest_;
  history::Duration next_ = std::chrono::milliseconds(100);
  int tries_ = 0;
};

// A worker's report is given up after so many tries; the attempt then times out at the server.
inline constexpr int kMostReportTries = 10;

}  // namespace groundhog::protocol
