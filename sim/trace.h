// Trace: what happened in a simulation, as typed records, and a running digest of them.
//
// Records are kept (checkers read them) unless somebody says that nobody will; text is made of them
// only when somebody asks. The digest covers every record by content, so two runs with one digest
// did the same things at the same virtual times.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "sim/label.h"
#include "sim/time.h"

namespace groundhog::sim {

enum class TraceKind : std::uint8_t {
  kSent,       // process sent the message to peer
  kDelivered,  // process got the message from peer
  kLost,       // a message from process to peer is gone
  kRepeated,   // a message will arrive twice
  kDelayed,    // value: by how many nanoseconds
  kHeldBack,   // value: how many other deliveries go first
  kRefused,    // process is down: peer sees a broken connection
  kDeadline,   // process waited for peer's reply in vain
  kPartition,  // no word between process and peer; value: for how many nanoseconds
  kStarted,    // value: incarnation, from 1
  kStopped,    // gracefully
  kCrashed,    // value: nanoseconds until it starts again, -1: for ever
  kPaused,     // value: for how many nanoseconds
  kResumed,
  kCommitted,  // the store took a transaction
  kCommitRefused,
  kCommitUnknown,  // value: 1 if it was written all the same
  kFact,           // something the layers above say; label.kind() names it
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
  using Records = std::vector<TraceRecord>;

  // `memory`: of a trace that nobody needs any more.
  explicit Trace(Records memory = {}) : records_(std::move(memory)) { records_.clear(); }

  void Add(const TraceRecord& record) {
    // The products do not wait for each other.
    const std::uint64_t sum = static_cast<std::uint64_t>(ToUnixNanos(record.time)) * kOdd[0] +
                              (static_cast<std::uint64_t>(record.kind) + 1) * kOdd[1] +
                              record.process.hash() * kOdd[2] + record.peer.hash() * kOdd[3] +
                              record.label.hash() * kOdd[4] +
                              static_cast<std::uint64_t>(record.value) * kOdd[5];
    Mix(MixBits(sum));
    if (!keeps_records_) return;
    // Field by field: a struct that is stored in parts and copied whole stalls the processor.
    TraceRecord& added = records_.emplace_back();
    added.time = record.time;
    added.kind = record.kind;
    added.process = record.process;
    added.peer = record.peer;
    added.label = record.label;
    added.value = record.value;
  }
  // Adds something to the digest that is no record: a wake-up.
  void Mix(std::uint64_t value) {
    // One multiplication: each waits for the one before, and there is one for every step.
    digest_ = (std::rotl(digest_, 29) ^ value) * kOdd[6];
  }

  // From now on records only count for the digest:
  // a simulation of a million workflows that nobody will read about.
  void KeepNoRecords() { keeps_records_ = false; }
  const Records& records() const { return records_; }
  // The memory for another trace, which then need not grow.
  Records TakeMemory() && { return std::move(records_); }
  std::uint64_t digest() const { return MixBits(digest_); }

 private:
  // Any odd numbers do that look like noise: the hexadecimal digits of pi, made odd.
  static constexpr std::uint64_t kOdd[] = {
      0x243f6a8885a308d3ULL, 0x13198a2e03707345ULL, 0xa4093822299f31d1ULL, 0x082efa98ec4e6c89ULL,
      0x452821e638d01377ULL, 0xbe5466cf34e90c6dULL, 0xc0ac29b7c97c50ddULL};
  static constexpr std::uint64_t kDigestOfNothing = HashText("trace");

  Records records_;
  std::uint64_t digest_ = kDigestOfNothing;
  bool keeps_records_ = true;
};

}  // namespace groundhog::sim
