// ListWorkflowExecutions and CountWorkflowExecutions.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runtime/history/converter.h"
#include "runtime/history/search_attributes.h"
#include "tests/catch.h"
#include "tests/runtime/server/raw_world.h"

namespace groundhog::server::testing {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;

constexpr KeywordKey kCustomer{"Customer"};
constexpr IntKey kItems{"Items"};
constexpr KeywordListKey kTags{"Tags"};

StartOptions WithAttributes(const SearchAttributes& attributes) {
  StartOptions options;
  options.search_attributes = attributes.fields();
  return options;
}

// "c, a | b": the ids of each page.
template <class Response>
std::string Ids(const absl::StatusOr<Response>& listed) {
  if (!listed.ok()) return listed.status().ToString();
  std::string ids;
  for (const auto& info : listed->executions) {
    if (!ids.empty()) ids += ", ";
    ids += info.execution.workflow_id;
  }
  return ids;
}

StartOptions WithOne(const SearchAttributeUpdate& attribute) {
  const SearchAttributes attributes{attribute};
  return WithAttributes(attributes);
}

StartOptions FirstTwo() {
  const SearchAttributes attributes{kCustomer.ValueSet("c-1"), kItems.ValueSet(1)};
  return WithAttributes(attributes);
}

StartOptions LastTwo() {
  const SearchAttributes attributes{kCustomer.ValueSet("c-2"), kTags.ValueSet({"blue", "red"})};
  return WithAttributes(attributes);
}

// Five seconds between starts; "b" completes, "d" is terminated.
sim::Coro<void> StartFour(RawWorld& w) {
  for (const char* const id : {"a", "b", "c", "d"}) {
    const StartOptions options = std::string(id) < "c" ? FirstTwo() : LastTwo();
    ExpectOk(co_await w.Start(id, options));
    if (std::string(id) == "b") {
      const WorkflowTask of_a = co_await w.Poll();
      const WorkflowTask of_b = co_await w.Poll();
      ExpectOk(co_await w.Complete(of_a));
      ExpectOk(co_await w.Complete(of_b, CommandsOf(CompleteWorkflow())));
    }
    co_await w.Sleep(5s);
  }
  ExpectOk(co_await w.Terminate("d", "enough"));
}

// One letter each.
sim::Coro<void> EndAll(RawWorld& w, std::string ids) {
  for (const char id : ids) ExpectOk(co_await w.Terminate(std::string(1, id), ""));
}

// Queries, and whom they find.
std::vector<std::pair<std::string, std::string>> Expected() {
  return {
      {"", "c, a, d, b"},
      {"WorkflowType = 'Raw'", "c, a, d, b"},
      {"WorkflowId IN ('a', 'd')", "a, d"},
      {"WorkflowId > 'b'", "c, d"},
      {"ExecutionStatus = 'Running'", "c, a"},
      {"ExecutionStatus != 'Running'", "d, b"},
      {"Customer = 'c-1'", "a, b"},
      {"Customer STARTS_WITH 'c-' AND NOT ExecutionStatus = 'Terminated'", "c, a, b"},
      {"Items = 1", "a, b"},
      {"Items != 1", ""},
      {"Items IS NULL", "c, d"},
      {"Tags = 'red'", "c, d"},
      {"Tags NOT IN ('red')", "a, b"},
      {"TaskQueue = '" + std::string(kQueue) + "' OR TaskQueue = 'other'", "c, a, d, b"},
      {"CloseTime IS NULL", "c, a"},
      {"HistoryLength >= 5", "b"},
      {"HistoryLength = 3", "d"},
      {"HistoryLength IS NULL", "c, a"},
      {"HistorySizeBytes > 0", "d, b"},
      {"StateTransitionCount = 3", "b"},
      {"ExecutionDuration < '4s'", "b"},
      {"ExecutionDuration BETWEEN '4s' AND '6s'", "d"},
      {"ParentWorkflowId IS NULL AND RootWorkflowId = 'a'", "a"},
      {"StartTime > '2100-01-01T00:00:00Z'", ""},
  };
}

TEST_CASE("queries find runs by what they are and have") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartFour(w);
    const std::vector<std::pair<std::string, std::string>> expected = Expected();
    for (const auto& [query, ids] : expected) {
      INFO(query);
      const auto listed = co_await w.List(query);
      CHECK(Ids(listed) == ids);
    }
    co_await EndAll(w, "ac");
  });
}

TEST_CASE("pages go on where the last one ended, whatever happened meanwhile") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartFour(w);
    protocol::ListWorkflowExecutionsRequest request{.page_size = 1};
    std::string pages;
    for (int page = 0; page < 10; ++page) {
      const auto listed = co_await w.Say(request, "");
      if (!listed.ok()) FAIL(listed.status().ToString());
      pages += Ids(listed) + "|";
      if (page == 0) ExpectOk(co_await w.Start("e"));  // stands before what was given: not seen
      if (listed->next_page_token.empty()) break;
      request.next_page_token = listed->next_page_token;
    }
    CHECK(pages == "c|a|d|b||");
    for (const char* const hostile : {"x", "1/2", "1/x/y", "99999999999999999999/1/r", "/"}) {
      request.next_page_token = hostile;
      const auto refused = co_await w.Say(request, "");
      ExpectError(refused, StatusCode::kInvalidArgument, "Invalid NextPageToken.");
    }
    co_await EndAll(w, "ace");
  });
}

TEST_CASE("counts, by status too") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    co_await StartFour(w);
    const auto all = co_await w.Count("");
    CHECK(all->count == 4);
    CHECK(all->groups.empty());
    const auto grouped = co_await w.Count("WorkflowType = 'Raw' GROUP BY ExecutionStatus");
    CHECK(grouped->count == 4);
    std::string groups;
    for (const auto& group : grouped->groups) {
      groups += history::FromPayload<std::string>(group.group_values.at(0)) + " " +
                std::to_string(group.count) + ", ";
    }
    CHECK(groups == "Running 2, Completed 1, Terminated 1, ");
    const auto none = co_await w.Count("TaskQueue = 'no' GROUP BY ExecutionStatus");
    CHECK(none->groups.empty());
    co_await EndAll(w, "ac");
  });
}

TEST_CASE("what is no query is refused with Temporal's text") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    // As recorded in visibility_counts.
    ExpectError(co_await w.Count("Nonsense = 1"), StatusCode::kInvalidArgument,
                "invalid query: invalid search attribute: Nonsense");
    ExpectError(co_await w.List("WorkflowId ="), StatusCode::kInvalidArgument,
                "invalid query: malformed SQL query: syntax error at position 40");
    ExpectError(co_await w.List("GROUP BY ExecutionStatus"), StatusCode::kInvalidArgument,
                "invalid query: operation is not supported: 'GROUP BY' clause");
    ExpectError(co_await w.List("ORDER BY StartTime"), StatusCode::kInvalidArgument,
                "invalid query: operation is not supported: 'ORDER BY' clause");
  });
}

TEST_CASE("a search attribute is of the type that the first run gave it") {
  RawWorld world;
  world.Run([](RawWorld& w) -> sim::Coro<void> {
    const StartOptions first = WithOne(kItems.ValueSet(7));
    ExpectOk(co_await w.Start("a", first));
    constexpr KeywordKey kSameName{"Items"};
    const StartOptions second = WithOne(kSameName.ValueSet("seven"));
    ExpectOk(co_await w.Start("b", second));
    const auto sevens = co_await w.List("Items = 7");
    CHECK(Ids(sevens) == "a");
    const auto others = co_await w.List("Items IS NULL");
    CHECK(Ids(others) == "b");
    ExpectError(co_await w.List("Items = 'seven'"), StatusCode::kInvalidArgument,
                "invalid query: invalid expression: invalid value type for search attribute Items "
                "of type Int: \"seven\" (type: string)");
    co_await EndAll(w, "ab");
  });
}

}  // namespace
}  // namespace groundhog::server::testing
