// The namespace in which everything lives unless somebody says otherwise.
#pragma once

#include <string_view>

namespace groundhog::history {

inline constexpr std::string_view kDefaultNamespace = "default";

}  // namespace groundhog::history
