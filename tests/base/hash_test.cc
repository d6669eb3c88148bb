#include "base/hash.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/rapidcheck.h"

namespace groundhog {
namespace {

// Saved decisions and digests hang on these values. Computed by another implementation.
static_assert(HashText("net/lose") == 0x6f49f17b9b4f0262ULL);

TEST_CASE("hashes are what they have always been") {
  CHECK(HashText("") == 0xf52a15e9a9b5e89bULL);
  CHECK(HashText("net/lose") == 0x6f49f17b9b4f0262ULL);
  CHECK(HashText("pay-invoice-701") == 0x71e7de2dcbcd274eULL);
  CHECK(HashText(std::string_view("\xc3\xa4\0", 3)) == 0xd6af47dd9313c7e4ULL);
  CHECK(CombineHash(1, 2) == 0x975835de1c9756ceULL);
  CHECK(CombineHash(2, 1) == 0xbeeb8da1658eec67ULL);
  CHECK(CombineHash(~0ULL, ~0ULL) == 0x9011e6053017523eULL);
  CHECK(MixBits(1) == 0x5692161d100b05e5ULL);
}

TEST_CASE("a hash made at compile time is the one made at run time") {
  constexpr std::uint64_t kHash = HashText("RespondActivityTaskCompleted");
  std::string text = "RespondActivityTask";
  text += "Completed";
  CHECK(HashText(text) == kHash);
}

TEST_CASE("different texts have different hashes", "[property]") {
  rc::prop("for any two texts", [](const std::string& a, const std::string& b) {
    RC_ASSERT((a == b) == (HashText(a) == HashText(b)));
  });
}

TEST_CASE("each bit of a pair moves about half of the bits of its hash", "[property]") {
  rc::prop("for any pair", [](std::uint64_t a, std::uint64_t b) {
    const int bit = *rc::gen::inRange(0, 64);
    const std::uint64_t flipped = 1ULL << bit;
    for (const std::uint64_t other : {CombineHash(a ^ flipped, b), CombineHash(a, b ^ flipped)}) {
      const int moved = __builtin_popcountll(CombineHash(a, b) ^ other);
      RC_ASSERT(moved > 6);
      RC_ASSERT(moved < 58);
    }
  });
}

}  // namespace
}  // namespace groundhog
