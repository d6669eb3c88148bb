// What liveness and no_orphan know of children, close policies, signals to others and updates: each
// with a planted bug.
#include "properties/families.h"

#include "properties/wording.h"
#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;
using history::ParentClosePolicy;
using history::WorkflowExecutionStatus;

// The child "kid" (run-0) of "p" (run-1), which initiates it in event 5.
struct Family : Recording {
  explicit Family(ParentClosePolicy close_policy = ParentClosePolicy::kTerminate)
      : policy(close_policy) {}

  void StartKid(sim::Duration after = 0s) {
    StartRun("kid", "Child");
    event(1) =
        history::MakeEvent(1, ToTimestamp(now() + after),
                           history::WorkflowExecutionStarted{
                               .workflow_type = "Child",
                               .workflow_id = "kid",
                               .original_execution_run_id = "run-0",
                               .first_execution_run_id = "run-0",
                               .parent_workflow_execution = {.workflow_id = "p", .run_id = "run-1"},
                               .parent_initiated_event_id = 5});
  }
  void EndKid(history::WorkflowExecutionTerminated event) {
    Append(std::move(event));
    CloseAs(WorkflowExecutionStatus::kTerminated);
  }
  void StartParent() {
    StartRun("p", "Parent");
    CompleteTask();
    Append(history::StartChildWorkflowExecutionInitiated{
        .workflow_id = "kid", .workflow_type = "Child", .parent_close_policy = policy});
  }
  void TellOfStart() {
    Append(history::ChildWorkflowExecutionStarted{
        .initiated_event_id = 5,
        .workflow_execution = {.workflow_id = "kid", .run_id = "run-0"},
        .workflow_type = "Child"});
  }
  ParentClosePolicy policy;
};

std::string Found(Checker check, Recording& recording, std::string_view text) {
  return Only(Judge(check, recording.Finish()), text);
}

TEST_CASE("a parent that waits for its child, and one that has seen its end, are live") {
  Family family;
  family.StartKid();
  SECTION("it waits") {
    family.StartParent();
    family.TellOfStart();
  }
  SECTION("it has seen it") {
    family.CompleteRun();
    family.StartParent();
    family.TellOfStart();
    family.Append(history::ChildWorkflowExecutionCompleted{.initiated_event_id = 5});
  }
  CHECK(Judge(&CheckLiveness, family.Finish()).empty());
  CHECK(Judge(&CheckNoOrphan, family.Finish()).empty());
}

TEST_CASE("a child's end that its parent was not told is found") {
  Family family;
  family.StartKid();
  family.CompleteRun();
  family.StartParent();
  family.TellOfStart();
  CHECK(Found(&CheckLiveness, family,
              "p: the child kid (event 5) is COMPLETED, and its parent was not told") == "found");
}

TEST_CASE("a child that was never started, and a signal that was never sent, are found") {
  Family family;
  family.StartParent();
  CHECK(Found(&CheckLiveness, family,
              "p: the child kid (event 5) was neither started nor refused") == "found");
  Recording sender;
  sender.StartRun("p", "Parent");
  sender.CompleteTask();
  sender.Append(history::SignalExternalWorkflowExecutionInitiated{
      .workflow_execution = {.workflow_id = "kid"}, .signal_name = "go"});
  CHECK(Found(&CheckLiveness, sender,
              "p: the signal to kid (event 5) neither arrived nor failed") == "found");
  sender.Append(history::ExternalWorkflowExecutionSignaled{.initiated_event_id = 5});
  CHECK(Judge(&CheckLiveness, sender.Finish()).empty());
}

TEST_CASE("an admitted update that no task brings is found") {
  Recording recording;
  recording.StartRun("p", "Parent");
  recording.CompleteTask();
  recording.Append(
      history::WorkflowExecutionUpdateAdmitted{.request = {.meta = {.update_id = "u"}}});
  CHECK(Found(&CheckLiveness, recording,
              "the update that was admitted in event 5 was never brought to the workflow") ==
        "found");
  recording.CompleteTask();
  CHECK(Judge(&CheckLiveness, recording.Finish()).empty());
}

TEST_CASE("a parent close policy that was not applied is found") {
  SECTION("terminate") {
    Family family;
    family.StartKid();
    family.StartParent();
    family.TellOfStart();
    family.CompleteRun();
    CHECK(Found(&CheckNoOrphan, family,
                "p: the run is COMPLETED; of its child kid (event 5): it goes on, but its parent "
                "close policy is to terminate it") == "found");
  }
  SECTION("request cancel") {
    Family family(ParentClosePolicy::kRequestCancel);
    family.StartKid();
    family.StartParent();
    family.TellOfStart();
    family.CompleteRun();
    CHECK(Found(&CheckNoOrphan, family, "it was not asked to cancel") == "found");
  }
  SECTION("abandon") {
    Family family(ParentClosePolicy::kAbandon);
    family.StartKid();
    family.EndKid({.reason = "by parent close policy"});
    family.StartParent();
    family.TellOfStart();
    family.CompleteRun();
    CHECK(Found(&CheckNoOrphan, family,
                "it was terminated, but its parent close policy is to abandon it") == "found");
  }
  SECTION("a start after the parent's end") {
    Family family(ParentClosePolicy::kAbandon);
    family.StartKid(1s);
    family.StartParent();
    family.CompleteRun();
    CHECK(Found(&CheckNoOrphan, family, "it was started after its parent had closed") == "found");
  }
  SECTION("the server has not come to it") {
    Family family;
    family.StartParent();
    family.CompleteRun();
    family.run().pending_relations = 1;
    CHECK(Found(&CheckNoOrphan, family, "the server still keeps work for it: 1 child to be told") ==
          "found");
  }
}

TEST_CASE("children of a run that a reset has ended are left alone") {
  Family family;
  family.StartKid();
  family.StartParent();
  family.TellOfStart();
  family.EndKid({.reason = "reset", .identity = "history-resetter"});
  CHECK(Judge(&CheckNoOrphan, family.Finish()).empty());
}

TEST_CASE("policies that were applied hold") {
  const bool cancels = GENERATE(true, false);
  Family family(cancels ? ParentClosePolicy::kRequestCancel : ParentClosePolicy::kTerminate);
  family.StartKid();
  if (cancels) {
    family.Append(history::WorkflowExecutionCancelRequested{});
  } else {
    family.EndKid({.reason = "by parent close policy"});
  }
  family.StartParent();
  family.TellOfStart();
  family.CompleteRun();
  CHECK(Judge(&CheckNoOrphan, family.Finish()).empty());
}

}  // namespace
}  // namespace groundhog::properties::testing
