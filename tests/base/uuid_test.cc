#include "base/uuid.h"

#include "tests/catch.h"

namespace groundhog {
namespace {

TEST_CASE("a uuid is 128 bits in hex, marked as version 4 and variant 1") {
  CHECK(UuidText(0, 0) == "00000000-0000-4000-8000-000000000000");
  CHECK(UuidText(~0ULL, ~0ULL) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  CHECK(UuidText(0x0123456789abcdefULL, 0xfedcba9876543210ULL) ==
        "01234567-89ab-4def-bedc-ba9876543210");
  CHECK(InUuidForm(0x0123456789abcdefULL, 0xfedcba9876543210ULL) ==
        "01234567-89ab-cdef-fedc-ba9876543210");
}

}  // namespace
}  // namespace groundhog
