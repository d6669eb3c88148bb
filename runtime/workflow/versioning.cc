#include "runtime/workflow/versioning.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow {
namespace {

bool Ask(const char* call, std::string_view id, bool deprecated) {
  internal::Execution& execution = internal::Execution::Current(call);
  execution.RequireWritable(call);
  if (execution.destroying()) return false;
  return execution.markers().Patched(id, deprecated, execution.replaying());
}

}  // namespace

bool Patched(std::string_view id) { return Ask("Patched", id, false); }

void DeprecatePatch(std::string_view id) { Ask("DeprecatePatch", id, true); }

std::int32_t GetVersion(std::string_view change_id, std::int32_t min_supported,
                        std::int32_t max_supported) {
  internal::Execution& execution = internal::Execution::Current("GetVersion");
  execution.RequireWritable("GetVersion");
  if (execution.destroying()) return max_supported;
  return execution.markers().GetVersion(change_id, min_supported, max_supported,
                                        execution.replaying());
}

}  // namespace groundhog::workflow
