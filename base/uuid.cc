#include "base/uuid.h"

#include <cstddef>

namespace groundhog {

std::string InUuidForm(std::uint64_t high, std::uint64_t low) {
  static constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::size_t kLength = 36;
  std::string text(kLength, '-');
  char* at = text.data();
  const auto add = [&at](std::uint64_t bits, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
      *at++ = kDigits[(bits >> shift) & 0xf];
    ++at;  // over the dash
  };
  add(high >> 32, 8);
  add(high >> 16, 4);
  add(high, 4);
  add(low >> 48, 4);
  add(low, 12);
  return text;
}

std::string UuidText(std::uint64_t high, std::uint64_t low) {
  high = (high & 0xffffffffffff0fffULL) | 0x4000;               // version 4
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;  // the variant of RFC 4122
  return InUuidForm(high, low);
}

}  // namespace groundhog
