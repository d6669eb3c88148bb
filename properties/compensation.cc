// compensation: for the pairs that a scenario declares (Compensates(refund, withdraw)), judged on
// the ledgers alone.
//
//   - The run failed or was canceled: each `done` effect is undone exactly once, and of two effects
//   the later one is undone first.
//   - The run completed: nothing was undone. (A workflow that gives up closes as failed or
//   canceled.)
//   - Whatever became of the run: nothing is undone that was not done before.
//
// A run that was terminated or timed out cannot compensate, and an open one has time: what they
// leave behind is up to the author's own claims. An undo takes back an effect of the same service
// and account with the opposite amount. Effects that fall into the same instant have no order. An
// effect belongs to the last run of its workflow id that had begun.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "properties/checkers.h"
#include "properties/wording.h"

namespace groundhog::properties {
namespace {

using history::WorkflowExecutionStatus;

struct Effect {
  const LedgerEntry* entry = nullptr;
  const std::string* service = nullptr;
  std::size_t pair = 0;
  bool undoes = false;
  const Effect* partner = nullptr;
};

std::string Describe(const Effect& effect) {
  return fmt::format("{} of {} on {} (entry {} of {}, at {})", effect.entry->operation,
                     std::max(effect.entry->amount, -effect.entry->amount), effect.entry->account,
                     effect.entry->id, *effect.service, When(effect.entry->time));
}

sim::Time StartOf(const RunRecord& run) {
  return run.history.empty() ? sim::kEpoch : ToTime(run.history.front().event_time);
}

class CompensationChecker {
 public:
  CompensationChecker(const Evidence& evidence, Violations& found)
      : evidence_(evidence), found_(found), effects_(evidence.runs.size()) {
    for (std::size_t i = 0; i < evidence.runs.size(); ++i) {
      by_id_.emplace_back(evidence.runs[i].workflow_id, i);
    }
    std::sort(by_id_.begin(), by_id_.end());
  }

  void Check() {
    for (const auto& [service, ledger] : evidence_.ledgers) {
      for (const LedgerEntry& entry : ledger.entries) Sort(service, entry);
    }
    for (std::size_t i = 0; i < evidence_.runs.size(); ++i) {
      if (!effects_[i].empty()) Judge(evidence_.runs[i], effects_[i]);
    }
  }

 private:
  using Effects = std::vector<Effect>;
  using NamedRun = std::pair<std::string_view, std::size_t>;

  // Which run an entry belongs to, and what it means there.
  void Sort(const std::string& service, const LedgerEntry& entry) {
    for (std::size_t pair = 0; pair < evidence_.compensations.size(); ++pair) {
      const Compensation& compensation = evidence_.compensations[pair];
      const bool undoes = entry.operation == compensation.undo;
      if (!undoes && entry.operation != compensation.done) continue;
      if (Effects* effects = EffectsAt(entry)) effects->push_back({&entry, &service, pair, undoes});
      return;
    }
  }

  Effects* EffectsAt(const LedgerEntry& entry) {
    const auto before = [](const NamedRun& run, const std::string& id) { return run.first < id; };
    auto run = std::lower_bound(by_id_.begin(), by_id_.end(), entry.workflow_id, before);
    Effects* effects = nullptr;
    for (; run != by_id_.end() && run->first == entry.workflow_id; ++run) {
      const bool begun = StartOf(evidence_.runs[run->second]) <= entry.time;
      if (effects == nullptr || begun) effects = &effects_[run->second];
    }
    return effects;
  }

  void Judge(const RunRecord& run, Effects& effects) {
    std::stable_sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
      return a.entry->time < b.entry->time;
    });
    for (Effect& effect : effects) {
      if (effect.undoes) Pair(run, effects, effect);
    }
    switch (run.status) {
      case WorkflowExecutionStatus::kFailed:
      case WorkflowExecutionStatus::kCanceled:
        CheckAllUndone(run, effects);
        CheckOrder(run, effects);
        return;
      case WorkflowExecutionStatus::kCompleted:
        CheckNothingUndone(run, effects);
        return;
      case WorkflowExecutionStatus::kUnspecified:
      case WorkflowExecutionStatus::kRunning:
      case WorkflowExecutionStatus::kTerminated:
      case WorkflowExecutionStatus::kContinuedAsNew:
      case WorkflowExecutionStatus::kTimedOut:
        return;
    }
  }

  static bool TakesBack(const Effect& undo, const Effect& done) {
    return undo.pair == done.pair && !done.undoes && *undo.service == *done.service &&
           undo.entry->account == done.entry->account && undo.entry->amount == -done.entry->amount;
  }

  // Finds what `undo` takes back: the last effect before it that still stands.
  void Pair(const RunRecord& run, Effects& effects, Effect& undo) {
    const Effect* undone_before = nullptr;
    for (Effect* done = &undo; done != effects.data();) {
      --done;
      if (!TakesBack(undo, *done)) continue;
      if (done->partner == nullptr) {
        done->partner = &undo;
        undo.partner = done;
        return;
      }
      undone_before = done;
    }
    if (undone_before != nullptr) {
      Add(run, undo,
          fmt::format("{} was undone twice: by {}, and again by {}", Describe(*undone_before),
                      Describe(*undone_before->partner), Describe(undo)));
    } else {
      Add(run, undo,
          fmt::format("{} undoes what was never done: no {} of the same amount came before it",
                      Describe(undo), evidence_.compensations[undo.pair].done));
    }
  }

  void CheckAllUndone(const RunRecord& run, const Effects& effects) {
    for (const Effect& effect : effects) {
      if (effect.undoes || effect.partner != nullptr) continue;
      Add(run, effect,
          fmt::format("the run closed as {}, but {} was never undone: expected a {}",
                      NameOf(run.status), Describe(effect),
                      evidence_.compensations[effect.pair].undo));
    }
  }

  void CheckNothingUndone(const RunRecord& run, const Effects& effects) {
    for (const Effect& effect : effects) {
      if (!effect.undoes || effect.partner == nullptr) continue;
      Add(run, effect,
          fmt::format("the run completed, but {} was undone by {}", Describe(*effect.partner),
                      Describe(effect)));
    }
  }

  // The later effect is to be undone first.
  void CheckOrder(const RunRecord& run, const Effects& effects) {
    for (auto later = effects.begin(); later != effects.end(); ++later) {
      if (later->undoes || later->partner == nullptr) continue;
      for (auto earlier = effects.begin(); earlier != later; ++earlier) {
        if (earlier->undoes || earlier->partner == nullptr) continue;
        const bool ordered = earlier->entry->time < later->entry->time;
        if (!ordered || earlier->partner->entry->time >= later->partner->entry->time) continue;
        Add(run, *earlier->partner,
            fmt::format("undone in the wrong order: {} came after {} and must be undone first, but "
                        "it was undone at {}, and the earlier one already at {}",
                        Describe(*later), Describe(*earlier), When(later->partner->entry->time),
                        When(earlier->partner->entry->time)));
        return;  // one pair says it all
      }
    }
  }

  void Add(const RunRecord& run, const Effect& effect, const std::string& message) {
    found_.push_back(About("compensation", run, 0, effect.entry->time, message));
  }

  const Evidence& evidence_;
  Violations& found_;
  std::vector<Effects> effects_;  // by run
  std::vector<NamedRun> by_id_;   // sorted: by workflow id, then in the order of the starts
};

}  // namespace

void CheckCompensation(const Evidence& evidence, Violations& found) {
  if (evidence.compensations.empty()) return;
  CompensationChecker(evidence, found).Check();
}

}  // namespace groundhog::properties
