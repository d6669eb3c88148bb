// Choices: the one source of everything that could go either way.
//
// Code asks   choices.Choose(site, label)   and gets an answer: 0 is always the uneventful one
// (first in first out, nominal latency, no fault), 1..n are the site's named answers. Site and
// label together are the choice point's address, made of what it means, never of when it happened;
// when two askings have the same address, an occurrence number tells them apart.
//
// A run is the list of answers off zero, `decisions()`. Feeding that list back (RecordedChoices)
// gives the same run. How the answers come about is the policy of the subclass:
// SeededChoices, RecordedChoices.
//
// Cost: an asking that nobody varies appends one hash to a log and tests two words. Occurrences are
// counted, by looking through the log, only for answers off zero and
// for addresses that a policy wants to see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "sim/label.h"

namespace groundhog::sim {

enum class ChoiceClass : std::uint8_t {
  kFault,  // "at most k faults" counts these
  kOrder,  // which delivery goes first
  kInput,  // what a scenario is run with
};
std::string_view NameOf(ChoiceClass choice_class);

// A place in the code where something may go otherwise. Static,
// or owned by whoever outlives the simulation.
struct ChoiceSite {
  constexpr ChoiceSite(std::string_view site_name, ChoiceClass site_class,
                       std::span<const std::string_view> site_answers, std::string_view what)
      : name(site_name),
        choice_class(site_class),
        answers(site_answers),
        meaning(what),
        hash(HashText(site_name)) {}

  std::string_view name;  // "net/lose"
  ChoiceClass choice_class;
  std::span<const std::string_view> answers;  // names of answers 1..n
  std::string_view meaning;  // one line for people; "{}" stands for what an answer means
  std::uint64_t hash;
};

using Answer = std::uint32_t;

struct ChoicePoint {
  const ChoiceSite* site = nullptr;
  Label label;
};

// An answer off zero.
struct TakenDecision {
  ChoicePoint point;
  std::uint32_t occurrence = 1;  // the how-manieth asking of this address in the run, from 1
  Answer answer = 0;
  std::size_t position = 0;  // index of the asking in the run
};

class Choices {
 public:
  virtual ~Choices() = default;
  Choices(const Choices&) = delete;
  Choices& operator=(const Choices&) = delete;

  // An unnamed label is not asked: an empty poll is no choice point.
  Answer Choose(const ChoiceSite& site, const Label& label) {
    if (!label.named()) return 0;
    const std::uint64_t address = CombineHash(site.hash, label.hash());
    asked_.push_back(address);
    if (keep_points_) points_.push_back(ChoicePoint{&site, label});
    const bool expected = ((interesting_ >> (address & 63)) & 1) != 0;
    if (!expected && --until_due_ != 0) [[likely]] {
      return 0;
    }
    return Ask(site, label, address);
  }

  // As Choose, for what a scenario is run with: a random policy draws these every time,
  // not now and then.
  Answer ChooseInput(const ChoiceSite& site, const Label& label) {
    const std::uint64_t address = CombineHash(site.hash, label.hash());
    asked_.push_back(address);
    if (keep_points_) points_.push_back(ChoicePoint{&site, label});
    return Ask(site, label, address);
  }

  const std::vector<TakenDecision>& decisions() const { return decisions_; }
  std::size_t asked() const { return asked_.size(); }
  // The points asked, in order; empty unless KeepPoints() was called.
  const std::vector<ChoicePoint>& points() const { return points_; }
  void KeepPoints() { keep_points_ = true; }
  // The how-manieth asking of its address the one at `position` is, from 1.
  std::uint32_t OccurrenceAt(std::size_t position) const;

 protected:
  Choices() = default;

  // The policy: which answer the asking gets.
  // Called only for addresses the policy announced with Expect, and when due.
  virtual Answer Decide(const ChoiceSite& site, const Label& label, std::uint64_t address) = 0;

  // Have Decide called for this address (and, rarely, for others).
  void Expect(std::uint64_t address) { interesting_ |= 1ULL << (address & 63); }
  void ExpectEverything() { interesting_ = ~0ULL; }
  // Have Decide called at the n-th asking from now. REQUIRES: n > 0.
  void DueIn(std::uint64_t n) { until_due_ = n; }
  bool due() const { return until_due_ == 0; }
  // How often this address was asked so far, the present asking included.
  std::uint32_t CountOccurrences(std::uint64_t address) const;
  // Makes this object as good as new, keeping its memory.
  void Reset();

 private:
  Answer Ask(const ChoiceSite& site, const Label& label, std::uint64_t address);

  std::vector<std::uint64_t> asked_;
  std::uint64_t interesting_ = 0;
  std::uint64_t until_due_ = ~0ULL;
  bool keep_points_ = false;
  std::vector<ChoicePoint> points_;
  std::vector<TakenDecision> decisions_;
};

}  // namespace groundhog::sim
