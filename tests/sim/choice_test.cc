#include "sim/choice.h"

#include <array>
#include <vector>

#include "sim/recorded_choices.h"
#include "sim/service_sites.h"
#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

constexpr auto kAnswers = std::to_array<std::string_view>({"one", "two"});
constexpr ChoiceSite kSite{"test/site", ChoiceClass::kFault, kAnswers, "a test"};
constexpr ChoiceSite kOther{"test/other", ChoiceClass::kOrder, kAnswers, "a test"};
constexpr ChoiceSite kInput{"input/amount", ChoiceClass::kInput, kAnswers, "a test"};

constexpr SymbolEntry kA{"a"};
constexpr SymbolEntry kB{"b"};
constexpr Label kLabelA{Symbol(kA), Symbol(), Symbol(), 0};
constexpr Label kLabelB{Symbol(kB), Symbol(), Symbol(), 0};

// Answers the same each time, at the addresses it is told to look at.
class Stubborn final : public Choices {
 public:
  explicit Stubborn(Answer answer) : answer_(answer) {}
  using Choices::CountOccurrences;
  using Choices::DueIn;
  using Choices::Expect;
  using Choices::ExpectEverything;
  using Choices::Reset;
  int called = 0;

 private:
  Answer Decide(const ChoiceSite&, const Label&, std::uint64_t) override {
    ++called;
    return answer_;
  }
  Answer answer_;
};

TEST_CASE("an asking that nobody varies gets the uneventful answer") {
  Stubborn choices(1);
  for (int i = 0; i < 1'000; ++i) CHECK(choices.Choose(kSite, kLabelA) == 0);
  CHECK(choices.called == 0);
  CHECK(choices.asked() == 1'000);
  CHECK(choices.decisions().empty());
}

TEST_CASE("an unnamed label is never asked about") {
  Stubborn choices(1);
  choices.ExpectEverything();
  CHECK(choices.Choose(kSite, Label()) == 0);
  CHECK(choices.called == 0);
  CHECK(choices.asked() == 0);
}

TEST_CASE("an expected address is asked about each time, and its answers are recorded") {
  Stubborn choices(2);
  choices.Expect(CombineHash(kSite.hash, kLabelA.hash()));
  CHECK(choices.Choose(kSite, kLabelA) == 2);
  choices.Choose(kOther, kLabelA);
  CHECK(choices.Choose(kSite, kLabelA) == 2);
  REQUIRE(choices.decisions().size() >= 2);
  const TakenDecision& last = choices.decisions().back();
  CHECK(last.point.site == &kSite);
  CHECK(last.point.label == kLabelA);
  CHECK(last.occurrence == 2);
  CHECK(last.answer == 2);
  CHECK(last.position == 2);
}

TEST_CASE("what is due is asked once, at its position") {
  Stubborn choices(1);
  choices.DueIn(3);
  std::vector<Answer> answers;
  for (int i = 0; i < 6; ++i) answers.push_back(choices.Choose(kSite, kLabelA));
  CHECK(answers == std::vector<Answer>{0, 0, 1, 0, 0, 0});
  CHECK(choices.decisions().front().occurrence == 3);
}

TEST_CASE("an answer that the site does not have is the uneventful one") {
  Stubborn choices(3);
  choices.ExpectEverything();
  CHECK(choices.Choose(kSite, kLabelA) == 0);
  CHECK(choices.decisions().empty());
}

TEST_CASE("occurrences are counted for each address by itself") {
  Stubborn choices(1);
  for (int i = 0; i < 3; ++i) {
    choices.Choose(kSite, kLabelA);
    choices.Choose(kSite, kLabelB);
    choices.Choose(kOther, kLabelA);
  }
  CHECK(choices.CountOccurrences(CombineHash(kSite.hash, kLabelA.hash())) == 3);
  CHECK(choices.OccurrenceAt(0) == 1);
  CHECK(choices.OccurrenceAt(4) == 2);
  CHECK(choices.OccurrenceAt(8) == 3);
}

TEST_CASE("inputs are asked every time, and the count of what is due goes on without them") {
  Stubborn choices(1);
  choices.DueIn(2);
  CHECK(choices.ChooseInput(kInput, kLabelA) == 1);
  CHECK(choices.Choose(kSite, kLabelA) == 0);
  CHECK(choices.ChooseInput(kInput, Label()) == 1);
  CHECK(choices.Choose(kSite, kLabelA) == 1);
}

TEST_CASE("points are kept if somebody wants them, with site and label") {
  Stubborn choices(0);
  choices.Choose(kSite, kLabelA);
  CHECK(choices.points().empty());
  choices.Reset();
  choices.KeepPoints();
  choices.Choose(kSite, kLabelA);
  choices.ChooseInput(kInput, kLabelB);
  REQUIRE(choices.points().size() == 2);
  CHECK(choices.points()[0].site == &kSite);
  CHECK(choices.points()[1].label == kLabelB);
}

TEST_CASE("after a reset nothing is left of the last run") {
  Stubborn choices(1);
  choices.ExpectEverything();
  choices.Choose(kSite, kLabelA);
  choices.Reset();
  CHECK(choices.asked() == 0);
  CHECK(choices.decisions().empty());
  CHECK(choices.Choose(kSite, kLabelA) == 0);
}

TEST_CASE("each class has a name") {
  CHECK(NameOf(ChoiceClass::kFault) == "fault");
  CHECK(NameOf(ChoiceClass::kOrder) == "order");
  CHECK(NameOf(ChoiceClass::kInput) == "input");
}

TEST_CASE("the sites of outside services are listed") {
  REQUIRE(ServiceSites().size() == 1);
  CHECK(ServiceSites()[0]->name == "service/down");
  CHECK(ServiceSites()[0]->hash == HashText("service/down"));
}

}  // namespace
}  // namespace groundhog::sim
