// Prng: an integer generator of our own (xoshiro256** seeded by splitmix64), and Ratio, a
// probability without floating point.
//
// No std:: distribution is used anywhere: their results differ from
// one standard library to the next.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/hash.h"

namespace groundhog {

struct Ratio {
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 1;
};

class Prng {
 public:
  explicit constexpr Prng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      word = MixBits(seed);
    }
  }

  constexpr std::uint64_t Next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound), without bias. REQUIRES: bound > 0.
  constexpr std::uint64_t Below(std::uint64_t bound) {
    const std::uint64_t rejected = (0 - bound) % bound;  // 2^64 mod bound
    for (;;) {
      const std::uint64_t drawn = Next();
      if (drawn >= rejected) return drawn % bound;
    }
  }

  constexpr bool Chance(Ratio ratio) { return Below(ratio.denominator) < ratio.numerator; }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace groundhog
