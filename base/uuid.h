// Texts that look like UUIDs, made of 128 bits that somebody derived from names.
#pragma once

#include <cstdint>
#include <string>

namespace groundhog {

// The 128 bits in the form of a UUID, all of them.
std::string InUuidForm(std::uint64_t high, std::uint64_t low);
// The same as a UUID of version 4: six of the bits say so.
std::string UuidText(std::uint64_t high, std::uint64_t low);

}  // namespace groundhog
