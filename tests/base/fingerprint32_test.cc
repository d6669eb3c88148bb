#include "base/fingerprint32.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "tests/catch.h"

namespace groundhog {
namespace {

// As pyfarmhash 0.5.1, which is FarmHash's own C++, and go-farm have them.
constexpr std::pair<std::string_view, std::uint32_t> kKnown[] = {
    {"", 3696677242u},
    {"w", 1260754544u},
    {"w0", 1449429095u},
    {"four", 3262261135u},
    {"café", 3698664665u},
    {"hello", 2039911270u},
    {"order-1", 1545644054u},
    {"twelve bytes", 2862603716u},
    {"thirteen bytes", 1018458358u},
    {"pay-invoice-701", 2445576405u},
    {"transfer-2f1c9a7e-5b", 1334006365u},
    {"exactly twenty-four byte", 2422773429u},
    {"twenty-five bytes of it..", 1141053172u},
    {"exactly forty bytes of text, and no more", 1385683550u},
    {"forty-one bytes: the third block has one.", 2546961822u},
    {"5e0f4c1a-9d0b-4a0e-8a51-7d1f2f3c4b5a", 4237792510u},
    {"a workflow id which goes on and on, because somebody put the name, the tenant and the time "
     "into it: 2026-11-29T12:00:00Z",
     3939704617u},
};

TEST_CASE("fingerprints are those of FarmHash, of texts of every kind of length") {
  for (const auto& [text, fingerprint] : kKnown) {
    INFO(text);
    CHECK(Fingerprint32(text) == fingerprint);
  }
}

TEST_CASE("of texts of each length from 0 to 200 a fingerprint of all fingerprints") {
  std::string all;
  for (int size = 0; size <= 200; ++size) {
    std::string text;
    for (int i = 0; i < size; ++i) text += static_cast<char>(i * 7 + size * 31);
    all += std::to_string(Fingerprint32(text)) + ",";
  }
  CHECK(Fingerprint32(all) == 303126603u);
}

}  // namespace
}  // namespace groundhog
