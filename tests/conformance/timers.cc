#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports TimerPorts() { return {}; }

}  // namespace groundhog::conformance
