#include "reports/decision_text.h"

#include "faults/catalog.h"
#include "tests/catch.h"

namespace groundhog::reports {
namespace {

std::string Meaning(std::string_view text) {
  const auto decisions = sim::ParseDecisions(text);
  REQUIRE(decisions.ok());
  const auto ranges = explore::RangesOf(*decisions);
  REQUIRE(ranges.size() == 1);
  return MeaningOf(ranges.front());
}

TEST_CASE("a decision says what happens, and to what") {
  CHECK(Meaning("net/lose{RespondActivityTaskCompleted(pay-701, withdraw, 1..3)}=lost") ==
        "a request is lost: the report that withdraw completed, attempts 1 to 3");
  CHECK(Meaning("net/lose_reply{Book(pay-701, deposit, 2)}=lost") ==
        "a reply is lost: Book(deposit), attempt 2");
  CHECK(Meaning("worker/activity.before_effect{pay-701, refund, attempt=1}=error") ==
        "before the activity's effect, the worker reports an error that may be retried: refund, "
        "attempt 1");
  CHECK(Meaning("worker/workflow_task{pay-701, deposit completed, attempt=1}=crash") ==
        "in a workflow task, the worker crashes and is back after a second: the one after “deposit "
        "completed”, attempt 1");
  CHECK(
      Meaning("server/commit.store{RespondWorkflowTaskCompleted(pay-701, started, 1)}=refused") ==
      "the server's store refuses a transaction: the answer to the workflow task after “started”, "
      "attempt 1");
  CHECK(Meaning("input/amount{input}=250") == "the scenario runs with 250");
  CHECK(Meaning("nobody/knows{Book(pay-701, deposit, 2)}=what").empty());
}

TEST_CASE("no kind of fault is explained with a hole in the sentence") {
  for (const faults::FaultKind& kind : faults::Catalog::BuiltIn().kinds()) {
    const std::string meaning = kind.Meaning();
    INFO(kind.Name() << ": " << meaning);
    CHECK(meaning.find("{}") == std::string::npos);
    // What an answer means is told in words, not by its name.
    CHECK(meaning.find('_') == std::string::npos);
    CHECK(meaning.find(": ") == std::string::npos);
  }
}

TEST_CASE("no decision is explained as well") {
  CHECK(ExplainedDecisions({}, {}) == "  nothing: it happens in the uneventful run\n");
}

}  // namespace
}  // namespace groundhog::reports
