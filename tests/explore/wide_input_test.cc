// An input with more alternatives than an explorer can tell apart is refused, not cut off.
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog {
namespace {

class WideInput : public Scenario {
 public:
  explicit WideInput(std::size_t alternatives) : alternatives_(alternatives, "x") {}
  void Build(World& world) override { world.Input("wide", alternatives_); }

 private:
  std::vector<std::string> alternatives_;
};

Verdict RunWith(std::size_t alternatives) {
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(MakeScenario<WideInput>("wide", "", alternatives), uneventful, workspace);
  return simulation.Run();
}

TEST_CASE("an input has at most 64 alternatives") {
  CHECK(RunWith(64).holds());
  CHECK_THROWS_WITH(RunWith(65),
                    "input 'wide' has 65 alternatives; 64 are the most: make two inputs of it");
}

}  // namespace
}  // namespace groundhog
