// The recorded scenarios as ports (stage.h): what the recording programs did, said to the
// simulator. One table a file.
//
//     sim::Coro<void> ActOk(Stage& stage, client::Client& client);
//     Ports ActivityPorts() { return {{"act_ok", ActOk}, …}; }
#pragma once

#include <string_view>
#include <vector>

#include "tests/conformance/stage.h"

namespace groundhog::conformance {

struct Port {
  std::string_view name;  // of the recorded scenario
  sim::Coro<void> (*play)(Stage& stage, client::Client& client);
};
using Ports = std::vector<Port>;

// Null if the scenario has none.
const Port* FindPort(std::string_view name);

// activities
Ports ActivityPorts();
Ports ActivityCancelPorts();
Ports AsyncActivityPorts();
Ports LocalActivityPorts();
Ports RawActivityPorts();
// workflow_tasks
Ports WorkflowTaskPorts();
Ports StickyQueuePorts();
Ports RawWorkflowTaskPorts();
Ports HeldTaskPorts();
// timers_signals_updates
Ports TimerPorts();
Ports SignalPorts();
Ports UpdatePorts();
Ports CodeChangePorts();
// go_only
Ports GoPorts();
// lifecycle
Ports LifecyclePorts();
Ports ChildPorts();
Ports ChainPorts();
Ports ResetPorts();
Ports SchedulePorts();
// server_faults
Ports ServerFaultPorts();
// deployments
Ports DeploymentPorts();

}  // namespace groundhog::conformance
