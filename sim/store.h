// Store<Durable>: a process's disk: transactions that are committed whole, refused,
// or end in "unknown".
//
// `Durable` is a value type that holds what was committed; `Durable::Write` is one change and `void
// Apply(Write&&)` makes it. The store outlives its process's crashes; a restarted process reads
// `contents()` and nothing else of its former life.
//
//     switch (store.Commit(process, label, transaction)) {…}
//
// Which way a commit goes is asked of Choices, at the sites the owner names: crash before it, crash
// after it (before any reply), refused (nothing written), unknown (written, or not: the caller
// cannot tell). After a crash the caller goes on to the end of its step unheard:
// its process is dead.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/choice.h"
#include "sim/kernel.h"
#include "sim/lengths.h"
#include "sim/process.h"

namespace groundhog::sim {

inline constexpr auto kCrashAnswers = std::to_array<std::string_view>({"crash", "long_outage"});
inline constexpr auto kStoreAnswers =
    std::to_array<std::string_view>({"refused", "unknown_written", "unknown_not_written"});

// How long a process is away after answer n of kCrashAnswers.
constexpr Duration OutageOf(Answer answer) { return answer == 1 ? kRestartTime : kOutlastsRetries; }

struct StoreSites {
  const ChoiceSite* before;   // answers: kCrashAnswers
  const ChoiceSite* outcome;  // answers: kStoreAnswers
  const ChoiceSite* after;    // answers: kCrashAnswers
};

// Something worth a trace record (TraceKind::kFact) once the transaction is written.
struct Fact {
  Label label;
  std::int64_t value = 0;
};

template <class Write>
struct Transaction {
  std::vector<Write> writes = {};
  std::vector<Fact> facts = {};
};

enum class CommitOutcome : std::uint8_t {
  kCommitted,
  kRefused,
  kUnknown,
  kCrashed,  // the process is dead; what it does until the end of the step is unheard
};

template <class Durable>
class Store {
 public:
  using Write = typename Durable::Write;

  // Without sites every commit succeeds.
  explicit Store(Durable initial = {}, const StoreSites* sites = nullptr)
      : durable_(std::move(initial)), sites_(sites) {}

  const Durable& contents() const { return durable_; }

  CommitOutcome Commit(Process& owner, const Label& label, Transaction<Write>& transaction) {
    if (owner.state() == Process::State::kDown) return CommitOutcome::kCrashed;
    if (sites_ == nullptr) return Written(owner, label, transaction);
    Choices& choices = owner.kernel().choices();
    if (const Answer crash = choices.Choose(*sites_->before, label); crash != 0) {
      owner.Crash(OutageOf(crash));
      return CommitOutcome::kCrashed;
    }
    if (const Answer outcome = choices.Choose(*sites_->outcome, label); outcome != 0) {
      return Troubled(owner, label, transaction, outcome);
    }
    Written(owner, label, transaction);
    if (const Answer crash = choices.Choose(*sites_->after, label); crash != 0) {
      owner.Crash(OutageOf(crash));
      return CommitOutcome::kCrashed;
    }
    return CommitOutcome::kCommitted;
  }

 private:
  CommitOutcome Written(Process& owner, const Label& label, Transaction<Write>& transaction) {
    owner.Trace(TraceKind::kCommitted, Symbol(), label);
    Apply(owner, transaction);
    return CommitOutcome::kCommitted;
  }

  CommitOutcome Troubled(Process& owner, const Label& label, Transaction<Write>& transaction,
                         Answer outcome) {
    constexpr Answer kRefusedAnswer = 1;
    constexpr Answer kWrittenAnswer = 2;
    if (outcome == kRefusedAnswer) {
      owner.Trace(TraceKind::kCommitRefused, Symbol(), label);
      return CommitOutcome::kRefused;
    }
    const bool written = outcome == kWrittenAnswer;
    owner.Trace(TraceKind::kCommitUnknown, Symbol(), label, written ? 1 : 0);
    if (written) Apply(owner, transaction);
    return CommitOutcome::kUnknown;
  }

  void Apply(Process& owner, Transaction<Write>& transaction) {
    for (Write& write : transaction.writes) durable_.Apply(std::move(write));
    for (const Fact& fact : transaction.facts) {
      owner.Trace(TraceKind::kFact, Symbol(), fact.label, fact.value);
    }
    transaction.writes.clear();
    transaction.facts.clear();
  }

  Durable durable_;
  const StoreSites* sites_;
};

}  // namespace groundhog::sim
