// Content hashes that are the same on every compiler, in every process and on every machine.
//
// Not for protection against anybody: 64 bits, fast, well mixed. `HashText` works at compile time,
// so that the name of a place in the code costs nothing at run time.
#pragma once

#include <cstdint>
#include <string_view>

namespace groundhog {

// A bijection on 64 bits in which every input bit moves about half of the output bits (the
// finaliser of splitmix64).
constexpr std::uint64_t MixBits(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

// The hash of the pair (a, b); the order matters.
constexpr std::uint64_t CombineHash(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
  return MixBits((a ^ (a >> 32)) * kOdd + b);
}

constexpr std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return MixBits(hash ^ text.size());
}

}  // namespace groundhog
