#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports ActivityCancelPorts() { return {}; }

}  // namespace groundhog::conformance
