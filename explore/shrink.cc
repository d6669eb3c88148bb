#include "explore/shrink.h"

#include <algorithm>
#include <array>
#include <utility>

#include <absl/container/flat_hash_set.h>

#include "base/hash.h"
#include "sim/recorded_choices.h"

namespace groundhog::explore {
namespace {

using Decisions = std::vector<sim::Decision>;

// What a smaller list is smaller in.
using Measure = std::array<std::uint64_t, 5>;

// A decision as the run took it.
struct Taken {
  sim::Decision decision;
  const sim::ChoiceSite* site;
  sim::Answer answer;
  std::string kind;
};

class Shrinker {
 public:
  Shrinker(Runner& runner, const std::string& property, const ShrinkOptions& options)
      : runner_(runner), property_(property), options_(options) {}

  Shrunk Run(Decisions decisions) {
    result_.reproduced = Attempt(std::move(decisions), /*first=*/true);
    while (result_.reproduced && !out_of_budget()) {
      const bool helped = Delete() || MakeAlike() || LowerAnswers() || LowerNumbers();
      if (helped) continue;
      result_.minimal = !out_of_budget();
      break;
    }
    result_.decisions = Current();
    return std::move(result_);
  }

 private:
  bool out_of_budget() const {
    return result_.runs >= options_.max_runs || steps_ >= options_.max_steps;
  }

  Decisions Current() const {
    Decisions decisions;
    for (const Taken& taken : taken_) decisions.push_back(taken.decision);
    return decisions;
  }

  static std::uint64_t HashOf(const Decisions& decisions) {
    std::uint64_t hash = decisions.size();
    for (const sim::Decision& decision : decisions) {
      hash = CombineHash(hash, CombineHash(decision.Address(), decision.occurrence));
      hash = CombineHash(hash, HashText(decision.answer));
    }
    return hash;
  }

  static Measure MeasureOf(const std::vector<Taken>& taken) {
    Measure measure{};
    std::vector<std::string> kinds;
    for (const Taken& one : taken) {
      kinds.push_back(one.kind);
      measure[2] += one.answer;
      measure[3] += static_cast<std::uint64_t>(one.decision.number);
      measure[4] += one.decision.occurrence;
    }
    std::sort(kinds.begin(), kinds.end());
    measure[0] = taken.size();
    measure[1] =
        static_cast<std::uint64_t>(std::unique(kinds.begin(), kinds.end()) - kinds.begin());
    return measure;
  }

  const properties::Violation* Find(const Verdict& verdict) const {
    const auto found =
        std::find_if(verdict.violations.begin(), verdict.violations.end(),
                     [&](const properties::Violation& violation) {
                       return violation.property == property_ &&
                              (!options_.identity || Identity::Of(violation) == *options_.identity);
                     });
    return found == verdict.violations.end() ? nullptr : &*found;
  }

  std::vector<std::string> OthersIn(const Verdict& verdict) const {
    std::vector<std::string> others;
    for (const properties::Violation& violation : verdict.violations) {
      const bool known =
          violation.property == property_ ||
          std::find(others.begin(), others.end(), violation.property) != others.end();
      if (!known) others.push_back(violation.property);
    }
    return others;
  }

  // Runs the list; takes what the run really decided as the new list if it still fails and is
  // smaller.
  bool Attempt(Decisions candidate, bool first = false) {
    if (!tried_.insert(HashOf(candidate)).second || out_of_budget()) return false;
    ++result_.runs;
    choices_.Load(std::move(candidate));
    const Verdict verdict = runner_.Run(choices_);
    steps_ += verdict.steps;
    const properties::Violation* violation = Find(verdict);
    if (violation == nullptr) return false;
    std::vector<Taken> taken;
    for (const sim::TakenDecision& one : choices_.decisions()) {
      sim::Decision decision = sim::Decision::From(one);
      std::string kind = KindOf(decision);
      taken.push_back(Taken{std::move(decision), one.point.site, one.answer, std::move(kind)});
    }
    if (!first && MeasureOf(taken) >= MeasureOf(taken_)) return false;
    taken_ = std::move(taken);
    result_.violation = *violation;
    result_.also_broken = OthersIn(verdict);
    result_.digest = verdict.digest;
    return true;
  }

  bool DeleteRange(std::size_t from, std::size_t count) {
    Decisions candidate = Current();
    const auto begin = candidate.begin() + static_cast<std::ptrdiff_t>(from);
    candidate.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    return Attempt(std::move(candidate));
  }

  bool Delete() {
    bool helped = false;
    for (std::size_t length = taken_.size(); length > 0; length /= 2) {
      // From the end: what came last is the likeliest to be of no account.
      for (std::size_t end = taken_.size(); end > 0; end = std::min(end, taken_.size())) {
        const std::size_t from = end > length ? end - length : 0;
        helped = DeleteRange(from, end - from) || helped;
        end = from;
      }
      length = std::min(length, taken_.size());
    }
    return helped;
  }

  // Makes decision `to` the same kind as decision `from`, at its own attempt and occurrence.
  bool MakeAlike() {
    bool helped = false;
    for (std::size_t from = 0; from < taken_.size(); ++from) {
      for (std::size_t to = 0; to < taken_.size(); ++to) {
        if (from >= taken_.size() || taken_[from].kind == taken_[to].kind) continue;
        Decisions candidate = Current();
        const sim::Decision was = std::exchange(candidate[to], candidate[from]);
        candidate[to].number = was.number;
        candidate[to].occurrence = was.occurrence;
        helped = Attempt(std::move(candidate)) || helped;
      }
    }
    return helped;
  }

  bool Allowed(const sim::ChoiceSite& site, sim::Answer answer) const {
    return !options_.allowed || options_.allowed(site, answer);
  }

  // One decision's answer, or that of all of its kind at once.
  bool LowerAnswer(std::size_t index, sim::Answer answer, bool whole_kind) {
    Decisions candidate = Current();
    const Taken& lowered = taken_[index];
    for (std::size_t i = 0; i < candidate.size(); ++i) {
      const bool concerned = i == index || (whole_kind && taken_[i].kind == lowered.kind);
      if (concerned) candidate[i].answer = lowered.site->answers[answer - 1];
    }
    return Attempt(std::move(candidate));
  }

  bool LowerAnswers() {
    bool helped = false;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      for (sim::Answer answer = 1; i < taken_.size() && answer < taken_[i].answer; ++answer) {
        if (!Allowed(*taken_[i].site, answer)) continue;
        if (LowerAnswer(i, answer, true) || LowerAnswer(i, answer, false)) helped = true;
      }
    }
    return helped;
  }

  template <class Change>
  bool Changed(std::size_t index, const Change& change) {
    Decisions candidate = Current();
    change(candidate[index]);
    return Attempt(std::move(candidate));
  }

  // All decisions of one kind one attempt down: attempts 2 and 3 become 1 and 2.
  bool ShiftKind(std::size_t index) {
    Decisions candidate = Current();
    for (std::size_t i = 0; i < candidate.size(); ++i) {
      if (taken_[i].kind != taken_[index].kind) continue;
      if (candidate[i].number <= 1) return false;
      --candidate[i].number;
    }
    return Attempt(std::move(candidate));
  }

  bool LowerNumbers() {
    bool helped = false;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      helped = ShiftKind(i) || helped;
      for (std::int32_t n = 1; i < taken_.size() && n < taken_[i].decision.number; ++n) {
        helped = Changed(i, [n](sim::Decision& decision) { decision.number = n; }) || helped;
      }
      for (std::uint32_t n = 1; i < taken_.size() && n < taken_[i].decision.occurrence; ++n) {
        helped = Changed(i, [n](sim::Decision& decision) { decision.occurrence = n; }) || helped;
      }
    }
    return helped;
  }

  Runner& runner_;
  const std::string& property_;
  const ShrinkOptions& options_;
  sim::RecordedChoices choices_;
  std::vector<Taken> taken_;
  absl::flat_hash_set<std::uint64_t> tried_;
  std::uint64_t steps_ = 0;  // of all runs
  Shrunk result_;
};

}  // namespace

const properties::Violation* FindViolation(const Verdict& verdict, const std::string& property) {
  const auto found = std::find_if(
      verdict.violations.begin(), verdict.violations.end(),
      [&](const properties::Violation& violation) { return violation.property == property; });
  return found == verdict.violations.end() ? nullptr : &*found;
}

Shrunk Shrink(Runner& runner, const std::string& property, std::vector<sim::Decision> decisions,
              const ShrinkOptions& options) {
  return Shrinker(runner, property, options).Run(std::move(decisions));
}

}  // namespace groundhog::explore
