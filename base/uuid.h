// Texts that look like UUIDs (version 4), made of 128 bits that somebody derived from names.
#pragma once

#include <cstdint>
#include <string>

namespace groundhog {

std::string UuidText(std::uint64_t high, std::uint64_t low);

}  // namespace groundhog
