#pragma once

#include <cstddef>

// Uses std::vector without including it: alone it must not compile.
using Numbers = std::vector<int>;
