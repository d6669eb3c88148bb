#include "sim/seeded_choices.h"

#include <array>
#include <set>
#include <vector>

#include "sim/choice_tape.h"
#include "sim/symbol.h"
#include "tests/catch.h"

namespace groundhog::sim {
namespace {

constexpr auto kThree = std::to_array<std::string_view>({"one", "two", "three"});
constexpr ChoiceSite kSites[] = {{"test/a", ChoiceClass::kFault, kThree, "a test"},
                                 {"test/b", ChoiceClass::kFault, kThree, "a test"},
                                 {"test/c", ChoiceClass::kFault, kThree, "a test"},
                                 {"test/order", ChoiceClass::kOrder, kThree, "a test"}};
constexpr ChoiceSite kInput{"input/amount", ChoiceClass::kInput, kThree, "a test"};
constexpr SymbolEntry kName{"name"};
constexpr Label kLabel{Symbol(kName), Symbol(), Symbol(), 0};

bool Everything(const ChoiceSite&, Answer) { return true; }
bool OnlyFaults(const ChoiceSite& site, Answer) { return site.choice_class == ChoiceClass::kFault; }

std::vector<Answer> AskOften(Choices& choices, int times) {
  std::vector<Answer> answers;
  for (int i = 0; i < times; ++i) answers.push_back(choices.Choose(kSites[i % 4], kLabel));
  return answers;
}

TEST_CASE("the same seed gives the same answers, another seed others") {
  SeededChoices one({.seed = 5}, Everything);
  SeededChoices two({.seed = 5}, Everything);
  const std::vector<Answer> answers = AskOften(one, 5'000);
  CHECK(answers == AskOften(two, 5'000));
  std::set<std::vector<Answer>> different = {answers};
  for (std::uint64_t seed = 6; seed < 16; ++seed) {
    two.Restart(seed);
    different.insert(AskOften(two, 5'000));
  }
  CHECK(different.size() == 11);
}

TEST_CASE("starting over with a seed is as good as new") {
  SeededChoices choices({.seed = 5}, Everything);
  const std::vector<Answer> answers = AskOften(choices, 3'000);
  choices.Restart(6);
  AskOften(choices, 3'000);
  choices.Restart(5);
  CHECK(AskOften(choices, 3'000) == answers);
}

TEST_CASE("a run has at most so many decisions, and some runs have that many") {
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededChoices choices({.seed = seed, .max_decisions = 3}, Everything);
    AskOften(choices, 5'000);
    CHECK(choices.decisions().size() <= 3);
    most = std::max(most, choices.decisions().size());
  }
  CHECK(most == 3);
  SeededChoices none({.seed = 1, .max_decisions = 0}, Everything);
  AskOften(none, 5'000);
  CHECK(none.decisions().empty());
}

TEST_CASE("an answer that is not allowed is never given") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SeededChoices choices({.seed = seed}, [](const ChoiceSite& site, Answer answer) {
      return OnlyFaults(site, answer) && answer != 2;
    });
    AskOften(choices, 2'000);
    choices.ChooseInput(kInput, kLabel);
    for (const TakenDecision& taken : choices.decisions()) {
      CHECK(taken.point.site->choice_class == ChoiceClass::kFault);
      CHECK(taken.answer != 2);
    }
  }
}

TEST_CASE("over many seeds every answer of every site comes") {
  std::set<std::pair<std::string_view, Answer>> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SeededChoices choices({.seed = seed}, Everything);
    AskOften(choices, 2'000);
    for (const TakenDecision& taken : choices.decisions()) {
      seen.emplace(taken.point.site->name, taken.answer);
    }
  }
  CHECK(seen.size() == 12);
}

TEST_CASE("with swarm most runs lack some answers altogether, and some runs have all") {
  int lacking = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SeededChoices choices({.seed = seed, .max_decisions = 1'000'000}, Everything);
    std::set<std::pair<std::string_view, Answer>> seen;
    AskOften(choices, 20'000);
    for (const TakenDecision& taken : choices.decisions())
      seen.emplace(taken.point.site->name, taken.answer);
    if (choices.decisions().size() > 100 && seen.size() < 12) ++lacking;
  }
  CHECK(lacking > 50);
  CHECK(lacking < 90);
}

TEST_CASE("without swarm no answer is missing from a long run") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SeededChoices choices({.seed = seed, .max_decisions = 1'000'000, .swarm = false}, Everything);
    AskOften(choices, 20'000);
    std::set<std::pair<std::string_view, Answer>> seen;
    for (const TakenDecision& taken : choices.decisions())
      seen.emplace(taken.point.site->name, taken.answer);
    if (choices.decisions().size() > 100) CHECK(seen.size() == 12);
  }
}

TEST_CASE("inputs are drawn each time, evenly, and do not count as decisions to be spent") {
  std::array<int, 4> seen{};
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SeededChoices choices({.seed = seed, .max_decisions = 1}, Everything);
    for (int i = 0; i < 40; ++i) ++seen[choices.ChooseInput(kInput, kLabel)];
    AskOften(choices, 5'000);
    int others = 0;
    for (const TakenDecision& taken : choices.decisions()) {
      others += taken.point.site->choice_class == ChoiceClass::kInput ? 0 : 1;
    }
    CHECK(others <= 1);
  }
  for (const int count : seen) CHECK(std::abs(count - 1'000) < 280);
}

TEST_CASE("an input that is asked like a fault does not use up what was due") {
  int decided = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SeededChoices choices({.seed = seed, .swarm = false}, OnlyFaults);
    for (int i = 0; i < 2'000; ++i) {
      choices.Choose(kInput, kLabel);
      choices.Choose(kSites[0], kLabel);
    }
    decided += choices.decisions().empty() ? 0 : 1;
  }
  CHECK(decided == 50);
}

}  // namespace
}  // namespace groundhog::sim
