// RunContext: what the host (a worker, the replayer) tells a run about itself. LogSink: where the
// run's log lines go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/history/time.h"

namespace groundhog::workflow {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(LogLevel level, std::string_view line) = 0;
};

struct RunContext {
  std::string workflow_id = {};
  std::string run_id = {};
  LogSink* log = nullptr;  // not owned; null: lines are dropped
  // Of the registry, which the run sets itself; null: there are none (propagation.h).
  const std::vector<std::string>* propagated_headers = nullptr;
  // How often a task may resume coroutines before it fails as a loop without end.
  std::uint64_t max_steps_per_task = 50'000'000;
  // For how long code may keep its thread busy without yielding (block_thread.h).
  history::Duration deadlock_timeout = std::chrono::seconds(2);
};

}  // namespace groundhog::workflow
