#include "explore/identity.h"

#include "tests/catch.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

TEST_CASE("ids, numbers and times do not make another bug") {
  const properties::Violation first{.property = "compensation",
                                    .message = "pay-701: withdraw of 250 at 0.005 s is not undone",
                                    .workflow_id = "pay-701",
                                    .event_id = 7};
  properties::Violation second = first;
  second.message = "rent-a: withdraw of 1000 at 12 s is not undone";
  second.workflow_id = "rent-a";
  second.event_id = 11;
  CHECK(Identity::Of(first) == Identity::Of(second));
  CHECK(Identity::Of(first).wrong == "…: withdraw of # at # s is not undone");
}

TEST_CASE("property, what is wrong and how the run came out do") {
  const properties::Violation violation{
      .property = "no money is lost", .message = "bank has 1750", .outline = "Transfer FAILED"};
  const Identity identity = Identity::Of(violation);
  CHECK(identity.Text() == "no money is lost [Transfer FAILED]");
  properties::Violation other = violation;
  other.property = "no money is made";
  CHECK(Identity::Of(other).Hash() != identity.Hash());
  other = violation;
  other.message = "nobody answers";
  CHECK(Identity::Of(other).Hash() != identity.Hash());
  other = violation;
  other.outline = "Transfer COMPLETED";
  CHECK(Identity::Of(other).Hash() != identity.Hash());
}

TEST_CASE("a violation may say itself what is wrong, so that its message is free to vary") {
  const properties::Violation violation{
      .property = "money", .message = "bank has a=1", .wrong = "the claim does not hold"};
  CHECK(Identity::Of(violation).wrong == "the claim does not hold");
  CHECK(Identity::Of(violation).Text() == "money [the claim does not hold]");
}

Kinds Of(const std::vector<sim::Decision>& decisions) { return KindsOf(decisions); }

TEST_CASE("attempt, occurrence and workflow id do not make another way") {
  sim::Decision elsewhere = MakeDecision(kLose, "withdraw", 3, "lost", 2);
  elsewhere.scope = "order-2";
  CHECK(Of({MakeDecision(kLose, "withdraw", 1, "lost")}) == Of({elsewhere}));
  CHECK(Of({MakeDecision(kLose, "withdraw", 1, "lost"),
            MakeDecision(kLose, "withdraw", 2, "lost")}) == Of({elsewhere}));
}

TEST_CASE("site, answer, activity and kind of message do") {
  const sim::Decision decision = MakeDecision(kFail, "withdraw", 1, "hang");
  const Kinds kinds = Of({decision});
  CHECK(kinds == Kinds{"toy/fail{Report(withdraw)}=hang"});
  CHECK(kinds != Of({MakeDecision(kCrash, "withdraw", 1, "crash")}));
  CHECK(kinds != Of({MakeDecision(kFail, "withdraw", 1, "error")}));
  CHECK(kinds != Of({MakeDecision(kFail, "deposit", 1, "hang")}));
  sim::Decision other_kind = decision;
  other_kind.kind = "Poll";
  CHECK(HashOf(kinds) != HashOf(Of({other_kind})));
}

TEST_CASE("kinds may have all of others, and more") {
  const sim::Decision lost = MakeDecision(kLose, "withdraw", 1, "lost");
  const sim::Decision crash = MakeDecision(kCrash, "deposit", 1, "crash");
  CHECK(HasAll(Of({crash, lost}), Of({lost})));
  CHECK(HasAll(Of({lost}), Of({})));
  CHECK_FALSE(HasAll(Of({lost}), Of({lost, crash})));
}

}  // namespace
}  // namespace groundhog::explore
