// Trace: what happened in a simulation, as typed records, and a running digest of them.
//
// Records are made always (checkers read them); text is made of them only when somebody asks. The digest covers every record
// by content, so two runs with one digest did the same things at the same virtual times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "sim/label.h"
#include "sim/time.h"

namespace groundhog::sim {

enum class TraceKind : std::uint8_t {
  kSent,         // process sent the message to peer
  kDelivered,    // process got the message from peer
  kLost,         // a message from process to peer is gone
  kRepeated,     // a message will arrive twice
  kDelayed,      // value: by how many nanoseconds
  kHeldBack,     // value: how many other deliveries go first
  kRefused,      // process is down: peer sees a broken connection
  kDeadline,     // process waited for peer's reply in vain
  kPartition,    // no word between process and peer; value: for how many nanoseconds
  kStarted,      // value: incarnation, from 1
  kStopped,      // gracefully
  kCrashed,      // value: nanoseconds until it starts again, -1: for ever
  kPaused,       // value: for how many nanoseconds
  kResumed,
  kCommitted,    // the store took a transaction
  kCommitRefused,
  kCommitUnknown,  // value: 1 if it was written all the same
  kFact,         // something the layers above say; label.kind() names it
};
std::string_view NameOf(TraceKind kind);

struct TraceRecord {
  Time time = kEpoch;
  TraceKind kind = TraceKind::kFact;
  Symbol process;
  Symbol peer;
  Label label;
  std::int64_t value = 0;
};

class Trace {
 public:
  void Add(const TraceRecord& record) {
    std::uint64_t hash = CombineHash(static_cast<std::uint64_t>(ToUnixNanos(record.time)),
                                     static_cast<std::uint64_t>(record.kind));
    hash = CombineHash(hash ^ record.process.hash(), record.label.hash());
    Mix(CombineHash(hash ^ record.peer.hash(), static_cast<std::uint64_t>(record.value)));
    records_.push_back(record);
  }
  // Adds something to the digest that is no record: a wake-up.
  void Mix(std::uint64_t value) { digest_ = CombineHash(digest_, value); }

  const std::vector<TraceRecord>& records() const { return records_; }
  std::uint64_t digest() const { return digest_; }
  void Clear() {
    records_.clear();
    digest_ = kDigestOfNothing;
  }

 private:
  static constexpr std::uint64_t kDigestOfNothing = HashText("trace");

  std::vector<TraceRecord> records_;
  std::uint64_t digest_ = kDigestOfNothing;
};

}  // namespace groundhog::sim
