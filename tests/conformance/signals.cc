#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports SignalPorts() { return {}; }

}  // namespace groundhog::conformance
