#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports UpdatePorts() { return {}; }

}  // namespace groundhog::conformance
