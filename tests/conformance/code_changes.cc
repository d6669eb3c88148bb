// What workflow code leaves in history without doing anything: patches, search attributes, memo;
// and what leaves nothing.
#include "tests/conformance/ports.h"
#include "tests/conformance/workflows.h"

namespace groundhog::conformance {
namespace {

using namespace std::chrono_literals;
using history::EventType;
using workflow::Coro;

constexpr ActivityType<std::string(int)> kStepk{"stepk"};

// random, uuid4, now, info, logger; then sleep(0.2); returns what does not depend on the run.
class Invisible {
 public:
  Coro<json> Run() {
    const std::uint64_t number = workflow::Random().Below(100);
    const std::string uuid = workflow::Uuid4();
    const history::Timestamp begin = workflow::Now();
    workflow::Logger().Info("hello");
    co_await workflow::Sleep(200ms);
    const workflow::WorkflowInfo info = workflow::Info();
    const json none = nullptr;
    co_return json{
        {"random_in_range", number < 100},
        {"uuid_version", uuid.at(14) - '0'},
        {"time_advanced", workflow::Now() > begin},
        {"workflow_id", info.workflow_id},
        {"attempt", info.attempt},
        {"history_length_at_second_task", info.history_length},
        {"task_queue", info.task_queue},
        {"type", info.workflow_type},
        {"run_timeout", info.run_timeout == 0s ? "None" : "some"},
        {"task_timeout", info.task_timeout == 10s ? "0:00:10" : "another"},
        {"cron", info.cron_schedule.empty() ? none : json(info.cron_schedule)},
        {"parent", info.parent ? json(info.parent->workflow_id) : none},
        {"namespace", "default"},  // there is one only
        {"suggested_can", info.continue_as_new_suggested},
        {"continued_run_id", info.continued_run_id.empty() ? none : json(info.continued_run_id)}};
  }
};
constexpr WorkflowType<json()> kInvisible{"Invisible"};

sim::Coro<void> RandomUuidTimeInfo(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kInvisible,
                      {.workflows = {workflow::Register<Invisible>(kInvisible)}});
}

// ---- Patches ----

// Waits for signal "go", then does activity stepk(number).
class Patchable {
 public:
  Patchable() {
    workflow::OnSignal(kGo, [this] { go_ = true; });
  }

 protected:
  Coro<std::string> GoAndStep(std::string prefix, int number) {
    co_await workflow::WaitCondition([this] { return go_; });
    const workflow::ActivityOptions options{.start_to_close_timeout = 5s};
    const std::string result = co_await workflow::ExecuteActivity(kStepk, number, options);
    co_return prefix + result;
  }

 private:
  bool go_ = false;
};

class PatchableV1 : public Patchable {
 public:
  Coro<std::string> Run() { return GoAndStep("v1 ", 1); }
};

class PatchableV2 : public Patchable {
 public:
  Coro<std::string> Run() {
    const bool is_new = workflow::Patched("two");
    return GoAndStep(is_new ? "new " : "old ", is_new ? 2 : 1);
  }
};

class PatchableV3 : public Patchable {
 public:
  Coro<std::string> Run() {
    workflow::DeprecatePatch("two");
    return GoAndStep("v3 ", 2);
  }
};
constexpr WorkflowType<std::string()> kPatchable{"Patchable"};

template <class Version>
WorkerOptions WorkerWith(Stage& stage) {
  return {.workflows = {workflow::Register<Version>(kPatchable)},
          .activities = {stage.Scripted("stepk", /*key_from_argument=*/true)}};
}

sim::Coro<void> GoAfterFirstTask(Stage& stage, client::UntypedHandle handle) {
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await handle.Signal(kGo);
}

sim::Coro<void> PatchNewRun(Stage& stage, client::Client&) {
  return PlayWorkflow(stage, kPatchable, WorkerWith<PatchableV2>(stage), GoAfterFirstTask);
}

// The worker has the first code, is stopped at the wait, and comes again with the second.
sim::Coro<void> PlayTwoVersions(Stage& stage, WorkerOptions first, WorkerOptions second) {
  stage.StartWorker(std::move(first));
  const client::StartOptions options = stage.Options();
  const auto handle = co_await stage.client().Start(kPatchable, options);
  co_await stage.WaitEvent(handle, EventType::kWorkflowTaskCompleted);
  co_await stage.Sleep(200ms);
  co_await stage.StopWorker();
  stage.StartWorker(std::move(second));
  co_await handle.Signal(kGo);
  co_await stage.Result(handle);
  co_await stage.Save();
}

sim::Coro<void> PatchOldRun(Stage& stage, client::Client&) {
  return PlayTwoVersions(stage, WorkerWith<PatchableV1>(stage), WorkerWith<PatchableV2>(stage));
}

sim::Coro<void> PatchDeprecatedOnPatchedRun(Stage& stage, client::Client&) {
  return PlayTwoVersions(stage, WorkerWith<PatchableV2>(stage), WorkerWith<PatchableV3>(stage));
}

// ---- Search attributes and memo ----

constexpr KeywordKey kKeyword{"ProbeKeyword"};
constexpr IntKey kInt{"ProbeInt"};

// The fields as JSON.
json ValuesByName(const history::PayloadMap& fields) {
  json values = json::object();
  for (const auto& [name, payload] : fields) values[name] = history::FromPayload<json>(payload);
  return values;
}

// upsert {ProbeInt: 2}; upsert {ProbeKeyword: unset}; upsert_memo {"note": "changed", "extra":
// None}; sleep(0.2); return [ProbeInt as seen, memo as seen].
class Upserts {
 public:
  Coro<json> Run() {
    workflow::UpsertSearchAttributes(kInt.ValueSet(2));
    workflow::UpsertSearchAttributes(kKeyword.ValueUnset());
    const Memo memo{{"note", "changed"}, {"extra", nullptr}};
    workflow::UpsertMemo(memo);
    co_await workflow::Sleep(200ms);
    const workflow::WorkflowInfo info = workflow::Info();
    co_return json::array(
        {info.search_attributes.Get(kInt).value_or(0), ValuesByName(info.memo.fields())});
  }
};
constexpr WorkflowType<json()> kUpserts{"Upserts"};

sim::Coro<void> CountByInt(Stage& stage, std::int64_t value) {
  const auto executions = co_await stage.client().List();
  int count = 0;
  for (const protocol::WorkflowExecutionInfo& info : executions) {
    const SearchAttributes attributes{history::PayloadMap(info.search_attributes)};
    if (attributes.Get(kInt) == value) ++count;
  }
  stage.Fact("count_ProbeInt_" + std::to_string(value), count);
}

sim::Coro<void> UpsertSearchAttributesAndMemo(Stage& stage, client::Client& client) {
  stage.StartWorker({.workflows = {workflow::Register<Upserts>(kUpserts)}});
  client::StartOptions options = stage.Options();
  options.search_attributes = SearchAttributes{kKeyword.ValueSet("a"), kInt.ValueSet(1)};
  options.memo = Memo{{"note", "first"}, {"extra", 1}};
  const auto handle = co_await client.Start(kUpserts, options);
  co_await stage.Result(handle);
  co_await stage.Save();
  const auto described = co_await handle.Describe();
  stage.Fact("describe_memo", ValuesByName(described.info.memo));
  stage.Fact("describe_search_attributes", ValuesByName(described.info.search_attributes));
  co_await CountByInt(stage, 2);
  co_await CountByInt(stage, 1);
}

}  // namespace

Ports CodeChangePorts() {
  return {
      {"random_uuid_time_info", RandomUuidTimeInfo},
      {"patch_new_run", PatchNewRun},
      {"patch_old_run", PatchOldRun},
      {"patch_deprecated_on_patched_run", PatchDeprecatedOnPatchedRun},
      {"upsert_search_attributes_and_memo", UpsertSearchAttributesAndMemo},
  };
}

}  // namespace groundhog::conformance
