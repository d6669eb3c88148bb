// A simulation in a few lines, to explore without a world: a function that asks for answers and
// says what it found wrong.
//
//     const SubjectFactory make = ToySubject([](Toy& toy) {
//       if (toy.Ask(kLose, "withdraw", 1) != 0) toy.Violate("money", "lost");
//     });
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "explore/subject.h"
#include "faults/catalog.h"
#include "faults/plan.h"
#include "sim/choice_tape.h"
#include "sim/symbol.h"

namespace groundhog::explore {

extern const sim::ChoiceSite kLose;    // "toy/lose": lost
extern const sim::ChoiceSite kCrash;   // "toy/crash": crash, long_outage
extern const sim::ChoiceSite kFail;    // "toy/fail": error, hang, pause
extern const sim::ChoiceSite kHold;    // "toy/hold": 1_other; class order
extern const sim::ChoiceSite kAmount;  // "input/amount": ten, many; class input
const faults::Catalog& ToyCatalog();
inline faults::Faults ToyFaults() { return faults::Faults(ToyCatalog()); }

class Toy {
 public:
  Toy(sim::Choices& choices, sim::SymbolTable& symbols) : choices_(choices), symbols_(symbols) {}

  sim::Answer Ask(const sim::ChoiceSite& site, std::string_view activity, std::int32_t attempt) {
    const sim::Label label(symbols_.Intern("Report"), symbols_.Intern("order-1"),
                           symbols_.Intern(activity), attempt);
    const sim::Answer answer = site.choice_class == sim::ChoiceClass::kInput
                                   ? choices_.ChooseInput(site, label)
                                   : choices_.Choose(site, label);
    Mix(CombineHash(label.hash() ^ site.hash, answer));
    records_.push_back({.kind = sim::TraceKind::kFact, .label = label, .value = answer});
    return answer;
  }
  void Violate(std::string property, std::string message) {
    verdict_.violations.push_back({.property = std::move(property), .message = std::move(message)});
  }
  void Mix(std::uint64_t value) { verdict_.digest = CombineHash(verdict_.digest, value); }
  void ReachBound() {
    verdict_.end = {.kind = sim::SimulationEnd::Kind::kBoundReached, .what = "toy"};
  }
  void TakeSteps(std::uint64_t count) { verdict_.steps += count; }
  sim::Choices& choices() { return choices_; }

 private:
  friend class ToyRun;
  sim::Choices& choices_;
  sim::SymbolTable& symbols_;
  Verdict verdict_;
  std::vector<sim::TraceRecord> records_;
};

using ToyFunction = std::function<void(Toy&)>;

// Copies of `function` run on many threads at once.
SubjectFactory ToySubject(ToyFunction function);

// Asks up to 8 points; which, depends on `program` and on the answers: some points are the same
// whatever happens, some exist only after a certain answer, some addresses are asked more than
// once.
ToyFunction GeneratedToy(std::uint64_t program);

// A set of decisions as text, whatever the order.
std::multiset<std::string> SetOf(const std::vector<sim::Decision>& decisions);

sim::Decision MakeDecision(const sim::ChoiceSite& site, std::string_view activity,
                           std::int32_t attempt, std::string_view answer,
                           std::uint32_t occurrence = 1);

}  // namespace groundhog::explore
