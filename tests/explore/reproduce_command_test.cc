#include "explore/reproduce_command.h"

#include "tests/catch.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

TEST_CASE("the command shows consecutive attempts as one range") {
  const std::vector<sim::Decision> decisions = {
      MakeDecision(kLose, "withdraw", 1, "lost"), MakeDecision(kLose, "withdraw", 2, "lost"),
      MakeDecision(kLose, "withdraw", 3, "lost"), MakeDecision(kLose, "deposit", 4, "lost")};
  CHECK(ReproduceCommand("groundhog", "toy", decisions) ==
        "groundhog run toy --decide 'toy/lose{Report(order-1, withdraw, 1..3)}=lost' "
        "--decide 'toy/lose{Report(order-1, deposit, 4)}=lost'");
}

TEST_CASE("what the command says parses to the decisions it was made of") {
  sim::Decision step = MakeDecision(kFail, "deposit", 1, "hang", 2);
  step.kind.clear();
  sim::Decision next = step;
  next.number = 2;
  const std::vector<sim::Decision> decisions = {MakeDecision(kLose, "withdraw", 10, "lost"),
                                                MakeDecision(kLose, "withdraw", 11, "lost"), step,
                                                next, MakeDecision(kCrash, "deposit", 0, "crash")};
  const std::vector<std::string> texts = DecisionTexts(decisions);
  CHECK(texts.size() == 3);
  std::vector<sim::Decision> parsed;
  for (const std::string& text : texts) {
    const auto some = sim::ParseDecisions(text);
    REQUIRE(some.ok());
    parsed.insert(parsed.end(), some->begin(), some->end());
  }
  CHECK(parsed == decisions);
}

TEST_CASE("attempts with a gap, or another answer, are no range") {
  CHECK(DecisionTexts(std::vector<sim::Decision>{MakeDecision(kLose, "withdraw", 1, "lost"),
                                                 MakeDecision(kLose, "withdraw", 3, "lost")})
            .size() == 2);
  CHECK(DecisionTexts(std::vector<sim::Decision>{MakeDecision(kFail, "withdraw", 1, "hang"),
                                                 MakeDecision(kFail, "withdraw", 2, "error")})
            .size() == 2);
}

TEST_CASE("the command survives a shell") {
  sim::Decision quoted = MakeDecision(kLose, "it's", 1, "lost");
  CHECK(ReproduceCommand("./my scenarios", "toy", std::vector<sim::Decision>{quoted}) ==
        "'./my scenarios' run toy --decide 'toy/lose{Report(order-1, it'\\''s, 1)}=lost'");
  CHECK(ReproduceCommand("groundhog", "toy", {}) == "groundhog run toy");
}

}  // namespace
}  // namespace groundhog::explore
