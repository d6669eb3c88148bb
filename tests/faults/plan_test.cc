#include "faults/plan.h"

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::faults {
namespace {

std::set<std::string> Allowed(const Faults& faults) {
  std::set<std::string> names;
  for (const FaultKind& kind : Catalog::BuiltIn().kinds()) {
    if (faults.Allows(*kind.site, kind.answer)) names.insert(kind.Name());
  }
  return names;
}

std::set<std::string> AllowedBy(const std::string& list) {
  const auto faults = Faults::Parse(list);
  REQUIRE(faults.ok());
  return Allowed(*faults);
}

std::string ErrorOf(const std::string& list) {
  const auto faults = Faults::Parse(list);
  REQUIRE_FALSE(faults.ok());
  return std::string(faults.status().message());
}

TEST_CASE("a plan without changes allows what is on by default") {
  for (const FaultKind& kind : Catalog::BuiltIn().kinds()) {
    INFO(kind.Name());
    CHECK(Faults().Allows(*kind.site, kind.answer) == kind.on_by_default);
  }
  CHECK(Faults().is_default());
  CHECK_FALSE(Faults().at_most().has_value());
  CHECK(Faults().AtMost(2).at_most() == 2U);
}

TEST_CASE("an input may have 63 answers beside the uneventful one") {
  const std::vector<std::string_view> answers(Faults::kMostAnswers, "x");
  const sim::ChoiceSite site("input/wide", sim::ChoiceClass::kInput, answers, "");
  const Faults with = Faults().WithInputs();
  const Faults without;
  for (sim::Answer answer = 1; answer <= Faults::kMostAnswers; ++answer) {
    CHECK(with.Allows(site, answer));
    CHECK_FALSE(without.Allows(site, answer));
  }
}

TEST_CASE("Only allows nothing but what it names") {
  CHECK(Allowed(Faults().Only("net/lose", "worker/activity.before_effect=crash")) ==
        std::set<std::string>{"net/lose", "worker/activity.before_effect=crash"});
}

TEST_CASE("a group brings what is on by default, and takes everything away") {
  const std::set<std::string> net = Allowed(Faults().Only("net"));
  CHECK(net.count("net/lose") == 1);
  CHECK(net.count("net/hold_back=1_other") == 0);
  CHECK(Allowed(Faults().Only("worker")).count("worker/activity.lie") == 0);
  CHECK(Allowed(Faults().WithOrder().Without("net")).count("net/hold_back=1_other") == 0);
}

TEST_CASE("what is off by default can be named") {
  CHECK(Allowed(Faults().WithLies()).count("worker/activity.lie") == 1);
  CHECK(Allowed(Faults().With("worker/activity.lie")).count("worker/activity.lie") == 1);
  CHECK(Allowed(Faults().WithOrder()).count("net/hold_back=2_others") == 1);
  CHECK(Faults().WithOrder().Allows(sim::ChoiceClass::kOrder));
  CHECK_FALSE(Faults().Allows(sim::ChoiceClass::kOrder));
}

TEST_CASE("later names override earlier ones") {
  const std::set<std::string> allowed = AllowedBy("net,-net/partition,net/partition=brief");
  CHECK(allowed.count("net/partition=brief") == 1);
  CHECK(allowed.count("net/partition=outlasts_retries") == 0);
  CHECK(allowed.count("service/down=brief") == 0);
}

TEST_CASE("a list that begins by taking away starts from what is on by default") {
  const std::set<std::string> allowed = AllowedBy(" -net/partition , -service ");
  CHECK(allowed.count("net/partition=brief") == 0);
  CHECK(allowed.count("service/down=brief") == 0);
  CHECK(allowed.count("net/lose") == 1);
  CHECK(AllowedBy("all,order").count("net/hold_back=1_other") == 1);
  CHECK(AllowedBy("order").count("net/lose") == 0);
}

TEST_CASE("inputs belong to the scenario and are allowed when asked for") {
  static const std::string_view kAnswers[] = {"ten"};
  static const sim::ChoiceSite kAmount{"input/amount", sim::ChoiceClass::kInput, kAnswers, ""};
  CHECK_FALSE(Faults().Allows(kAmount, 1));
  CHECK(Faults().WithInputs().Allows(kAmount, 1));
  CHECK(Faults().With("input/amount").Allows(kAmount, 1));
  CHECK_FALSE(Faults().With("input/other").Allows(kAmount, 1));
  CHECK(Faults().WithInputs().Allows(sim::ChoiceClass::kInput));
}

TEST_CASE("an unknown name is refused with what would be right") {
  CHECK_THAT(ErrorOf("net/loose"), Catch::Matchers::ContainsSubstring("'net/loose'") &&
                                       Catch::Matchers::ContainsSubstring("net/lose"));
  CHECK_THAT(ErrorOf("net/partition=long"),
             Catch::Matchers::ContainsSubstring("brief, outlasts_attempt, outlasts_retries"));
  CHECK_THAT(ErrorOf("net,,server"), Catch::Matchers::ContainsSubstring("a name is missing"));
  CHECK_THAT(ErrorOf(""), Catch::Matchers::ContainsSubstring("a name is missing"));
  CHECK_THAT(ErrorOf("-"), Catch::Matchers::ContainsSubstring("a name is missing"));
  CHECK_THROWS_AS(Faults().Only("net/loose"), std::invalid_argument);
}

TEST_CASE("the text of a plan parses to the same plan", "[property]") {
  rc::prop("round trip", [] {
    const auto kinds = Catalog::BuiltIn().kinds();
    std::string list;
    const auto items = *rc::gen::inRange(1, 6);
    for (int i = 0; i < items; ++i) {
      const auto& kind = kinds[*rc::gen::inRange<std::size_t>(0, kinds.size())];
      const std::string name =
          *rc::gen::element<std::string>(std::string(kind.site->name), kind.Name(),
                                         std::string(kind.Where()), "all", "order", "lies");
      list += (i == 0 ? "" : ",") + std::string(*rc::gen::arbitrary<bool>() ? "" : "-") + name;
    }
    const auto faults = Faults::Parse(list);
    RC_ASSERT(faults.ok());
    const auto again = Faults::Parse(faults->Text());
    RC_ASSERT(again.ok());
    RC_ASSERT(Allowed(*again) == Allowed(*faults));
  });
  CHECK(Faults().Text() == "all");
  CHECK(Faults().WithOrder().Text() == "all,order");
  CHECK(Faults().Only("net").Text() == "net");
}

}  // namespace
}  // namespace groundhog::faults
