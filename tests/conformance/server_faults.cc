#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports ServerFaultPorts() { return {}; }

}  // namespace groundhog::conformance
