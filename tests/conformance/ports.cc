#include "tests/conformance/ports.h"

namespace groundhog::conformance {
namespace {

constexpr Ports (*kTables[])() = {
    ActivityPorts,      ActivityCancelPorts,
    AsyncActivityPorts, LocalActivityPorts,
    RawActivityPorts,   WorkflowTaskPorts,
    StickyQueuePorts,   RawWorkflowTaskPorts,
    HeldTaskPorts,      TimerPorts,
    SignalPorts,        UpdatePorts,
    CodeChangePorts,    GoPorts,
    LifecyclePorts,     ChildPorts,
    ServerFaultPorts,   ChainPorts,
    ResetPorts,         SchedulePorts,
    DeploymentPorts,
};

Ports AllPorts() {
  Ports all;
  for (const auto table : kTables) {
    const Ports ports = table();
    all.insert(all.end(), ports.begin(), ports.end());
  }
  return all;
}

}  // namespace

const Port* FindPort(std::string_view name) {
  static const Ports kAll = AllPorts();
  for (const Port& port : kAll) {
    if (port.name == name) return &port;
  }
  return nullptr;
}

}  // namespace groundhog::conformance
