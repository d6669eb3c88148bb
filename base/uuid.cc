#include "base/uuid.h"

#include <cstddef>

namespace groundhog {

std::string UuidText(std::uint64_t high, std::uint64_t low) {
  constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::size_t kLength = 36;
  high = (high & 0xffffffffffff0fffULL) | 0x4000;               // version 4
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;  // the variant of RFC 4122
  std::string text(kLength, '-');
  std::size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) ++at;
    const std::uint64_t word = nibble < 16 ? high : low;
    text[at++] = kDigits[(word >> (60 - 4 * (nibble % 16))) & 0xf];
  }
  return text;
}

}  // namespace groundhog
