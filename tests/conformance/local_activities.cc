#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports LocalActivityPorts() { return {}; }

}  // namespace groundhog::conformance
