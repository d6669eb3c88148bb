#include "tests/runtime/client/one_script.h"

#include <memory>
#include <utility>

#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "world/simulation.h"
#include "world/world.h"

namespace groundhog::client::testing {
namespace {

class OneScript : public Scenario {
 public:
  OneScript(MakeWorker make_worker, Script script)
      : make_worker_(std::move(make_worker)), script_(std::move(script)) {}

  void Build(World& world) override {
    if (make_worker_) world.AddWorker("worker", make_worker_);
    world.AddClient("client", script_);
  }

 private:
  MakeWorker make_worker_;
  Script script_;
};

}  // namespace

void Play(MakeWorker make_worker, Script script) {
  const ScenarioEntry entry{.name = "one script", .description = "", .make = [&] {
                              return std::make_unique<OneScript>(make_worker, script);
                            }};
  sim::RecordedChoices uneventful;
  Workspace workspace;
  Simulation simulation(entry, uneventful, workspace);
  const Verdict verdict = simulation.Run();
  for (const properties::Violation& violation : verdict.violations) {
    FAIL_CHECK(violation.property << ": " << violation.message);
  }
}

}  // namespace groundhog::client::testing
