// UpsertMemo and UpsertSearchAttributes (SEMANTICS f.9, recorded
// upsert_search_attributes_and_memo).
#include "runtime/workflow/properties.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;
using workflow::Replay;
using workflow::WorkflowRegistry;

constexpr WorkflowType<std::string()> kUpserts{"Upserts"};
constexpr IntKey kInt{"ProbeInt"};
constexpr KeywordKey kKeyword{"ProbeKeyword"};

std::string Seen() {
  const workflow::WorkflowInfo info = workflow::Info();
  return fmt::format("{} {} {} {}", info.search_attributes.Get(kInt).value_or(-1),
                     info.search_attributes.Get(kKeyword).value_or("unset"),
                     info.memo.Get<std::string>("note").value_or("none"),
                     info.memo.Get<int>("extra").value_or(-1));
}

struct Upserts {
  Coro<std::string> Run() {
    workflow::UpsertSearchAttributes(kInt.ValueSet(2));
    workflow::UpsertSearchAttributes(kKeyword.ValueUnset());
    workflow::UpsertMemo({{"note", "changed"}, {"extra", nullptr}});
    workflow::UpsertMemo({});
    workflow::UpsertSearchAttributes();
    const std::string at_once = Seen();
    co_await workflow::Sleep(200ms);
    const std::string later = Seen();
    co_return at_once + " / " + later;
  }
};

TEST_CASE("an upsert is a command each, and the code sees its own changes at once") {
  Story story(Register<Upserts>(kUpserts));
  CHECK(story.Task() == Answer{"UpsertWorkflowSearchAttributes", "UpsertWorkflowSearchAttributes",
                               "ModifyWorkflowProperties", "StartTimer(id 1, 200ms)"});
  const auto& set =
      std::get<history::UpsertWorkflowSearchAttributesCommand>(story.last_commands()[0]);
  CHECK(set.search_attributes == SearchAttributes{kInt.ValueSet(2)}.fields());
  const auto& unset =
      std::get<history::UpsertWorkflowSearchAttributesCommand>(story.last_commands()[1]);
  CHECK(unset.search_attributes.at(0).second.encoding() == history::kEncodingNull);
  const auto& memo = std::get<history::ModifyWorkflowProperties>(story.last_commands()[2]);
  CHECK(memo.upserted_memo == Memo{{"note", "changed"}, {"extra", nullptr}}.fields());
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(story.Result() == "\"2 unset changed -1 / 2 unset changed -1\"");
}

struct MemoOnly {
  Coro<std::string> Run() {
    workflow::UpsertMemo({{"note", "other"}});
    co_await workflow::Sleep(200ms);
    co_return "";
  }
};

TEST_CASE("code that upserts something else than history says is a difference") {
  Story story(Register<Upserts>(kUpserts));
  story.Task();
  const auto verdict = Replay(WorkflowRegistry{Register<MemoOnly>(kUpserts)}, story.history());
  REQUIRE(std::holds_alternative<workflow::Nondeterminism>(verdict));
  CHECK(std::get<workflow::Nondeterminism>(verdict).text ==
        "[TMPRL1100] Nondeterminism error: ModifyWorkflowPropertiesMachine does not handle "
        "HistoryEvent(id: 5, UpsertWorkflowSearchAttributes)");
}

}  // namespace
}  // namespace groundhog::tests
