#include <filesystem>
#include <iostream>

#include "replay/history_json.h"
#include "runtime/workflow/replay.h"
#include "scenarios/money_transfer/workflows.h"
#include "tests/catch.h"
using namespace groundhog;
TEST_CASE("scratch: recorded") {
  namespace mt = money_transfer;
  const workflow::WorkflowRegistry r{
      workflow::Register<mt::MoneyTransfer>(banking::kMoneyTransfer)};
  for (auto& e : std::filesystem::directory_iterator("/work/shared/recorded/money_transfer")) {
    auto h = replay::ReadHistoryFile(e.path());
    REQUIRE(h.ok());
    auto res = workflow::Replay(r, *h);
    std::cout << e.path().filename() << " " << res.index();
    if (auto* n = std::get_if<workflow::Nondeterminism>(&res))
      std::cout << " " << n->event_id << " | " << n->expected << " | " << n->actual << " | "
                << n->text;
    if (auto* n = std::get_if<workflow::TaskFailure>(&res)) std::cout << " " << n->failure->message;
    std::cout << "\n";
  }
}
