// What history and retry know of chains of runs: each with a planted bug.
#include "properties/chains.h"

#include "properties/wording.h"
#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties::testing {
namespace {

using namespace std::chrono_literals;
using history::WorkflowExecutionStatus;

// Runs of "w": run-0, run-1, …
struct Chain : Recording {
  void Begin(history::WorkflowExecutionStarted started) {
    StartRun("w", "W");
    started.original_execution_run_id = run().run_id;
    event(1) = history::MakeEvent(1, ToTimestamp(now()), std::move(started));
    CompleteTask();
  }
  void Continue(const std::string& next) {
    Append(history::WorkflowExecutionContinuedAsNew{.new_execution_run_id = next});
    CloseAs(WorkflowExecutionStatus::kContinuedAsNew);
  }
  void Fail(const std::string& next, RetryState state) {
    Append(history::WorkflowExecutionFailed{
        .failure = ApplicationFailure("Oops"), .retry_state = state, .new_execution_run_id = next});
    CloseAs(WorkflowExecutionStatus::kFailed);
  }
};

const history::RetryPolicy kPolicy{.initial_interval = 3s,
                                   .backoff_coefficient = 2,
                                   .maximum_interval = 100s,
                                   .maximum_attempts = 2};

std::string Found(Checker check, Recording& recording, std::string_view text) {
  return Only(Judge(check, recording.Finish()), text);
}

TEST_CASE("runs and their successors name each other") {
  Chain chain;
  chain.Begin({});
  chain.Continue("run-1");
  SECTION("they do") {
    chain.Begin({.continued_execution_run_id = "run-0"});
    CHECK(Judge(&CheckLinks, chain.Finish()).empty());
  }
  SECTION("there is no successor") {
    CHECK(Found(&CheckLinks, chain,
                "w: the run says that run-1 follows it, but there is no such run") == "found");
  }
  SECTION("it follows another run") {
    chain.Begin({.continued_execution_run_id = "run-7"});
    CHECK(Found(&CheckLinks, chain, "run-1 follows it, which says that it follows \"run-7\"") ==
          "found");
  }
}

TEST_CASE("two runs of one workflow id that are open at once are found") {
  Chain chain;
  chain.Begin({});
  chain.Begin({});
  CHECK(Found(&CheckLinks, chain, "w: run run-0 is open, though run run-1 has begun since") ==
        "found");
}

TEST_CASE("a failed run is tried again as its policy says") {
  Chain chain;
  chain.Begin({.retry_policy = kPolicy});
  SECTION("it is") {
    chain.Fail("run-1", RetryState::kInProgress);
    chain.Begin({.continued_execution_run_id = "run-0",
                 .retry_policy = kPolicy,
                 .attempt = 2,
                 .first_workflow_task_backoff = 3s});
    chain.Fail("", RetryState::kMaximumAttemptsReached);
    CHECK(Judge(&CheckRetry, chain.Finish()).empty());
  }
  SECTION("too early") {
    chain.Fail("run-1", RetryState::kInProgress);
    chain.Begin({.retry_policy = kPolicy, .attempt = 2, .first_workflow_task_backoff = 2s});
    CHECK(Found(&CheckRetry, chain,
                "w: the back-off of the run's successor is 2 s; expected 3 s by its policy") ==
          "found");
  }
  SECTION("miscounted") {
    chain.Fail("run-1", RetryState::kInProgress);
    chain.Begin({.retry_policy = kPolicy, .attempt = 3, .first_workflow_task_backoff = 3s});
    CHECK(Found(&CheckRetry, chain, "the run was attempt 1, but its successor says 3") == "found");
  }
  SECTION("not at all") {
    chain.Fail("", RetryState::kInProgress);
    CHECK(Found(&CheckRetry, chain, "the run is to be tried again, and names no successor") ==
          "found");
  }
  SECTION("given up too early") {
    chain.Fail("", RetryState::kMaximumAttemptsReached);
    CHECK(Found(&CheckRetry, chain, "the run ended with retry state MAXIMUM_ATTEMPTS_REACHED") ==
          "found");
  }
}

}  // namespace
}  // namespace groundhog::properties::testing
