#include "sim/recorded_choices.h"

#include <array>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/sim/small_world.h"

namespace groundhog::sim {
namespace {

constexpr auto kAnswers = std::to_array<std::string_view>({"one", "two"});
constexpr ChoiceSite kSite{"test/site", ChoiceClass::kFault, kAnswers, "a test"};
constexpr ChoiceSite kOther{"test/other", ChoiceClass::kFault, kAnswers, "a test"};
constexpr ChoiceSite kInput{"input/amount", ChoiceClass::kInput, kAnswers, "a test"};

struct Asking {
  Asking(std::initializer_list<std::string_view> decisions) : choices(Typed(decisions)) {}
  Answer Ask(const ChoiceSite& site, std::string_view kind, std::string_view scope,
             std::string_view subject, int number) {
    return choices.Choose(
        site, Label(symbols.Intern(kind), symbols.Intern(scope), symbols.Intern(subject), number));
  }
  std::vector<std::string> Unused() const {
    std::vector<std::string> texts;
    for (const Decision& decision : choices.Unused()) texts.push_back(decision.Text());
    return texts;
  }
  SymbolTable symbols;
  RecordedChoices choices;
};

using Texts = std::vector<std::string>;

TEST_CASE("a decision is given at its address and nowhere else") {
  Asking asking({"test/site{Report(pay-1, withdraw, 2)}=two"});
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 1) == 0);
  CHECK(asking.Ask(kOther, "Report", "pay-1", "withdraw", 2) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-2", "withdraw", 2) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "deposit", 2) == 0);
  CHECK(asking.Ask(kSite, "Respond", "pay-1", "withdraw", 2) == 0);
  CHECK(asking.Unused().size() == 1);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 2);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 0);
  CHECK(asking.Unused().empty());
}

TEST_CASE("an occurrence number names the n-th asking of an address") {
  Asking asking({"test/site{Report(pay-1, withdraw, 2)}#3=one"});
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "deposit", 2) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 1);
}

TEST_CASE(
    "several decisions at one address go by their occurrences, in whatever order they are listed") {
  Asking asking({"test/site{Report(a, b, 1)}#2=two", "test/site{Report(a, b, 1)}=one"});
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 1);
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 2);
  CHECK(asking.Unused().empty());
}

TEST_CASE("an answer left out is the first one") {
  Asking asking({"test/site{Report(a, b, 1)}"});
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 1);
}

TEST_CASE("leading names that are left out stand for any") {
  Asking asking({"test/site{Report(withdraw, 1..3)}"});
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 1) == 1);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 1);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "deposit", 3) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-2", "withdraw", 3) == 1);
  CHECK(asking.Ask(kSite, "Report", "pay-3", "withdraw", 3) == 0);  // used up
  CHECK(asking.Unused().empty());
}

TEST_CASE("one bare word is a kind, or the only name of something without a kind") {
  Asking kind({"test/site{Start}"});
  CHECK(kind.Ask(kSite, "", "pay-1", "Start", 1) == 0);
  CHECK(kind.Ask(kSite, "Start", "pay-1", "", 0) == 1);
  Asking name({"test/site{pay-1}"});
  CHECK(name.Ask(kSite, "Start", "pay-1", "", 0) == 0);
  CHECK(name.Ask(kSite, "", "pay-1", "", 0) == 1);
}

TEST_CASE("a number alone, or a kind with one, stands for any names") {
  Asking asking({"test/site{Report(2)}", "test/site{attempt=4}"});
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 1) == 0);
  CHECK(asking.Ask(kSite, "Report", "pay-1", "withdraw", 2) == 1);
  CHECK(asking.Ask(kSite, "", "pay-1", "withdraw", 4) == 1);
}

TEST_CASE("what was never asked, or has no such answer, is drift") {
  Asking asking({"test/site{Report(a, b, 1)}=three", "test/site{Report(a, b, 9)}=one",
                 "test/gone{Report(a, b, 1)}", "test/site{Report(a, b, 1)}=two"});
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 2);
  CHECK(asking.Unused() == Texts{"test/site{Report(a, b, 1)}=three",
                                 "test/site{Report(a, b, 9)}=one", "test/gone{Report(a, b, 1)}"});
}

TEST_CASE("inputs are read from a tape, named or not") {
  Asking asking({"input/amount{input}=two", "input/amount{}=one"});
  static constexpr SymbolEntry kName{"input"};
  CHECK(asking.choices.ChooseInput(kInput, Label(Symbol(kName), Symbol(), Symbol(), 0)) == 2);
  CHECK(asking.choices.ChooseInput(kInput, Label()) == 1);
  CHECK(asking.Unused().empty());
}

TEST_CASE("an empty tape is the uneventful run") {
  Asking asking({});
  for (int i = 0; i < 100; ++i) CHECK(asking.Ask(kSite, "Report", "a", "b", i) == 0);
  CHECK(asking.choices.decisions().empty());
}

TEST_CASE("loading another tape starts over") {
  Asking asking({"test/site{Report(a, b, 1)}"});
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 1);
  asking.choices.Load(Typed({"test/site{Report(a, c, 1)}"}));
  CHECK(asking.choices.asked() == 0);
  CHECK(asking.Ask(kSite, "Report", "a", "b", 1) == 0);
  CHECK(asking.Ask(kSite, "Report", "a", "c", 1) == 1);
}

}  // namespace
}  // namespace groundhog::sim
