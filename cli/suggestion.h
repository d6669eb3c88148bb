// "did you mean …?" for a misspelt name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groundhog::cli {

// "; did you mean explore?", or " (there is: run, explore)" if nothing is near.
std::string Suggestion(std::string_view misspelt, const std::vector<std::string>& known);

}  // namespace groundhog::cli
