// Updates.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;

WorkerOptions AccountWorker(Stage& stage) {
  return {.workflows = {workflow::Register<Account>(kAccount)},
          .activities = {stage.Scripted("step")}};
}

// The update with this id; its answer is the fact `key`.
template <class R, class... Args>
sim::Coro<void> SendUpdate(Stage& stage, std::string key, std::string id,
                           UpdateType<R(Args...)> type, Args... args) {
  const client::UntypedHandle handle = stage.Handle(stage.name());
  const client::UpdateOptions options{.id = id};
  co_await stage.Attempt(key, handle.Update(type, options, args...));
}

sim::Coro<void> PlayAccount(Stage& stage, During during) {
  stage.StartWorker(AccountWorker(stage));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(kAccount, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await during(stage, handle);
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await stage.Save();
  co_await stage.StopWorker();
}

sim::Coro<void> Withdraw30(Stage& stage, client::UntypedHandle) {
  return SendUpdate(stage, "u1", "u1", kWithdraw, 30);
}

sim::Coro<void> UpdComplete(Stage& stage, client::Client&) {
  return PlayAccount(stage, Withdraw30);
}

sim::Coro<void> WithdrawLessThanNothing(Stage& stage, client::UntypedHandle) {
  co_await SendUpdate(stage, "u1", "u1", kWithdraw, -1);
  co_await stage.Sleep(200ms);
}

sim::Coro<void> UpdRejected(Stage& stage, client::Client&) {
  return PlayAccount(stage, WithdrawLessThanNothing);
}

sim::Coro<void> WithdrawTooMuch(Stage& stage, client::UntypedHandle) {
  return SendUpdate(stage, "u1", "u1", kWithdraw, 1000);
}

sim::Coro<void> UpdHandlerFails(Stage& stage, client::Client&) {
  return PlayAccount(stage, WithdrawTooMuch);
}

sim::Coro<void> WithdrawSlowly(Stage& stage, client::UntypedHandle) {
  return SendUpdate(stage, "u1", "u1", kWithdrawSlow, 10);
}

sim::Coro<void> UpdWithActivity(Stage& stage, client::Client&) {
  return PlayAccount(stage, WithdrawSlowly);
}

sim::Coro<void> WithdrawThreeTimes(Stage& stage, client::UntypedHandle) {
  co_await SendUpdate(stage, "first", "u1", kWithdraw, 30);
  co_await SendUpdate(stage, "second_same_id", "u1", kWithdraw, 30);
  co_await SendUpdate(stage, "other_id", "u2", kWithdraw, 30);
}

sim::Coro<void> UpdSameIdTwice(Stage& stage, client::Client&) {
  return PlayAccount(stage, WithdrawThreeTimes);
}

sim::Coro<void> UntilFact(Stage& stage, std::string key) {
  while (!stage.HasFact(key)) co_await stage.Sleep(1ms);
}

sim::Coro<void> UpdInFlightAtClose(Stage& stage, client::Client& client) {
  stage.StartWorker(AccountWorker(stage));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kAccount, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  stage.Spawn(SendUpdate(stage, "u1", "u1", kNever));
  co_await stage.WaitEvent(handle, EventType::kWorkflowExecutionUpdateAccepted);
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await UntilFact(stage, "u1");
  co_await SendUpdate(stage, "update_after_close", "u2", kWithdraw, 1);
  co_await stage.Save();
}

sim::Coro<void> UpdBeforeWorker(Stage& stage, client::Client& client) {
  const client::StartOptions options = stage.Options();
  const auto handle = co_await client.Start(kAccount, options);
  stage.Spawn(SendUpdate(stage, "u1", "u1", kWithdraw, 30));
  co_await stage.Sleep(500ms);
  stage.StartWorker(AccountWorker(stage));
  co_await UntilFact(stage, "u1");
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> UpdWithStart(Stage& stage, client::Client& client) {
  stage.StartWorker(AccountWorker(stage));
  client::StartOptions options = stage.Options();
  options.id_conflict_policy = history::WorkflowIdConflictPolicy::kUseExisting;
  for (const char* id : {"u1", "u2"}) {
    const auto start = client.WithStart(kAccount, options);
    const client::UpdateOptions update{.id = id};
    co_await stage.Attempt(id, client.UpdateWithStart(start, kWithdraw, update, 30));
  }
  const client::UntypedHandle handle = stage.Handle(stage.name());
  co_await handle.Signal(kEnd);
  co_await stage.Result(handle);
  co_await stage.Save();
}

}  // namespace

Ports UpdatePorts() {
  return {
      {"upd_complete", UpdComplete},
      {"upd_rejected", UpdRejected},
      {"upd_handler_fails", UpdHandlerFails},
      {"upd_with_activity", UpdWithActivity},
      {"upd_in_flight_at_close", UpdInFlightAtClose},
      {"upd_same_id_twice", UpdSameIdTwice},
      {"upd_before_worker", UpdBeforeWorker},
      {"upd_with_start", UpdWithStart},
  };
}

}  // namespace groundhog::conformance
