// Fingerprint32: the 32-bit fingerprint of FarmHash (Geoff Pike, 2014), which never changes. It is
// here because Temporal's server places workflow ids by it (common/worker_versioning: the ramp of a
// worker deployment). For all else there is base/hash.h.
//
// Up to 24 bytes it mixes a few overlapping words, chosen by the length; beyond, three lanes take
// the last 20 bytes, and then the text in blocks of 20 bytes from its start.
// All words are little-endian.
#pragma once

#include <cstdint>
#include <string_view>

namespace groundhog {

std::uint32_t Fingerprint32(std::string_view text);

}  // namespace groundhog
