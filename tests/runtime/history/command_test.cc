#include "runtime/history/command.h"

#include "tests/catch.h"

namespace groundhog::history {
namespace {

TEST_CASE("a command's name is Temporal's command type") {
  CHECK(NameOf(ScheduleActivityTask{}) == "ScheduleActivityTask");
  CHECK(NameOf(RequestCancelActivityTask{}) == "RequestCancelActivityTask");
  CHECK(NameOf(StartTimer{}) == "StartTimer");
  CHECK(NameOf(CancelTimer{}) == "CancelTimer");
  CHECK(NameOf(CompleteWorkflowExecution{}) == "CompleteWorkflowExecution");
  CHECK(NameOf(FailWorkflowExecution{}) == "FailWorkflowExecution");
  CHECK(NameOf(CancelWorkflowExecution{}) == "CancelWorkflowExecution");
}

TEST_CASE("exactly the commands that end the run are closing") {
  CHECK(IsClosing(CompleteWorkflowExecution{}));
  CHECK(IsClosing(FailWorkflowExecution{}));
  CHECK(IsClosing(CancelWorkflowExecution{}));
  CHECK_FALSE(IsClosing(ScheduleActivityTask{}));
  CHECK_FALSE(IsClosing(RequestCancelActivityTask{}));
  CHECK_FALSE(IsClosing(StartTimer{}));
  CHECK_FALSE(IsClosing(CancelTimer{}));
}

TEST_CASE("a command's description says what tells it from others of its kind") {
  using std::chrono::milliseconds;
  CHECK(Describe(ScheduleActivityTask{.activity_id = "2", .activity_type = "deposit"}) ==
        "ScheduleActivityTask(deposit, id 2)");
  CHECK(Describe(RequestCancelActivityTask{.scheduled_event_id = 5}) ==
        "RequestCancelActivityTask(scheduled by event 5)");
  CHECK(Describe(StartTimer{.timer_id = "3", .start_to_fire_timeout = milliseconds(30'000)}) ==
        "StartTimer(id 3, 30 s)");
  CHECK(Describe(StartTimer{.timer_id = "3", .start_to_fire_timeout = milliseconds(1'250)}) ==
        "StartTimer(id 3, 1.25 s)");
  CHECK(Describe(StartTimer{.timer_id = "3", .start_to_fire_timeout = milliseconds(-500)}) ==
        "StartTimer(id 3, -0.5 s)");
  CHECK(Describe(CancelTimer{.timer_id = "3"}) == "CancelTimer(id 3)");
  CHECK(Describe(CompleteWorkflowExecution{}) == "CompleteWorkflowExecution");
  CHECK(Describe(FailWorkflowExecution{}) == "FailWorkflowExecution");
  CHECK(Describe(FailWorkflowExecution{.failure =
                                           MakeShared<Failure>(Failure{.message = "no money"})}) ==
        "FailWorkflowExecution(no money)");
  CHECK(Describe(CancelWorkflowExecution{}) == "CancelWorkflowExecution");
}

}  // namespace
}  // namespace groundhog::history
