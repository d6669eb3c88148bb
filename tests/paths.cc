#include "tests/paths.h"

namespace groundhog::testing {

std::string SourceDir() { return GROUNDHOG_SOURCE_DIR; }
std::string BinaryDir() { return GROUNDHOG_BINARY_DIR; }

}  // namespace groundhog::testing
