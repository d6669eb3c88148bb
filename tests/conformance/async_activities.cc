#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports AsyncActivityPorts() { return {}; }

}  // namespace groundhog::conformance
