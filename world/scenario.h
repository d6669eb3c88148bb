// Scenario: who is there, what they do, and what must hold. It says nothing of faults,
// which are everywhere by default.
//
//     class TutorialTransfer : public Scenario {
//       void Build(World& world) override {…}      // see world.h
//     };
//     const ScenarioEntry kEntry = MakeScenario<TutorialTransfer>("money_transfer", "the tutorial's transfer");
//
// A Scenario object lives for one simulation: Build is called once on a fresh object, so state of
// the scenario's own can be its members. Many simulations run at once, each with its own object; a
// scenario must not touch anything static that can change.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace groundhog {

class World;

class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual void Build(World& world) = 0;
};

struct ScenarioEntry {
  std::string name = {};
  std::string description = {};
  std::function<std::unique_ptr<Scenario>()> make = {};
};

template <class S, class... Args>
ScenarioEntry MakeScenario(std::string name, std::string description, Args... args) {
  return ScenarioEntry{std::move(name), std::move(description),
                       [args...] { return std::make_unique<S>(args...); }};
}

using Scenarios = std::vector<ScenarioEntry>;

}  // namespace groundhog
