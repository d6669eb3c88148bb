// Where the tree and the build lie. Functions,
// so that only one file is compiled anew when a tree is copied elsewhere.
#pragma once

#include <string>

namespace groundhog::testing {

std::string SourceDir();  // absolute, without a slash at the end
std::string BinaryDir();

}  // namespace groundhog::testing
