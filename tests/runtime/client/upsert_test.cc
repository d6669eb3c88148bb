// What describe shows of a workflow that changes its memo and search attributes (recorded
// upsert_search_attributes_and_memo).
#include <chrono>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::client {
namespace {

using namespace std::chrono_literals;

constexpr WorkflowType<int()> kUpserts{"Upserts"};
constexpr IntKey kInt{"ProbeInt"};
constexpr KeywordKey kKeyword{"ProbeKeyword"};
constexpr KeywordListKey kBuildIds{"BuildIds"};

struct Upserts {
  workflow::Coro<int> Run() {
    workflow::UpsertSearchAttributes(kInt.ValueSet(2));
    workflow::UpsertSearchAttributes(kKeyword.ValueUnset());
    workflow::UpsertMemo({{"note", "changed"}, {"extra", nullptr}});
    co_await workflow::Sleep(200ms);
    co_return static_cast<int>(workflow::Info().search_attributes.Get(kInt).value_or(0));
  }
};

const StartOptions kStart{.id = "w",
                          .task_queue = testing::kQueue,
                          .memo = {{"note", "first"}, {"extra", 1}},
                          .search_attributes = {kKeyword.ValueSet("a"), kInt.ValueSet(1)},
                          .static_summary = "a probe"};

TEST_CASE("describe shows what the workflow made of its memo and search attributes, and BuildIds") {
  const auto worker = [] {
    return worker::WorkerOptions{.task_queue = testing::kQueue,
                                 .workflows = {workflow::Register<Upserts>(kUpserts)},
                                 .build_id = "build-1"};
  };
  testing::Play(worker, [](Client& client) -> sim::Coro<void> {
    const auto upserts = co_await client.Start(kUpserts, kStart);
    const int seen = co_await upserts.Result();
    CHECK(seen == 2);
    const auto told = co_await upserts.Describe();
    CHECK(told.info.memo == Memo{{"note", "changed"}}.fields());
    const SearchAttributes attributes(told.info.search_attributes);
    CHECK(attributes.Get(kInt) == 2);
    CHECK_FALSE(attributes.Get(kKeyword).has_value());
    const std::vector<std::string> build_ids = attributes.Get(kBuildIds).value();
    CHECK(build_ids == std::vector<std::string>{"unversioned", "unversioned:build-1"});
    REQUIRE(told.user_metadata);
    CHECK(told.user_metadata->summary->data() == "\"a probe\"");
    const auto events = co_await upserts.FetchHistory();
    CHECK(events.size() == 13);
    CHECK(TypeOf(events[6]) == history::EventType::kWorkflowPropertiesModified);
  });
}

}  // namespace
}  // namespace groundhog::client
