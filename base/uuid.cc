#include "base/uuid.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace groundhog {
namespace {

// The two digits of each byte.
constexpr auto kDigits = [] {
  constexpr char kDigit[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> digits{};
  for (std::size_t byte = 0; byte < digits.size(); ++byte) {
    digits[byte] = {kDigit[byte >> 4], kDigit[byte & 0xf]};
  }
  return digits;
}();

// The digits of the lowest so many bytes. Gives the place behind them.
template <int kBytes>
char* Write(std::uint64_t bits, char* at) {
  for (int shift = 8 * (kBytes - 1); shift >= 0; shift -= 8, at += 2) {
    std::memcpy(at, kDigits[(bits >> shift) & 0xff].data(), 2);
  }
  return at;
}

}  // namespace

std::string InUuidForm(std::uint64_t high, std::uint64_t low) {
  constexpr std::size_t kLength = 36;
  std::string text(kLength, '-');
  char* at = Write<4>(high >> 32, text.data());
  at = Write<2>(high >> 16, at + 1);
  at = Write<2>(high, at + 1);
  at = Write<2>(low >> 48, at + 1);
  Write<6>(low, at + 1);
  return text;
}

std::string UuidText(std::uint64_t high, std::uint64_t low) {
  high = (high & 0xffffffffffff0fffULL) | 0x4000;               // version 4
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;  // the variant of RFC 4122
  return InUuidForm(high, low);
}

}  // namespace groundhog
