#include "runtime/workflow/side_effect.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {
namespace {

Execution& CurrentFor(const char* call) {
  Execution& execution = Execution::Current(call);
  execution.RequireWritable(call);
  return execution;
}

}  // namespace

history::Payloads RunSideEffect(const std::function<history::Payloads()>& compute) {
  Execution& execution = CurrentFor("SideEffect");
  if (execution.destroying()) return compute();
  return execution.markers().SideEffect([&] { return execution.ComputeReadOnly(compute); },
                                        execution.replaying());
}

history::Payloads RunMutableSideEffect(
    std::string_view id, const std::function<history::Payloads()>& compute,
    const std::function<bool(const history::Payloads&, const history::Payloads&)>& equals) {
  Execution& execution = CurrentFor("MutableSideEffect");
  if (execution.destroying()) return compute();
  return execution.markers().MutableSideEffect(
      id, [&] { return execution.ComputeReadOnly(compute); }, equals, execution.replaying());
}

}  // namespace groundhog::workflow::internal
