#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports ChildPorts() { return {}; }

}  // namespace groundhog::conformance
