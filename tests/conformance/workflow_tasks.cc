#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports WorkflowTaskPorts() { return {}; }

}  // namespace groundhog::conformance
