// What an event says, in a few bytes: the same on every compiler and machine.
//
// The server writes the digest of each event that it commits into the trace; whoever reads the
// history later can prove with it that the event is still the same, and that two histories say the
// same things in the same order at other times.
#pragma once

#include <cstdint>

#include "runtime/history/event.h"

namespace groundhog::history {

struct ContentDigest {
  std::uint64_t hash = 0;  // of id, type and attributes; not of the times, the task id, the version
                           // and unknown fields
  std::int64_t bytes = 0;  // of texts and payloads
};

ContentDigest DigestOf(const HistoryEvent& event);

}  // namespace groundhog::history
