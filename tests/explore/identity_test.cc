#include "explore/identity.h"

#include "tests/catch.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

Identity Of(const std::vector<sim::Decision>& decisions, const std::string& property = "money") {
  return Identity::Of(property, decisions);
}

TEST_CASE("attempt, occurrence and workflow id do not make another bug") {
  sim::Decision elsewhere = MakeDecision(kLose, "withdraw", 3, "lost", 2);
  elsewhere.scope = "order-2";
  CHECK(Of({MakeDecision(kLose, "withdraw", 1, "lost")}) == Of({elsewhere}));
  CHECK(Of({MakeDecision(kLose, "withdraw", 1, "lost"),
            MakeDecision(kLose, "withdraw", 2, "lost")}) == Of({elsewhere}));
}

TEST_CASE("property, site, answer, activity and kind of message do") {
  const sim::Decision decision = MakeDecision(kFail, "withdraw", 1, "hang");
  const Identity identity = Of({decision});
  CHECK_FALSE(identity == Of({decision}, "order"));
  CHECK_FALSE(identity == Of({MakeDecision(kCrash, "withdraw", 1, "crash")}));
  CHECK_FALSE(identity == Of({MakeDecision(kFail, "withdraw", 1, "error")}));
  CHECK_FALSE(identity == Of({MakeDecision(kFail, "deposit", 1, "hang")}));
  sim::Decision other_kind = decision;
  other_kind.kind = "Poll";
  CHECK_FALSE(identity == Of({other_kind}));
  CHECK(identity.Hash() != Of({other_kind}).Hash());
  CHECK(identity.Text() == "money [toy/fail{Report(withdraw)}=hang]");
}

TEST_CASE("an identity explains those that have all its kinds and maybe more") {
  const sim::Decision lost = MakeDecision(kLose, "withdraw", 1, "lost");
  const sim::Decision crash = MakeDecision(kCrash, "deposit", 1, "crash");
  CHECK(Of({lost}).Explains(Of({crash, lost})));
  CHECK(Of({}).Explains(Of({lost})));
  CHECK_FALSE(Of({lost, crash}).Explains(Of({lost})));
  CHECK_FALSE(Of({lost}).Explains(Of({lost}, "order")));
}

}  // namespace
}  // namespace groundhog::explore
