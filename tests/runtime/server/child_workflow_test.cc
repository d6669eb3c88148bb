// Child workflows as the server sees them (SEMANTICS e.1, f.6; runtime/server/start_child.cc,
// tell_parent.cc, tell_child.cc).
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::EventType;
using history::ParentClosePolicy;
using history::WorkflowExecutionStatus;
using Names = std::vector<std::string>;

history::StartChildWorkflowExecution Child(const std::string& id = "kid") {
  return {.workflow_id = id, .workflow_type = "Child", .input = Text("hello")};
}
history::Command ChildWith(ParentClosePolicy policy) {
  history::StartChildWorkflowExecution child = Child();
  child.parent_close_policy = policy;
  return child;
}

// The types of the events that tell of the workflow's doings, without those of workflow tasks.
Names Doings(const RawWorld& world, const std::string& workflow_id, std::size_t run = 0) {
  Names names;
  for (const auto& event : world.HistoryOf(workflow_id, run)) {
    const std::string name(history::NameOf(history::TypeOf(event)));
    if (name.rfind("WorkflowTask", 0) != 0) names.push_back(name);
  }
  return names;
}

template <class T>
const T& Only(const RawWorld& world, const std::string& workflow_id) {
  const T* found = nullptr;
  for (const auto& event : world.HistoryOf(workflow_id)) {
    if (const T* attributes = history::As<T>(event)) {
      REQUIRE(found == nullptr);
      found = attributes;
    }
  }
  REQUIRE(found != nullptr);
  return *found;
}

const RunRecord& Current(const RawWorld& world, const std::string& workflow_id) {
  const RunsOfWorkflow* runs = world.durable().FindWorkflow(workflow_id);
  REQUIRE(runs != nullptr);
  return world.durable().run(runs->back());
}
WorkflowExecutionStatus StatusOf(const RawWorld& world, const std::string& workflow_id) {
  return Current(world, workflow_id).state.info.status;
}

// Starts "p", whose first task starts the child; gives the child's first task.
// What the parent then has to do waits.
sim::Coro<WorkflowTask> StartFamily(RawWorld& w, history::Command child) {
  ExpectOk(co_await w.Start("p"));
  const WorkflowTask task = co_await w.Poll();
  ExpectOk(co_await w.Complete(task, CommandsOf(std::move(child))));
  const WorkflowTask news = co_await w.Poll();
  CHECK(news->token.execution.workflow_id == "p");
  ExpectOk(co_await w.Complete(news));
  co_return co_await w.Poll();
}

TEST_CASE("a child begins, ends, and its parent is told both") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const WorkflowTask kid = co_await StartFamily(w, Child());
    CHECK(kid->token.execution.workflow_id == "kid");
    CHECK(kid->workflow_type == "Child");
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("child done"))));
    const WorkflowTask last = co_await w.Poll();
    ExpectOk(co_await w.Complete(last, CommandsOf(CompleteWorkflow())));
  });
  CHECK(Doings(world, "p") ==
        Names{"WorkflowExecutionStarted", "StartChildWorkflowExecutionInitiated",
              "ChildWorkflowExecutionStarted", "ChildWorkflowExecutionCompleted",
              "WorkflowExecutionCompleted"});
  const auto& initiated = Only<history::StartChildWorkflowExecutionInitiated>(world, "p");
  CHECK(initiated.task_queue.name == kQueue);
  CHECK(initiated.workflow_task_timeout == 10s);
  CHECK(initiated.parent_close_policy == ParentClosePolicy::kTerminate);
  CHECK(initiated.namespace_ == "default");
  const RunStart& kid = *Current(world, "kid").start;
  const RunStart& parent = *Current(world, "p").start;
  const history::WorkflowExecutionStarted& started = *kid.event;
  CHECK(started.input == Text("hello"));
  CHECK(started.identity.empty());
  CHECK(started.parent_workflow_namespace == "default");
  CHECK(started.parent_workflow_execution.workflow_id == "p");
  CHECK(started.parent_workflow_execution.run_id == parent.run_id);
  CHECK(started.parent_initiated_event_id == 5);
  CHECK(started.root_workflow_execution == started.parent_workflow_execution);
  const auto& completed = Only<history::ChildWorkflowExecutionCompleted>(world, "p");
  CHECK(completed.result == Text("child done"));
  CHECK(completed.initiated_event_id == 5);
  CHECK(completed.started_event_id == 6);
  CHECK(completed.workflow_execution.run_id == kid.run_id);
  CHECK(Current(world, "p").state.relations.get() == nullptr);
}

TEST_CASE("a child of a child names the whole tree's root") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const WorkflowTask kid = co_await StartFamily(w, Child());
    ExpectOk(co_await w.Complete(kid, CommandsOf(Child("grandkid"))));
    co_await w.Sleep(1s);
  });
  const history::WorkflowExecutionStarted& started = *Current(world, "grandkid").start->event;
  CHECK(started.parent_workflow_execution.workflow_id == "kid");
  CHECK(started.root_workflow_execution.workflow_id == "p");
}

TEST_CASE("every way in which a child ends is told as such") {
  RawWorld world;
  SECTION("failed") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      const WorkflowTask kid = co_await StartFamily(w, Child());
      ExpectOk(co_await w.Complete(kid, CommandsOf(FailWorkflow("broke"))));
      co_await w.Sleep(1s);
    });
    const auto& failed = Only<history::ChildWorkflowExecutionFailed>(world, "p");
    CHECK(failed.failure->message == "broke");
    CHECK(failed.retry_state == history::RetryState::kRetryPolicyNotSet);
    CHECK(failed.started_event_id == 6);
  }
  SECTION("canceled") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      const WorkflowTask kid = co_await StartFamily(w, Child());
      ExpectOk(co_await w.Complete(kid, CommandsOf(CancelWorkflow())));
      co_await w.Sleep(1s);
    });
    Only<history::ChildWorkflowExecutionCanceled>(world, "p");
  }
  SECTION("terminated") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      (void)co_await StartFamily(w, Child());
      ExpectOk(co_await w.Terminate("kid", "stop"));
      co_await w.Sleep(1s);
    });
    Only<history::ChildWorkflowExecutionTerminated>(world, "p");
  }
  SECTION("timed out") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      history::StartChildWorkflowExecution child = Child();
      child.workflow_run_timeout = 2s;
      (void)co_await StartFamily(w, child);
      co_await w.Sleep(3s);
    });
    const auto& timed_out = Only<history::ChildWorkflowExecutionTimedOut>(world, "p");
    CHECK(timed_out.retry_state == history::RetryState::kRetryPolicyNotSet);
  }
  CHECK(world.CountEvents("p", EventType::kChildWorkflowExecutionStarted) == 1);
  CHECK(Current(world, "p").state.info.workflow_task.phase == TaskPhase::kScheduled);
}

TEST_CASE("a child whose id is taken is not started") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    StartOptions elsewhere;
    elsewhere.queue = "elsewhere";
    ExpectOk(co_await w.Start("kid", elsewhere));
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(Child())));
    const WorkflowTask news = co_await w.Poll();
    ExpectOk(co_await w.Complete(news, CommandsOf(CompleteWorkflow())));
  });
  CHECK(Doings(world, "p") ==
        Names{"WorkflowExecutionStarted", "StartChildWorkflowExecutionInitiated",
              "StartChildWorkflowExecutionFailed", "WorkflowExecutionCompleted"});
  const auto& failed = Only<history::StartChildWorkflowExecutionFailed>(world, "p");
  CHECK(failed.cause == history::StartChildWorkflowExecutionFailedCause::kWorkflowAlreadyExists);
  CHECK(failed.initiated_event_id == 5);
  CHECK(world.durable().FindWorkflow("kid")->size() == 1);
}

TEST_CASE("the id reuse policy of a child counts") {
  RawWorld world;
  history::StartChildWorkflowExecution child = Child();
  const auto family = [&child](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("kid"));
    const WorkflowTask old = co_await w.Poll();
    ExpectOk(co_await w.Complete(old, CommandsOf(CompleteWorkflow())));
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Complete(task, CommandsOf(child)));
    co_await w.Sleep(1s);
  };
  SECTION("REJECT_DUPLICATE") {
    child.workflow_id_reuse_policy = history::WorkflowIdReusePolicy::kRejectDuplicate;
    world.Run(family);
    CHECK(world.CountEvents("p", EventType::kStartChildWorkflowExecutionFailed) == 1);
  }
  SECTION("ALLOW_DUPLICATE") {
    world.Run(family);
    CHECK(world.CountEvents("p", EventType::kChildWorkflowExecutionStarted) == 1);
    CHECK(world.durable().FindWorkflow("kid")->size() == 2);
  }
}

TEST_CASE("what happens to children while a task is in flight waits, their ends behind all else") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Signal("p", "early"));
    // The next task begins as soon as this one is done, and is held.
    ExpectOk(co_await w.Complete(task, CommandsOf(Child())));
    const WorkflowTask held = co_await w.Poll();
    CHECK(held->token.execution.workflow_id == "p");
    const WorkflowTask kid = co_await w.Poll();
    CHECK(kid->token.execution.workflow_id == "kid");
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow("quick"))));
    ExpectOk(co_await w.Signal("p", "late"));
    ExpectOk(co_await w.Complete(held));
    co_await w.Sleep(1s);
  });
  CHECK(Doings(world, "p") ==
        Names{"WorkflowExecutionStarted", "StartChildWorkflowExecutionInitiated",
              "WorkflowExecutionSignaled", "ChildWorkflowExecutionStarted",
              "WorkflowExecutionSignaled", "ChildWorkflowExecutionCompleted"});
  const history::EventHistory& history = world.HistoryOf("p");
  const auto& completed = Only<history::ChildWorkflowExecutionCompleted>(world, "p");
  REQUIRE(completed.started_event_id != 0);
  CHECK(history::TypeOf(history[static_cast<std::size_t>(completed.started_event_id) - 1]) ==
        EventType::kChildWorkflowExecutionStarted);
}

TEST_CASE("a child whose start was buffered ends later with the start's real id") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectOk(co_await w.Signal("p", "early"));
    ExpectOk(co_await w.Complete(task, CommandsOf(Child())));
    const WorkflowTask held = co_await w.Poll();
    const WorkflowTask kid = co_await w.Poll();
    ExpectOk(co_await w.Complete(held));
    ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow())));
    co_await w.Sleep(1s);
  });
  const auto& completed = Only<history::ChildWorkflowExecutionCompleted>(world, "p");
  const history::EventHistory& history = world.HistoryOf("p");
  REQUIRE(completed.started_event_id != 0);
  CHECK(history::TypeOf(history[static_cast<std::size_t>(completed.started_event_id) - 1]) ==
        EventType::kChildWorkflowExecutionStarted);
}

// --- the end of the parent

TEST_CASE("the parent close policy says what becomes of an open child") {
  RawWorld world;
  const auto end_parent = [](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Terminate("p", "stop"));
    co_await w.Sleep(1s);
  };
  SECTION("TERMINATE") {
    world.Run([&](RawWorld& w) -> sim::Coro<void> {
      (void)co_await StartFamily(w, ChildWith(ParentClosePolicy::kTerminate));
      co_await end_parent(w);
    });
    const auto& terminated = Only<history::WorkflowExecutionTerminated>(world, "kid");
    CHECK(terminated.reason == "by parent close policy");
    CHECK(terminated.identity == "history-service");
  }
  SECTION("REQUEST_CANCEL") {
    world.Run([&](RawWorld& w) -> sim::Coro<void> {
      const WorkflowTask kid =
          co_await StartFamily(w, ChildWith(ParentClosePolicy::kRequestCancel));
      ExpectOk(co_await w.Complete(kid));
      co_await end_parent(w);
      const WorkflowTask last = co_await w.Poll();
      ExpectOk(co_await w.Complete(last, CommandsOf(CancelWorkflow())));
    });
    const auto& requested = Only<history::WorkflowExecutionCancelRequested>(world, "kid");
    CHECK(requested.external_workflow_execution.workflow_id == "p");
    CHECK(requested.external_initiated_event_id == 0);
    CHECK(requested.cause.empty());
    CHECK(StatusOf(world, "kid") == WorkflowExecutionStatus::kCanceled);
  }
  SECTION("ABANDON") {
    world.Run([&](RawWorld& w) -> sim::Coro<void> {
      const WorkflowTask kid = co_await StartFamily(w, ChildWith(ParentClosePolicy::kAbandon));
      co_await end_parent(w);
      ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow())));
      co_await w.Sleep(1s);
    });
    CHECK(StatusOf(world, "kid") == WorkflowExecutionStatus::kCompleted);
  }
  CHECK(Doings(world, "p").back() == "WorkflowExecutionTerminated");
}

TEST_CASE("the end of a child comes too late for a parent that is closed") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const WorkflowTask kid = co_await StartFamily(w, ChildWith(ParentClosePolicy::kAbandon));
    ExpectOk(co_await w.Terminate("p", "stop"));
    ExpectOk(co_await w.Complete(kid, CommandsOf(FailWorkflow("nobody cares"))));
    co_await w.Sleep(1s);
  });
  CHECK(Doings(world, "p").back() == "WorkflowExecutionTerminated");
  CHECK(StatusOf(world, "kid") == WorkflowExecutionStatus::kFailed);
}

// --- crashes

TEST_CASE("a server that was down starts the child, tells its end and the parent's") {
  RawWorld world;
  SECTION("before the child has begun") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      ExpectOk(co_await w.Start("p"));
      const WorkflowTask task = co_await w.Poll();
      ExpectOk(co_await w.Complete(task, CommandsOf(Child())));
      w.server().Crash(500ms);
      co_await w.Sleep(1s);
    });
    CHECK(world.CountEvents("p", EventType::kChildWorkflowExecutionStarted) == 1);
    CHECK(Current(world, "kid").state.info.workflow_task.phase == TaskPhase::kScheduled);
  }
  SECTION("when the child has ended") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      const WorkflowTask kid = co_await StartFamily(w, Child());
      ExpectOk(co_await w.Complete(kid, CommandsOf(CompleteWorkflow())));
      w.server().Crash(500ms);
      co_await w.Sleep(1s);
    });
    CHECK(world.CountEvents("p", EventType::kChildWorkflowExecutionCompleted) == 1);
  }
  SECTION("when the parent has ended") {
    world.Run([](RawWorld& w) -> sim::Coro<void> {
      (void)co_await StartFamily(w, Child());
      ExpectOk(co_await w.Terminate("p", "stop"));
      w.server().Crash(500ms);
      co_await w.Sleep(1s);
    });
    CHECK(StatusOf(world, "kid") == WorkflowExecutionStatus::kTerminated);
  }
}

// --- what is refused

TEST_CASE("a bad child fails the workflow task with Temporal's text") {
  RawWorld world;
  history::StartChildWorkflowExecution child = Child();
  std::string text;
  SECTION("no id") {
    child.workflow_id = "";
    text =
        "BadStartChildExecutionAttributes: Required field WorkflowId is not set on "
        "StartChildWorkflowExecutionCommand. WorkflowType=Child Namespace=default";
  }
  SECTION("no type") {
    child.workflow_type = "";
    text =
        "BadStartChildExecutionAttributes: Required field WorkflowType is not set on "
        "StartChildWorkflowExecutionCommand. WorkflowId=kid Namespace=default";
  }
  SECTION("a negative timeout") {
    child.workflow_run_timeout = -1s;
    text =
        "BadStartChildExecutionAttributes: Invalid WorkflowRunTimeout on "
        "StartChildWorkflowExecutionCommand: negative duration. WorkflowId=kid WorkflowType=Child "
        "Namespace=default";
  }
  world.Run([&](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    ExpectError(co_await w.Complete(task, CommandsOf(child)), StatusCode::kInvalidArgument, text);
  });
  CHECK(world.CountEvents("p", EventType::kWorkflowTaskFailed) == 1);
  CHECK(world.CountEvents("p", EventType::kStartChildWorkflowExecutionInitiated) == 0);
  CHECK(world.durable().FindWorkflow("kid") == nullptr);
}

TEST_CASE("a child cannot be started and cancelled in one task") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    const history::RequestCancelExternalWorkflowExecution cancel{
        .execution = {.workflow_id = "kid"}, .child_workflow_only = true};
    ExpectError(co_await w.Complete(task, CommandsOf(Child(), cancel)),
                StatusCode::kInvalidArgument,
                "BadRequestCancelExternalWorkflowExecutionAttributes: Start and RequestCancel for "
                "child workflow is not allowed in same workflow task. WorkflowId=kid RunId= "
                "Namespace=default");
  });
}

TEST_CASE("a parent has at most 2000 open children") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    ExpectOk(co_await w.Start("p"));
    const WorkflowTask task = co_await w.Poll();
    history::Commands commands;
    for (int i = 0; i <= 2000; ++i) commands.emplace_back(Child("kid-" + std::to_string(i)));
    ExpectError(co_await w.Complete(task, commands), StatusCode::kInvalidArgument,
                "PendingChildWorkflowsLimitExceeded: the number of pending child workflow "
                "executions, 2000, has reached the per-workflow limit of 2000");
  });
}

TEST_CASE("describe lists the open children, and of a child its parent") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    (void)co_await StartFamily(w, ChildWith(ParentClosePolicy::kAbandon));
    const auto parent = co_await w.Describe("p");
    ExpectOk(parent);
    CHECK(parent->pending_children.size() == 1);
    const protocol::PendingChildExecutionInfo& pending = parent->pending_children.at(0);
    CHECK(pending.execution.workflow_id == "kid");
    CHECK(pending.execution.run_id == Current(w, "kid").start->run_id);
    CHECK(pending.workflow_type == "Child");
    CHECK(pending.initiated_id == 5);
    CHECK(pending.parent_close_policy == ParentClosePolicy::kAbandon);
    CHECK_FALSE(parent->info.parent_execution.has_value());
    const auto kid = co_await w.Describe("kid");
    CHECK(kid->info.parent_execution->workflow_id == "p");
    CHECK(kid->info.root_execution->workflow_id == "p");
  });
}

}  // namespace
}  // namespace groundhog::server::testing
