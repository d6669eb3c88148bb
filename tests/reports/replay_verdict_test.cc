#include "reports/replay_verdict.h"

#include "tests/catch.h"
#include "tests/reports/golden_file.h"

namespace groundhog::reports {
namespace {

std::vector<ReplayVerdict> Samples() {
  return {{.file = "a/mt_happy.json",
           .workflow_type = "MoneyTransfer",
           .workflow_id = "pay-1",
           .events = 17},
          {.file = "a/mt_cancel.json",
           .workflow_type = "MoneyTransfer",
           .workflow_id = "pay-2",
           .events = 23,
           .kind = ReplayVerdict::Kind::kNondeterministic,
           .event_id = 17,
           .expected = "ActivityTaskScheduled(refund, id 3)",
           .actual = "FailWorkflowExecution",
           .message = "[TMPRL1100] Nondeterminism error: \x1b"},
          {.file = "a/other.json",
           .workflow_type = "Other",
           .workflow_id = "o",
           .events = 3,
           .kind = ReplayVerdict::Kind::kFailed,
           .message = "no workflow 'Other' is registered; there are: MoneyTransfer"}};
}

TEST_CASE("replay verdicts as text", "[golden]") {
  CHECK_GOLDEN("tests/reports/golden/replay.txt", ReplayText(Samples(), {}));
}

TEST_CASE("replay verdicts as JSON", "[golden]") {
  CHECK_GOLDEN("tests/reports/golden/replay.json", JsonText(ReplayJson(Samples())));
}

}  // namespace
}  // namespace groundhog::reports
