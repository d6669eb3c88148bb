// Numbers of the command line. Errors: InputError that names the option.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace groundhog::cli {

// A whole number from `least` to `most`.
std::uint64_t ParseCount(std::string_view option, std::string_view text, std::uint64_t least,
                         std::uint64_t most);
// "60s", "500ms", "2m", "1h", "1.5h": seconds.
double ParseLength(std::string_view option, std::string_view text);

}  // namespace groundhog::cli
