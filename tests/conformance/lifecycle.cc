#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports LifecyclePorts() { return {}; }

}  // namespace groundhog::conformance
