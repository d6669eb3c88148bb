// Every fault at every commit of a small workflow: the store refuses, does not say, or the server
// crashes before or after. Client and worker only repeat what was not answered, and the workflow
// must end as if nothing had been.
#include <algorithm>
#include <set>

#include "runtime/server/facts.h"
#include "sim/seeded_choices.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using history::EventType;
using history::WorkflowExecutionStatus;

bool IsTransient(const absl::Status& status) {
  return status.code() == StatusCode::kUnavailable ||
         status.code() == StatusCode::kDeadlineExceeded;
}

// What the worker has seen done.
struct Effects {
  int withdrawn = 0;
  int deposit_attempts = 0;
};

history::Command StepOfType(const std::string& id, const std::string& type) {
  history::ScheduleActivityTask step = Activity(id, 5s);
  step.activity_type = type;
  step.heartbeat_timeout = 2s;
  step.retry_policy = history::RetryPolicy{.maximum_interval = 2s, .maximum_attempts = 20};
  return step;
}

// withdraw; a timer; deposit, which fails at first;
// then the signal "end" closes the run. Decided from the history alone.
history::Commands Decide(const history::EventHistory& history) {
  const auto count = [&history](EventType type) {
    return std::count_if(history.begin(), history.end(),
                         [type](const auto& event) { return history::TypeOf(event) == type; });
  };
  history::Commands commands;
  if (count(EventType::kActivityTaskScheduled) == 0) {
    commands.push_back(StepOfType("1", "withdraw"));
  } else if (count(EventType::kActivityTaskCompleted) == 1 &&
             count(EventType::kTimerStarted) == 0) {
    commands.push_back(StartTimer("t", 3s));
  } else if (count(EventType::kTimerFired) == 1 && count(EventType::kActivityTaskScheduled) == 1) {
    commands.push_back(StepOfType("2", "deposit"));
  } else if (count(EventType::kActivityTaskCompleted) == 2 &&
             count(EventType::kWorkflowExecutionSignaled) >= 1) {
    commands.push_back(CompleteWorkflow());
  }
  return commands;
}

sim::Coro<void> PollWorkflowTasks(RawWorld& w) {
  for (;;) {
    const WorkflowTask task = co_await w.Poll();
    if (!task.ok()) {
      co_await w.Sleep(200ms);
      continue;
    }
    const history::Commands commands = Decide(task->history);
    for (;;) {
      const auto done = co_await w.Complete(task, commands);
      if (!IsTransient(done.status())) break;
      co_await w.Sleep(200ms);
    }
  }
}

sim::Coro<void> PollActivities(RawWorld& w, Effects& effects) {
  for (;;) {
    const ActivityTask task = co_await w.PollActivity();
    if (!task.ok()) {
      co_await w.Sleep(200ms);
      continue;
    }
    const auto beat = co_await w.Heartbeat(task);
    const bool fails = task->token.activity_type == "deposit" && task->token.attempt == 1;
    if (task->token.activity_type == "withdraw") ++effects.withdrawn;
    if (task->token.activity_type == "deposit") ++effects.deposit_attempts;
    const history::FailurePtr failure = ApplicationFailure("not yet", "BankError");
    for (;;) {
      absl::Status done;
      if (fails) {
        const auto answer = co_await w.FailActivity(task, failure);
        done = answer.status();
      } else {
        const auto answer = co_await w.CompleteActivity(task);
        done = answer.status();
      }
      if (!IsTransient(done)) break;
      co_await w.Sleep(200ms);
    }
  }
}

sim::Coro<void> Client(RawWorld& w) {
  for (;;) {
    const auto started = co_await w.Start("w");
    if (started.ok()) break;
    co_await w.Sleep(200ms);
  }
  for (;;) {
    const auto signalled = co_await w.Signal("w", "end", "end-1");
    if (signalled.ok()) break;
    co_await w.Sleep(200ms);
  }
  for (;;) {
    const auto closed = co_await w.History("w", true);
    if (closed.ok()) break;
    co_await w.Sleep(200ms);
  }
}

struct Outcome {
  std::vector<std::string> lines;
  std::uint64_t digest = 0;
  Effects effects;
  std::vector<sim::Decision> tape;
  std::vector<sim::Decision> single_faults;  // of the server, if the choices keep points
};

// Ids without gaps, references backwards, one end.
void CheckHistory(const history::EventHistory& history) {
  std::size_t closing = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    CHECK(history[i].event_id == static_cast<history::EventId>(i + 1));
    if (history::IsClosing(history::TypeOf(history[i]))) ++closing;
    if (const auto* completed = history::As<history::ActivityTaskCompleted>(history[i])) {
      REQUIRE(completed->started_event_id > 0);
      REQUIRE(completed->started_event_id < history[i].event_id);
      const auto* started = history::As<history::ActivityTaskStarted>(
          history[static_cast<std::size_t>(completed->started_event_id - 1)]);
      REQUIRE(started != nullptr);
      CHECK(started->scheduled_event_id == completed->scheduled_event_id);
    }
  }
  CHECK(closing == 1);
}

// No attempt is counted twice or left out: scheduled 1, started 1, failed 1, scheduled 2, …
void CheckAttempts(const sim::Trace& trace) {
  std::int32_t scheduled = 0;
  std::int32_t started = 0;
  std::int32_t ended = 0;
  for (const sim::TraceRecord& record : trace.records()) {
    if (record.kind != sim::TraceKind::kFact || record.label.subject().text() != "deposit")
      continue;
    const std::int32_t attempt = record.label.number();
    if (record.label.kind() == sim::Symbol(kActivityAttemptScheduled))
      CHECK(attempt == ++scheduled);
    if (record.label.kind() == sim::Symbol(kActivityAttemptStarted)) {
      CHECK(attempt == scheduled);
      CHECK(attempt == ++started);
    }
    if (record.label.kind() == sim::Symbol(kActivityAttemptFailed) ||
        record.label.kind() == sim::Symbol(kActivityAttemptTimedOut)) {
      CHECK(attempt == started);
      CHECK(attempt == ++ended);
    }
  }
  CHECK(scheduled >= 2);
}

// Every single decision at a site of the server that the run was asked for.
std::vector<sim::Decision> FaultsOfServer(const sim::Choices& choices) {
  const auto sites = ServerSites();
  std::vector<sim::Decision> faults;
  for (std::size_t i = 0; i < choices.points().size(); ++i) {
    const sim::ChoicePoint& point = choices.points()[i];
    if (std::find(sites.begin(), sites.end(), point.site) == sites.end()) continue;
    for (sim::Answer answer = 1; answer <= point.site->answers.size(); ++answer) {
      faults.push_back(sim::Decision::From(sim::TakenDecision{
          .point = point, .occurrence = choices.OccurrenceAt(i), .answer = answer}));
    }
  }
  return faults;
}

Outcome Play(sim::Choices& choices) {
  Outcome outcome;
  RawWorld world(&choices);
  world.Prepare();
  world.raw().Spawn(PollWorkflowTasks(world));
  world.raw().Spawn(PollWorkflowTasks(world));
  world.raw().Spawn(PollActivities(world, outcome.effects));
  world.raw().Spawn(Client(world), sim::Process::Role::kScript);
  world.RunToEnd();
  const RunRecord& record = world.durable().run(0);
  CHECK(world.durable().NextRunIndex() == 1);
  CHECK(record.state.info.status == WorkflowExecutionStatus::kCompleted);
  CHECK(record.state.activities.empty());
  CHECK(record.state.timers.empty());
  CHECK(record.state.buffered.empty());
  CheckHistory(record.history);
  CheckAttempts(world.kernel().trace());
  CHECK(outcome.effects.withdrawn >= 1);
  CHECK(world.CountEvents("w", EventType::kWorkflowExecutionSignaled) == 1);
  CHECK(world.CountEvents("w", EventType::kTimerFired) == 1);
  CHECK(world.CountEvents("w", EventType::kActivityTaskCompleted) == 2);
  outcome.lines = world.Lines("w");
  outcome.digest = world.kernel().trace().digest();
  // Names live as long as the world does.
  outcome.single_faults = FaultsOfServer(choices);
  for (const sim::TakenDecision& taken : choices.decisions()) {
    outcome.tape.push_back(sim::Decision::From(taken));
  }
  return outcome;
}

std::vector<sim::Decision> SingleFaults() {
  sim::RecordedChoices choices;
  choices.KeepPoints();
  return Play(choices).single_faults;
}

TEST_CASE("the uneventful run is what the workflow says") {
  sim::RecordedChoices choices;
  const Outcome outcome = Play(choices);
  CHECK(outcome.effects.withdrawn == 1);
  CHECK(outcome.effects.deposit_attempts == 2);
}

TEST_CASE("every commit of the server is a point with a name of its own") {
  std::set<std::string> names;
  for (const sim::Decision& fault : SingleFaults()) {
    INFO(fault.Text());
    CHECK_FALSE(fault.kind.empty());
    CHECK((fault.scope == "w" || fault.scope.empty()));
    // A first occurrence says it all, but for tasks that have one cause more than once.
    CHECK(fault.occurrence <= 2);
    names.insert(fault.Text());
  }
  CHECK(names.count("server/commit.before{PollActivityTaskQueue(w, withdraw, 1)}=crash") == 1);
  CHECK(names.count("server/commit.store{RespondActivityTaskFailed(w, deposit, 1)}=refused") == 1);
  CHECK(names.count(
            "server/commit.after{PollWorkflowTaskQueue(w, \"withdraw completed\", 1)}=crash") +
            names.count(
                "server/commit.after{PollWorkflowTaskQueue(w, withdraw completed, 1)}=crash") ==
        1);
  CHECK(names.count("server/commit.after{TimerFired(w, t)}=long_outage") == 1);
  CHECK(names.count("server/after_reply{StartWorkflowExecution(w)}=crash") == 1);
}

TEST_CASE("the workflow survives every single fault of a commit") {
  const std::vector<sim::Decision> faults = SingleFaults();
  REQUIRE(faults.size() > 100);
  for (const sim::Decision& fault : faults) {
    INFO(fault.Text());
    sim::RecordedChoices choices({fault});
    const Outcome outcome = Play(choices);
    CHECK(choices.Unused().empty());
    CHECK(outcome.tape.size() == 1);
  }
}

TEST_CASE("the workflow survives pairs of faults of commits", "[slow]") {
  const std::vector<sim::Decision> faults = SingleFaults();
  for (std::size_t i = 0; i < faults.size(); i += 3) {
    for (std::size_t j = i + 1; j < faults.size(); j += 3) {
      INFO(faults[i].Text() << " and " << faults[j].Text());
      sim::RecordedChoices choices({faults[i], faults[j]});
      Play(choices);
    }
  }
}

TEST_CASE("the workflow survives random faults, and the same seed does the same twice") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    const auto all = [](const sim::ChoiceSite&, sim::Answer) { return true; };
    sim::SeededChoices first({.seed = seed}, all);
    const Outcome one = Play(first);
    sim::SeededChoices second({.seed = seed}, all);
    const Outcome two = Play(second);
    CHECK(one.digest == two.digest);
    sim::RecordedChoices recorded(one.tape);
    const Outcome again = Play(recorded);
    CHECK(again.digest == one.digest);
    CHECK(recorded.Unused().empty());
  }
}

TEST_CASE("a commit that was written but not confirmed hands the task out all the same") {
  sim::RecordedChoices choices({sim::Decision{.site = "server/commit.store",
                                              .kind = "PollActivityTaskQueue",
                                              .scope = "w",
                                              .subject = "withdraw",
                                              .number = 1,
                                              .answer = "unknown_written"}});
  const Outcome outcome = Play(choices);
  CHECK(choices.Unused().empty());
  CHECK(outcome.effects.withdrawn == 1);
}

TEST_CASE("a task whose start was refused stays in the queue") {
  sim::RecordedChoices choices({sim::Decision{.site = "server/commit.store",
                                              .kind = "PollActivityTaskQueue",
                                              .scope = "w",
                                              .subject = "withdraw",
                                              .number = 1,
                                              .answer = "refused"}});
  const Outcome outcome = Play(choices);
  CHECK(choices.Unused().empty());
  CHECK(outcome.effects.withdrawn == 1);
}

}  // namespace
}  // namespace groundhog::server::testing
