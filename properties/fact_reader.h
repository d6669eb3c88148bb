// Reading the facts that the server left in the trace. Their table stands in
// runtime/server/facts.h; properties do not include the server, so they know the kinds by name (a
// test compares the two).
//
//     RunCursor cursor(evidence.runs);
//     for (const sim::TraceRecord& record : evidence.trace->records()) {
//       const FactKind kind = KindOf(record);
//       const std::optional<std::size_t> run = cursor.Find(record, kind);      // to be asked for
//       every fact, in order
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"
#include "properties/evidence.h"
#include "sim/trace.h"

namespace groundhog::properties {

// Name in the trace, and C++ name.
#define GROUNDHOG_FACT_KINDS(X) \
  X(EventAppended)              \
  X(RunStarted)                 \
  X(RunClosed)                  \
  X(ActivityAttemptScheduled)   \
  X(ActivityAttemptDue)         \
  X(ActivityAttemptStarted)     \
  X(ActivityAttemptFailed)      \
  X(ActivityFailureWas)         \
  X(ActivityRetryDelayWas)      \
  X(ActivityHeartbeat)          \
  X(ActivityOperated)           \
  X(ActivityAttemptTimedOut)    \
  X(ActivityTimeoutWas)         \
  X(ActivityClosed)

enum class FactKind : std::uint8_t {
  kNone,  // no fact, or one that no checker reads
#define X(Name) k##Name,
  GROUNDHOG_FACT_KINDS(X)
#undef X
};

inline FactKind KindOf(const sim::TraceRecord& record) {
  if (record.kind != sim::TraceKind::kFact) return FactKind::kNone;
  switch (record.label.kind().hash()) {
#define X(Name)         \
  case HashText(#Name): \
    return FactKind::k##Name;
    GROUNDHOG_FACT_KINDS(X)
#undef X
    default:
      return FactKind::kNone;
  }
}

// Which run a fact is about. Facts name workflow ids; of the runs with one id the last one that was
// started is meant.
class RunCursor {
 public:
  explicit RunCursor(const std::vector<RunRecord>& runs)
      : runs_(runs), started_(runs.size(), false) {}

  // The index of the run, or nothing if the evidence has no such run.
  std::optional<std::size_t> Find(const sim::TraceRecord& record, FactKind kind) {
    if (kind == FactKind::kEventAppended && record.label.number() == 1) Start(record);
    if (record.label.scope().hash() != last_scope_) {
      const auto found = current_.find(record.label.scope().hash());
      last_scope_ = record.label.scope().hash();
      last_run_ = found == current_.end() ? std::nullopt : found->second;
    }
    return last_run_;
  }

 private:
  // The first event of the first run of its id that has not started yet. Runs stand in the order of
  // their starts, but for those of another namespace, which stand together.
  void Start(const sim::TraceRecord& record) {
    last_scope_ = record.label.scope().hash();
    last_run_ = std::nullopt;
    while (first_ < runs_.size() && started_[first_]) ++first_;
    for (std::size_t i = first_; i < runs_.size() && !last_run_; ++i) {
      if (started_[i] || runs_[i].workflow_id != record.label.scope().text()) continue;
      started_[i] = true;
      last_run_ = i;
    }
    current_[last_scope_] = last_run_;
  }

  const std::vector<RunRecord>& runs_;
  std::vector<bool> started_;
  std::size_t first_ = 0;  // all before it have started
  std::uint64_t last_scope_ = 0;
  std::optional<std::size_t> last_run_;
  absl::flat_hash_map<std::uint64_t, std::optional<std::size_t>> current_;  // never iterated
};

}  // namespace groundhog::properties
