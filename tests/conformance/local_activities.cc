// Local activities.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

sim::Coro<void> OneLocalStep(Stage& stage, json input) {
  WorkerOptions worker{.workflows = {workflow::Register<OneLocalActivity>(kOneLocalActivity)},
                       .activities = {stage.Scripted("step")}};
  return PlayOne(stage, kOneLocalActivity, std::move(input), std::move(worker));
}

sim::Coro<void> ActLocalOk(Stage& stage, client::Client&) {
  return OneLocalStep(stage, {{"start_to_close_timeout", 5}});
}

sim::Coro<void> ActLocalFailure(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.1}, {"maximum_attempts", 2}};
  return OneLocalStep(stage, {{"start_to_close_timeout", 5}, {"retry_policy", policy}});
}

sim::Coro<void> ActLocalBackoffTimer(Stage& stage, client::Client&) {
  const json policy = {{"initial_interval", 0.2}, {"backoff_coefficient", 3.0}};
  return OneLocalStep(
      stage,
      {{"start_to_close_timeout", 5}, {"local_retry_threshold", 0.3}, {"retry_policy", policy}});
}

}  // namespace

Ports LocalActivityPorts() {
  return {
      {"act_local_ok", ActLocalOk},
      {"act_local_failure", ActLocalFailure},
      {"act_local_backoff_timer", ActLocalBackoffTimer},
  };
}

}  // namespace groundhog::conformance
