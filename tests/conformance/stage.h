// Stage: one recorded scenario as it is played again in the simulator: the server, the workers that
// the port starts, the client "client-1" that runs the port, and what came of it:
// histories, outcomes, facts.
//
//     sim::Coro<void> ActOk(Stage& stage, client::Client& client) {       // a port (ports.h)
//       stage.StartWorker({.workflows = {…}, .activities = {stage.Scripted("step")}});
//       const client::StartOptions options = stage.Options();
//       const auto handle = co_await client.Start(kOneActivity, options, input);
//       co_await stage.Result(handle);
//       co_await stage.Save();
//     }
//
// A port does what the program did that recorded the scenario, in the same order and with the same
// waits. What its activities do in each attempt is the recorded plan. Nothing happens but what it
// asks for: no fault, no delay but a message's nominal latency.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/activity/registration.h"
#include "runtime/client/client.h"
#include "runtime/history/event.h"
#include "runtime/history/event_type.h"
#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/options.h"
#include "scenarios/recorded/activity_plan.h"
#include "scenarios/recorded/index.h"
#include "scenarios/recorded/notice_board.h"
#include "sim/coro.h"
#include "sim/process.h"
#include "world/world.h"

namespace groundhog::conformance {

using What = recorded::ActivityNotice::What;

inline constexpr std::string_view kQueue = "probe-task-queue";

// What a call was for: the recording client's exceptions depend on it.
enum class CallKind { kAny, kStart };

// What the recordings noted of an answer.
template <class T>
nlohmann::json AnswerAsRecorded(const T& answer) {
  if constexpr (std::is_constructible_v<nlohmann::json, const T&>) {
    return nlohmann::json(answer);
  } else if constexpr (std::is_base_of_v<client::UntypedHandle, T>) {
    return "accepted";
  } else {
    return nlohmann::json::object();  // a message without members of interest
  }
}
nlohmann::json AnswerAsRecorded(const protocol::RecordActivityTaskHeartbeatResponse& answer);

class Stage {
 public:
  using Port = std::function<sim::Coro<void>(Stage&, client::Client&)>;
  struct SavedHistory {
    std::string file;
    history::EventHistory history;
  };

  // `recorded` must outlive the stage.
  Stage(const recorded::RecordedScenario& recorded, Port port);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  void Build(World& world);

  // Of the scenario; workflows have it as id unless they need several.
  const std::string& name() const { return recorded_.name; }
  World& world() { return *world_; }
  client::Client& client() { return *client_; }
  sim::Process& process() { return client_->process(); }
  const recorded::NoticeBoard& board() const { return board_; }
  // Seconds since the beginning.
  double Now() const;

  // ---- Server and workers ----
  void KillServer();
  void StartServer();
  // It polls for what it has: workflows, activities, or both; the task queue is kQueue unless the
  // options say otherwise. After a death or a stop of the worker of
  // this name it is the next life, with these options.
  sim::Process& StartWorker(WorkerOptions options, const std::string& identity = "worker-1");
  // The workflow task that the next call makes takes so long: the worker pauses when the task is on
  // its way to it. (Its activities pause as well: let another worker run them.)
  void SlowNextTask(sim::Process& worker, sim::Duration length);
  void KillWorker(const std::string& identity = "worker-1");
  // The graceful end; waits for it.
  sim::Coro<void> StopWorker(std::string identity = "worker-1");
  // A process that does nothing by itself, for a hand-driven worker.
  sim::Process& RawProcess(const std::string& identity);
  // An activity that does what the recorded plan says;
  // with `key_from_argument` the plan is that of "name:argument".
  activity::Registration Scripted(const std::string& activity, bool key_from_argument = false);
  // The scenario has several plans: from now on the next one holds, for running workers too.
  void NextPlan();
  // An activity that is not Scripted tells what it does.
  void Post(activity::Context& context, What what, nlohmann::json more = {});

  // ---- Waiting ----
  sim::Process::SleepAwaiter Sleep(sim::Duration length) { return process().Sleep(length); }
  // Until the activity has done so in `count` attempts (in this attempt only, if it is not 0).
  sim::Coro<void> WaitCall(std::string activity, What what = What::kBegin, int attempt = 0,
                           int count = 1);
  using Accepts = std::function<bool(const history::HistoryEvent&)>;
  // Until the history has `count` events of the type (that `accepts` likes); gives the last of
  // them. Bind `accepts` to a name.
  sim::Coro<history::HistoryEvent> WaitEvent(client::UntypedHandle handle, history::EventType type,
                                             int count = 1, Accepts accepts = {});
  // Something that goes on beside the port; the scenario waits for its end.
  void Spawn(sim::Coro<void> aside);

  // ---- Calls ----
  // With the scenario's name as id, in kQueue.
  client::StartOptions Options(const std::string& workflow_id = {}) const;
  // Any workflow by its id.
  client::UntypedHandle Handle(const std::string& workflow_id, const std::string& run_id = {});
  // Awaits a call; its answer or its error is a fact. Whether it succeeded.
  template <class T>
  sim::Coro<bool> Attempt(std::string key, sim::Coro<T> call, CallKind kind = CallKind::kAny);

  // ---- What is kept ----
  bool HasFact(const std::string& key) const { return facts_.contains(key); }
  void Fact(const std::string& key, nlohmann::json value) { facts_[key] = std::move(value); }
  void SetOutcome(const std::string& key, nlohmann::json value) {
    outcomes_[key] = std::move(value);
  }
  // Waits for the end of the handle's chain of runs.
  sim::Coro<void> Result(client::UntypedHandle handle, std::string key = "workflow");
  // The history as it is now, of the current run unless another is named: group/name.suffix.json.
  sim::Coro<void> Save(std::string workflow_id = {}, std::string run_id = {},
                       std::string suffix = {});
  // What describe says, as a fact.
  sim::Coro<void> Describe(std::string workflow_id, std::string key);

  // ---- For the program that plays it ----
  const std::vector<SavedHistory>& saved() const { return saved_; }
  const nlohmann::json& outcomes() const { return outcomes_; }
  nlohmann::json Facts() const;
  std::vector<std::string> Troubles() const;

 private:
  sim::Coro<void> Perform(client::Client& client);
  void End();
  int CountCalls(const std::string& activity, What what, int attempt) const;
  // Why a call was refused: the recording client's exceptions, outermost first.
  nlohmann::json ErrorAsRecorded(const client::ServiceError& error, CallKind kind) const;
  static nlohmann::json ErrorAsRecorded(const client::WorkflowUpdateFailedError& error);
  static nlohmann::json ErrorAsRecorded(const std::string& exception, const std::string& message);

  const recorded::RecordedScenario& recorded_;
  Port port_;
  World* world_ = nullptr;
  client::Client* client_ = nullptr;
  std::shared_ptr<recorded::ActivityPlans> plans_;
  std::size_t plan_ = 0;
  recorded::NoticeBoard board_;
  std::map<std::string, sim::Process*> workers_;
  std::map<std::string, sim::Process*> raw_processes_;
  std::vector<SavedHistory> saved_;
  nlohmann::json outcomes_ = nlohmann::json::object();
  nlohmann::json facts_ = nlohmann::json::object();
  std::vector<std::string> troubles_;
  std::string waits_for_ = "its beginning";  // empty: the port has ended
};

template <class T>
sim::Coro<bool> Stage::Attempt(std::string key, sim::Coro<T> call, CallKind kind) {
  waits_for_ = key;
  facts_.erase(key);
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(call);
      facts_[key]["ok"] = nullptr;
    } else {
      const T answer = co_await std::move(call);
      facts_[key]["ok"] = AnswerAsRecorded(answer);
    }
    co_return true;
  } catch (const client::WorkflowQueryFailedError& error) {
    facts_[key]["error"] =
        ErrorAsRecorded("WorkflowQueryFailedError", std::string(error.status().message()));
  } catch (const client::WorkflowQueryRejectedError& error) {
    facts_[key]["error"] = ErrorAsRecorded("WorkflowQueryRejectedError", error.what());
  } catch (const client::ServiceError& error) {
    facts_[key]["error"] = ErrorAsRecorded(error, kind);
  } catch (const client::WorkflowUpdateFailedError& error) {
    facts_[key]["error"] = ErrorAsRecorded(error);
  }
  co_return false;
}

}  // namespace groundhog::conformance
