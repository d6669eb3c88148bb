#include "runtime/workflow/logger.h"

#include "runtime/workflow/determinism_guard.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

Log Logger() { return Log(internal::Execution::Current("Logger").log()); }

void Log::WriteLine(LogLevel level, std::string_view line) const {
  const internal::UnguardedScope host;
  sink_->Write(level, line);
}

}  // namespace groundhog::workflow
