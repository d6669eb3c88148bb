// Child and parent, of the lifecycle's scenarios; and chains of runs.
#pragma once

#include <string>

#include "tests/conformance/stage.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {

inline constexpr WorkflowType<std::string(json)> kChild{"Child"};
inline constexpr WorkflowType<json(json)> kParent{"Parent"};

// By input.do: "return" -> return "child done"; "fail" -> ApplicationError("child broke", type
// "ChildError"); "wait" -> wait for signal "go" (cancellable), return "went"; "fail_then_ok" ->
// fail when attempt is 1, else return "ok in attempt n".
class Child {
 public:
  Child();
  workflow::Coro<std::string> Run(json input);

 private:
  bool go_ = false;
};

// Starts child "Child"(input.child) with id input.id and options (parent_close_policy,
// retry_policy, cancellation_type). Then by input.then: "await" -> return its result; "cancel" ->
// wait for signal go, cancel the child, await it, return what it came to; "wait" -> wait for signal
// go, return "parent done".
class Parent {
 public:
  Parent();
  workflow::Coro<json> Run(json input);

 private:
  bool go_ = false;
};

inline workflow::WorkflowRegistration ChildCode() { return workflow::Register<Child>(kChild); }
inline WorkerOptions ChildWorker() { return {.workflows = {ChildCode()}}; }
inline json Doing(const std::string& what) { return json{{"do", what}}; }

// Keeps the histories of a chain of runs as suffix1, suffix2, ….
sim::Coro<void> SaveChain(Stage& stage, std::string workflow_id, std::string run_id,
                          std::string suffix = "run");

}  // namespace groundhog::conformance
