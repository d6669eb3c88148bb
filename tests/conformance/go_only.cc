#include "tests/conformance/ports.h"

namespace groundhog::conformance {

Ports GoPorts() { return {}; }

}  // namespace groundhog::conformance
