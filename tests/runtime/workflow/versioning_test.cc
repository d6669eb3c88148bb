// Patches and versions (SEMANTICS f.8: each row of the patch table).
#include "runtime/workflow/versioning.h"

#include "runtime/history/failure_text.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::kDefaultVersion;
using workflow::Register;
using workflow::Replay;
using workflow::WorkflowRegistry;

constexpr WorkflowType<std::string()> kShop{"Shop"};

// Every version of the shop waits between two timers; what they do before and after differs.
struct Plain {
  Coro<std::string> Run() {
    co_await workflow::Sleep(1s);
    co_await workflow::Sleep(2s);
    co_return "plain";
  }
};
struct WithPatch {
  Coro<std::string> Run() {
    const bool before = workflow::Patched("two");
    co_await workflow::Sleep(1s);
    const bool after = workflow::Patched("two");
    co_await workflow::Sleep(2s);
    co_return before == after ? (after ? "new" : "old") : "torn";
  }
};
struct PatchAfterwards {
  Coro<std::string> Run() {
    co_await workflow::Sleep(1s);
    const bool patched = workflow::Patched("two");
    co_await workflow::Sleep(2s);
    co_return patched ? "new" : "old";
  }
};
struct WithDeprecatedPatch {
  Coro<std::string> Run() {
    workflow::DeprecatePatch("two");
    co_await workflow::Sleep(1s);
    co_await workflow::Sleep(2s);
    co_return "deprecated";
  }
};
struct TwoPatches {
  Coro<std::string> Run() {
    const bool b = workflow::Patched("b");
    const bool a = workflow::Patched("a");
    co_await workflow::Sleep(1s);
    co_return a&& b ? "both" : "not both";
  }
};

template <class W>
WorkflowRegistry Code() {
  return WorkflowRegistry{Register<W>(kShop)};
}

// The text of what is wrong with a replay; empty if nothing is.
template <class W>
std::string ProblemOf(const history::EventHistory& history) {
  const workflow::ReplayResult result = Replay(Code<W>(), history);
  if (const auto* failure = std::get_if<workflow::TaskFailure>(&result)) {
    return fmt::format("{}: {}", NameOf(failure->cause), failure->failure->message);
  }
  const auto* difference = std::get_if<workflow::Nondeterminism>(&result);
  return difference == nullptr ? "" : difference->text;
}

// A whole run of the code, as far as its first timer or to its end.
template <class W>
history::EventHistory HistoryOf(bool to_the_end = false) {
  Story story(Register<W>(kShop));
  story.Task();
  if (to_the_end) {
    for (const char* id : {"1", "2"}) {
      story.FireTimer(id);
      story.Task();
    }
  }
  return story.history();
}

const Answer kPatchedStart{"RecordMarker(core_patch)", "UpsertWorkflowSearchAttributes",
                           "StartTimer(id 1, 1000ms)"};

TEST_CASE("patched in a new run: true, with a marker and the search attribute, once") {
  Story story(Register<WithPatch>(kShop));
  CHECK(story.Task() == kPatchedStart);
  const auto& marker = std::get<history::RecordMarker>(story.last_commands()[0]);
  REQUIRE(marker.details.size() == 1);
  CHECK(marker.details[0].first == "patch-data");
  CHECK(marker.details[0].second[0].data() == R"({"id":"two","deprecated":false})");
  const auto& upsert =
      std::get<history::UpsertWorkflowSearchAttributesCommand>(story.last_commands()[1]);
  REQUIRE(upsert.search_attributes.size() == 1);
  CHECK(upsert.search_attributes[0].first == "TemporalChangeVersion");
  const history::PayloadContent& value = upsert.search_attributes[0].second.content();
  CHECK(value.data == R"(["two"])");
  REQUIRE(value.metadata.size() == 1);
  CHECK(value.metadata[0] == std::pair<std::string, std::string>("type", "KeywordList"));
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"StartTimer(id 2, 2000ms)"});
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"new\"");
}

TEST_CASE("deprecate_patch in a new run writes a deprecated marker") {
  Story story(Register<WithDeprecatedPatch>(kShop));
  CHECK(story.Task() == kPatchedStart);
  const auto& marker = std::get<history::RecordMarker>(story.last_commands()[0]);
  CHECK(marker.details[0].second[0].data() == R"({"id":"two","deprecated":true})");
}

TEST_CASE("a second patch upserts the search attribute with both ids, sorted") {
  Story story(Register<TwoPatches>(kShop));
  CHECK(story.Task().size() == 5);
  const auto& upsert =
      std::get<history::UpsertWorkflowSearchAttributesCommand>(story.last_commands()[3]);
  CHECK(upsert.search_attributes[0].second.data() == R"(["a","b"])");
}

TEST_CASE("patched, where history has no marker: false for the whole run") {
  Story story(Register<Plain>(kShop));
  story.Task();
  Story resumed(Code<WithPatch>(), story.history());
  resumed.FireTimer("1");
  CHECK(resumed.Task() == Answer{"StartTimer(id 2, 2000ms)"});
  resumed.FireTimer("2");
  resumed.Task();
  CHECK(resumed.Result() == "\"old\"");
}

TEST_CASE("patched for the first time beyond what history has: true") {
  Story story(Register<Plain>(kShop));
  story.Task();
  Story resumed(Code<PatchAfterwards>(), story.history());
  resumed.FireTimer("1");
  CHECK(resumed.Task() == Answer{"RecordMarker(core_patch)", "UpsertWorkflowSearchAttributes",
                                 "StartTimer(id 2, 2000ms)"});
  resumed.FireTimer("2");
  resumed.Task();
  CHECK(resumed.Result() == "\"new\"");
}

TEST_CASE("a marker allows patched and deprecate_patch, and forbids that neither is called") {
  const history::EventHistory history = HistoryOf<WithPatch>(true);
  CHECK(ProblemOf<WithPatch>(history).empty());
  CHECK(ProblemOf<WithDeprecatedPatch>(history).empty());
  CHECK(ProblemOf<Plain>(history) ==
        "[TMPRL1100] Nondeterminism error: Non-deprecated patch marker encountered for change two, "
        "but there is no corresponding change command!");
}

TEST_CASE("a deprecated marker allows patched, deprecate_patch and no call") {
  const history::EventHistory history = HistoryOf<WithDeprecatedPatch>(true);
  CHECK(ProblemOf<WithPatch>(history).empty());
  CHECK(ProblemOf<WithDeprecatedPatch>(history).empty());
  CHECK(ProblemOf<Plain>(history).empty());
}

TEST_CASE("without a marker patched, deprecate_patch and no call replay") {
  const history::EventHistory history = HistoryOf<Plain>(true);
  CHECK(ProblemOf<WithPatch>(history).empty());
  CHECK(ProblemOf<WithDeprecatedPatch>(history).empty());
  CHECK(ProblemOf<Plain>(history).empty());
}

TEST_CASE("a deprecated marker of one patch does not disturb the call of another") {
  struct Other {
    Coro<std::string> Run() {
      const bool other = workflow::Patched("other");
      co_await workflow::Sleep(1s);
      co_await workflow::Sleep(2s);
      co_return other ? "new" : "old";
    }
  };
  CHECK(ProblemOf<Other>(HistoryOf<WithDeprecatedPatch>(true)).empty());
}

// A history with what an old worker wrote.
history::EventHistory WithMarker(history::MarkerRecorded marker, bool with_upsert) {
  history::EventHistory history = HistoryOf<Plain>();
  marker.workflow_task_completed_event_id = 4;
  history.insert(history.begin() + 4, history::MakeEvent(5, {}, std::move(marker)));
  if (with_upsert) {
    history.insert(
        history.begin() + 5,
        history::MakeEvent(
            6, {},
            history::UpsertWorkflowSearchAttributes{
                .search_attributes = {{"TemporalChangeVersion", history::ToPayload(0)}}}));
  }
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].event_id = static_cast<history::EventId>(i) + 1;
  }
  return history;
}

TEST_CASE("markers of older workers are read: without the search attribute, and in plain bytes") {
  const history::MarkerRecorded plain{
      .marker_name = "core_patch",
      .details = {{"deprecated", {history::Payload("", std::string(1, '\0'))}},
                  {"patch_id", {history::Payload("", "two")}}}};
  CHECK(ProblemOf<WithPatch>(WithMarker(plain, false)).empty());
  CHECK(ProblemOf<WithPatch>(WithMarker(plain, true)).empty());
  CHECK_FALSE(ProblemOf<Plain>(WithMarker(plain, false)).empty());
}

TEST_CASE("a marker that does not decode is named") {
  const history::MarkerRecorded broken{.marker_name = "core_patch",
                                       .details = {{"patch-data", {history::ToPayload("two")}}}};
  CHECK_THAT(ProblemOf<WithPatch>(WithMarker(broken, false)),
             Catch::Contains("event 5: marker 'core_patch':"));
}

// --- versions

struct WithVersion {
  Coro<std::string> Run() {
    const auto before = workflow::GetVersion("c", kDefaultVersion, 2);
    co_await workflow::Sleep(1s);
    const auto after = workflow::GetVersion("c", kDefaultVersion, 3);
    const auto other = workflow::GetVersion("d", kDefaultVersion, 1);
    co_await workflow::Sleep(2s);
    co_return fmt::format("{} {} {}", before, after, other);
  }
};
struct SupportsThree {
  Coro<std::string> Run() {
    workflow::GetVersion("c", 3, 3);
    co_await workflow::Sleep(1s);
    co_await workflow::Sleep(2s);
    co_return "";
  }
};
struct SupportsOne {
  Coro<std::string> Run() {
    workflow::GetVersion("c", kDefaultVersion, 1);
    co_await workflow::Sleep(1s);
    co_await workflow::Sleep(2s);
    co_return "";
  }
};

TEST_CASE("a version is the newest at its first call, and stays") {
  Story story(Register<WithVersion>(kShop));
  CHECK(story.Task() == Answer{"RecordMarker(Version)", "UpsertWorkflowSearchAttributes",
                               "StartTimer(id 1, 1000ms)"});
  story.FireTimer("1");
  CHECK(story.Task() == Answer{"RecordMarker(Version)", "UpsertWorkflowSearchAttributes",
                               "StartTimer(id 2, 2000ms)"});
  const auto& upsert =
      std::get<history::UpsertWorkflowSearchAttributesCommand>(story.last_commands()[1]);
  CHECK(upsert.search_attributes[0].second.data() == R"(["d-1","c-2"])");
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"2 2 1\"");
}

TEST_CASE("a run of before the version goes by the default version") {
  Story story(Register<Plain>(kShop));
  story.Task();
  Story resumed(Code<WithVersion>(), story.history());
  resumed.FireTimer("1");
  resumed.Task();
  resumed.FireTimer("2");
  resumed.Task();
  CHECK(resumed.Result() == "\"-1 -1 1\"");
}

TEST_CASE("markers of versions need no call, as in Go") {
  CHECK(ProblemOf<Plain>(HistoryOf<WithVersion>(true)).empty());
}

TEST_CASE("a version outside of what the code supports fails the task as non-deterministic") {
  CHECK(ProblemOf<SupportsThree>(HistoryOf<WithVersion>()) ==
        "NON_DETERMINISTIC_ERROR: [TMPRL1100] Workflow code removed support of version 2. for "
        "\"c\" changeID. The oldest supported version is 3");
  CHECK(ProblemOf<SupportsOne>(HistoryOf<WithVersion>()) ==
        "NON_DETERMINISTIC_ERROR: [TMPRL1100] Workflow code is too old to support version 2 for "
        "\"c\" changeID. The maximum supported version is 1");
}

TEST_CASE("the search attribute is left out when it would be too long") {
  struct Many {
    Coro<std::string> Run() {
      for (int i = 0; i < 30; ++i) workflow::Patched(fmt::format("{:0100}", i));
      workflow::GetVersion("v", kDefaultVersion, 1);
      co_await workflow::Sleep(1s);
      co_return "";
    }
  };
  Story story(Register<Many>(kShop));
  story.Task();
  std::size_t markers = 0;
  std::size_t upserts = 0;
  for (const history::Command& command : story.last_commands()) {
    markers += std::holds_alternative<history::RecordMarker>(command) ? 1 : 0;
    upserts +=
        std::holds_alternative<history::UpsertWorkflowSearchAttributesCommand>(command) ? 1 : 0;
  }
  CHECK(markers == 31);
  CHECK(upserts == 19);
  const auto& version =
      std::get<history::RecordMarker>(story.last_commands()[story.last_commands().size() - 2]);
  CHECK(version.details.back().first == "version-search-attribute-updated");
}

TEST_CASE("a query handler may not ask for a patch") {
  struct Asks {
    Asks() {
      workflow::OnQuery(QueryType<bool()>{"q"}, [] { return workflow::Patched("two"); });
    }
    Coro<std::string> Run() {
      co_await workflow::Sleep(1s);
      co_return "";
    }
  };
  Story story(Register<Asks>(kShop));
  story.Task();
  CHECK_THAT(story.Query("q"), Catch::Contains("workflow::Patched was called in a query handler"));
}

}  // namespace
}  // namespace groundhog::tests
