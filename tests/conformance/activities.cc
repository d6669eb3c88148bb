// Activities: retries, timeouts, heartbeats.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

WorkerOptions StepWorker(Stage& stage) {
  return {.workflows = {workflow::Register<OneActivity>(kOneActivity)},
          .activities = {stage.Scripted("step")}};
}

sim::Coro<void> OneStep(Stage& stage, json input) {
  return PlayOne(stage, kOneActivity, std::move(input), StepWorker(stage));
}

sim::Coro<void> ActOk(Stage& stage, client::Client&) {
  return OneStep(stage, {{"start_to_close_timeout", 5}});
}

}  // namespace

Ports ActivityPorts() {
  return {
      {"act_ok", ActOk},
  };
}

}  // namespace groundhog::conformance
