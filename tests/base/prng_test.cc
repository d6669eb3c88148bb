#include "base/prng.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "tests/rapidcheck.h"

namespace groundhog {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};

// Computed by another implementation of the published algorithms (splitmix64, xoshiro256**).
TEST_CASE("a seed gives the published generator's numbers") {
  const std::array<std::uint64_t, 5> of_0 = {0x99ec5f36cb75f2b4ULL, 0xbf6e1f784956452aULL,
                                             0x1a5f849d4933e6e0ULL, 0x6aa594f1262d2d2cULL,
                                             0xbba5ad4a1f842e59ULL};
  const std::array<std::uint64_t, 5> of_42 = {0x15780b2e0c2ec716ULL, 0x6104d9866d113a7eULL,
                                              0xae17533239e499a1ULL, 0xecb8ad4703b360a1ULL,
                                              0xfde6dc7fe2ec5e64ULL};
  Prng zero(0);
  Prng answer(42);
  for (int i = 0; i < 5; ++i) {
    CHECK(zero.Next() == of_0[i]);
    CHECK(answer.Next() == of_42[i]);
  }
}

TEST_CASE("numbers are known at compile time already") {
  constexpr auto kFirst = [] { return Prng(42).Next(); }();
  CHECK(Prng(42).Next() == kFirst);
}

TEST_CASE("Below stays below its bound", "[property]") {
  rc::prop("for any seed and bound", [](std::uint64_t seed) {
    const std::uint64_t bound = *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(1, 100),
                                                rc::gen::inRange<std::uint64_t>(1, kMost));
    Prng prng(seed);
    for (int i = 0; i < 20; ++i) RC_ASSERT(prng.Below(bound) < bound);
  });
}

TEST_CASE("Below draws each number about equally often") {
  constexpr int kDraws = 60'000;
  std::array<int, 6> seen{};
  Prng prng(7);
  for (int i = 0; i < kDraws; ++i) ++seen[prng.Below(seen.size())];
  // The standard deviation is 91; ten of them are no accident.
  for (const int count : seen) CHECK(std::abs(count - kDraws / 6) < 910);
}

TEST_CASE("Below has no bias where a bare remainder would have a great one") {
  // With a remainder, the lower half of [0, 3 * 2^62) would come twice as often.
  constexpr std::uint64_t kBound = 3ULL << 62;
  int low = 0;
  Prng prng(11);
  for (int i = 0; i < 10'000; ++i) low += prng.Below(kBound) < kBound / 2 ? 1 : 0;
  CHECK(std::abs(low - 5'000) < 500);
}

TEST_CASE("Chance holds as often as its ratio says") {
  Prng prng(13);
  int held = 0;
  for (int i = 0; i < 10'000; ++i) held += prng.Chance({3, 10}) ? 1 : 0;
  CHECK(std::abs(held - 3'000) < 460);
  for (int i = 0; i < 100; ++i) {
    CHECK(!prng.Chance({0, 10}));
    CHECK(prng.Chance({10, 10}));
  }
}

}  // namespace
}  // namespace groundhog
