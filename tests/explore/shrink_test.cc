#include "explore/shrink.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/prng.h"
#include "explore/identity.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/explore/toy.h"
#include "tests/rapidcheck.h"

namespace groundhog::explore {
namespace {

constexpr std::int32_t kAttempts = 4;
constexpr auto kActivities = std::to_array<std::string_view>({"withdraw", "deposit"});

// What a run decided: the answer at (site, activity, attempt).
using Answers = std::map<std::string, sim::Answer>;
using Predicate = std::function<bool(const Answers&)>;

std::string Key(const sim::ChoiceSite& site, std::string_view activity, std::int32_t attempt) {
  return std::string(site.name) + " " + std::string(activity) + " " + std::to_string(attempt);
}

// Asks everything once and fails if the predicate says so.
ToyFunction FailsIf(Predicate predicate) {
  return [predicate](Toy& toy) {
    Answers answers;
    for (const sim::ChoiceSite* site : {&kLose, &kCrash, &kFail}) {
      for (const std::string_view activity : kActivities) {
        for (std::int32_t attempt = 1; attempt <= kAttempts; ++attempt) {
          const sim::Answer answer = toy.Ask(*site, activity, attempt);
          if (answer != 0) answers[Key(*site, activity, attempt)] = answer;
        }
      }
    }
    if (predicate(answers)) toy.Violate("money", "it is gone");
  };
}

// Each decision is there half of the time.
std::vector<sim::Decision> DrawDecisions(Prng& prng) {
  std::vector<sim::Decision> decisions;
  for (const sim::ChoiceSite* site : {&kLose, &kCrash, &kFail}) {
    for (const std::string_view activity : kActivities) {
      for (std::int32_t attempt = 1; attempt <= kAttempts; ++attempt) {
        if (!prng.Chance({1, 2})) continue;
        const std::string_view answer = site->answers[prng.Below(site->answers.size())];
        decisions.push_back(MakeDecision(*site, activity, attempt, answer));
      }
    }
  }
  return decisions;
}

bool Fails(Runner& runner, const std::vector<sim::Decision>& decisions) {
  sim::RecordedChoices choices(decisions);
  return !runner.Run(choices).holds();
}

// What the shrinker promises, tried one by one.
void AssertOneMinimal(Runner& runner, const std::vector<sim::Decision>& decisions) {
  RC_ASSERT(Fails(runner, decisions));
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    std::vector<sim::Decision> fewer = decisions;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    RC_ASSERT(!Fails(runner, fewer));
    for (std::int32_t lower = 1; lower < decisions[i].number; ++lower) {
      std::vector<sim::Decision> lowered = decisions;
      lowered[i].number = lower;
      RC_ASSERT(!Fails(runner, lowered));
    }
  }
}

TEST_CASE("a monotone failure shrinks to exactly the decisions that it needs", "[property]") {
  rc::prop("whatever was needed, among whatever else", [] {
    Prng prng(*rc::gen::arbitrary<std::uint64_t>());
    const std::vector<sim::Decision> decisions = DrawDecisions(prng);
    std::set<std::string> needed;
    for (const sim::Decision& decision : decisions) {
      if (prng.Chance({1, 4})) needed.insert(decision.Text());
    }
    const auto fails = [needed](Toy& toy) {
      std::set<std::string> missing = needed;
      for (const sim::ChoiceSite* site : {&kLose, &kCrash, &kFail}) {
        for (const std::string_view activity : kActivities) {
          for (std::int32_t attempt = 1; attempt <= kAttempts; ++attempt) {
            const sim::Answer answer = toy.Ask(*site, activity, attempt);
            if (answer == 0) continue;
            missing.erase(MakeDecision(*site, activity, attempt, site->answers[answer - 1]).Text());
          }
        }
      }
      if (missing.empty()) toy.Violate("money", "it is gone");
    };
    Runner runner(ToySubject(fails));
    const Shrunk shrunk = Shrink(runner, "money", decisions);
    RC_ASSERT(shrunk.reproduced);
    RC_ASSERT(shrunk.minimal);
    const std::multiset<std::string> left = SetOf(shrunk.decisions);
    RC_ASSERT(std::set<std::string>(left.begin(), left.end()) == needed);
    RC_ASSERT(left.size() == needed.size());
  });
}

TEST_CASE("a failure that is not monotone shrinks to a 1-minimal list", "[property]") {
  rc::prop("parity of a drawn subset, or two of a kind", [] {
    Prng prng(*rc::gen::arbitrary<std::uint64_t>());
    const std::uint64_t salt = prng.Next();
    const auto fails = [salt](const Answers& answers) {
      std::uint64_t odd = 0;
      for (const auto& [key, answer] : answers) {
        odd += CombineHash(HashText(key), salt + answer) % 3 == 0 ? 1 : 0;
      }
      return odd % 2 == 1 || (answers.size() > 3 && odd == 2);
    };
    Runner runner(ToySubject(FailsIf(fails)));
    std::vector<sim::Decision> decisions = DrawDecisions(prng);
    while (!Fails(runner, decisions)) decisions = DrawDecisions(prng);
    const Shrunk shrunk = Shrink(runner, "money", decisions);
    RC_ASSERT(shrunk.minimal);
    AssertOneMinimal(runner, shrunk.decisions);
    const Shrunk again = Shrink(runner, "money", decisions);
    RC_ASSERT(again.decisions == shrunk.decisions);
    RC_ASSERT(again.runs == shrunk.runs);
  });
}

TEST_CASE("answers are lowered to the first that still fails") {
  Runner runner(ToySubject(FailsIf([](const Answers& answers) {
    const auto found = answers.find(Key(kFail, "withdraw", 1));
    return found != answers.end() && found->second >= 2;
  })));
  const Shrunk shrunk = Shrink(runner, "money", {MakeDecision(kFail, "withdraw", 1, "pause")});
  REQUIRE(shrunk.decisions.size() == 1);
  CHECK(shrunk.decisions[0].answer == "hang");
}

TEST_CASE("answers are not lowered to those that the plan does not allow") {
  Runner runner(ToySubject(FailsIf([](const Answers& answers) { return !answers.empty(); })));
  const faults::Faults faults = ToyFaults().Only("toy/fail=hang", "toy/fail=pause");
  const Shrunk shrunk =
      Shrink(runner, "money", {MakeDecision(kFail, "withdraw", 1, "pause")},
             {.allowed = [&faults](const sim::ChoiceSite& site, sim::Answer answer) {
               return faults.Allows(site, answer);
             }});
  REQUIRE(shrunk.decisions.size() == 1);
  CHECK(shrunk.decisions[0].answer == "hang");
}

TEST_CASE("attempts and occurrences are lowered while it fails") {
  Runner runner(ToySubject([](Toy& toy) {
    int lost = 0;
    for (int attempt = 1; attempt <= 3; ++attempt) {
      for (int occurrence = 1; occurrence <= 3; ++occurrence) {
        if (toy.Ask(kLose, "withdraw", attempt) != 0) ++lost;
      }
    }
    if (lost != 0) toy.Violate("money", "it is gone");
  }));
  const Shrunk shrunk =
      Shrink(runner, "money", {MakeDecision(kLose, "withdraw", 3, "lost", /*occurrence=*/3)});
  REQUIRE(shrunk.decisions.size() == 1);
  CHECK(shrunk.decisions[0] == MakeDecision(kLose, "withdraw", 1, "lost"));
}

TEST_CASE("attempts of one kind are lowered together when one by one does not fail") {
  // Two attempts in a row.
  Runner runner(ToySubject(FailsIf([](const Answers& answers) {
    for (std::int32_t attempt = 1; attempt < kAttempts; ++attempt) {
      if (answers.count(Key(kLose, "withdraw", attempt)) != 0 &&
          answers.count(Key(kLose, "withdraw", attempt + 1)) != 0) {
        return true;
      }
    }
    return false;
  })));
  const Shrunk shrunk = Shrink(
      runner, "money",
      {MakeDecision(kLose, "withdraw", 3, "lost"), MakeDecision(kLose, "withdraw", 4, "lost")});
  CHECK(SetOf(shrunk.decisions) == SetOf({MakeDecision(kLose, "withdraw", 1, "lost"),
                                          MakeDecision(kLose, "withdraw", 2, "lost")}));
}

TEST_CASE("decisions are made alike where any kind will do") {
  // Whatever happens to the first three attempts.
  Runner runner(ToySubject(FailsIf([](const Answers& answers) {
    std::set<std::string> attempts;
    for (const auto& [key, answer] : answers) {
      if (key.find("withdraw") != std::string::npos) attempts.insert(key.substr(key.rfind(' ')));
    }
    return attempts.size() >= 3;
  })));
  const Shrunk shrunk = Shrink(runner, "money",
                               {MakeDecision(kLose, "withdraw", 1, "lost"),
                                MakeDecision(kCrash, "withdraw", 2, "long_outage"),
                                MakeDecision(kFail, "withdraw", 4, "hang")});
  REQUIRE(shrunk.decisions.size() == 3);
  CHECK(KindsOf(shrunk.decisions).size() == 1);
}

TEST_CASE("what fails without any decision shrinks to none") {
  Runner runner(ToySubject([](Toy& toy) {
    toy.Ask(kLose, "withdraw", 1);
    toy.Violate("money", "always");
  }));
  const Shrunk shrunk = Shrink(runner, "money", {MakeDecision(kLose, "withdraw", 1, "lost")});
  CHECK(shrunk.reproduced);
  CHECK(shrunk.minimal);
  CHECK(shrunk.decisions.empty());
}

TEST_CASE("shrinking never trades the property for another") {
  Runner runner(ToySubject([](Toy& toy) {
    const bool lost = toy.Ask(kLose, "withdraw", 1) != 0;
    const bool crashed = toy.Ask(kCrash, "deposit", 1) != 0;
    if (lost && crashed) toy.Violate("money", "made");
    if (lost && !crashed) toy.Violate("order", "wrong");
  }));
  const Shrunk shrunk = Shrink(
      runner, "money",
      {MakeDecision(kLose, "withdraw", 1, "lost"), MakeDecision(kCrash, "deposit", 1, "crash")});
  CHECK(shrunk.decisions.size() == 2);
  CHECK(shrunk.violation.message == "made");
}

TEST_CASE("shrinking stops at its bounds and says that it did") {
  const ToyFunction fails = FailsIf([](const Answers& answers) { return answers.size() >= 5; });
  Runner runner(ToySubject([fails](Toy& toy) {
    toy.TakeSteps(100);
    fails(toy);
  }));
  std::vector<sim::Decision> decisions;
  for (std::int32_t attempt = 1; attempt <= kAttempts; ++attempt) {
    decisions.push_back(MakeDecision(kLose, "withdraw", attempt, "lost"));
    decisions.push_back(MakeDecision(kLose, "deposit", attempt, "lost"));
  }
  CHECK(Shrink(runner, "money", decisions).minimal);
  for (const ShrinkOptions& bound :
       {ShrinkOptions{.max_runs = 3}, ShrinkOptions{.max_steps = 250}}) {
    const Shrunk shrunk = Shrink(runner, "money", decisions, bound);
    CHECK(shrunk.runs == 3);
    CHECK(shrunk.reproduced);
    CHECK_FALSE(shrunk.minimal);
  }
}

TEST_CASE("decisions that do not fail are said not to be reproduced") {
  Runner runner(ToySubject([](Toy& toy) { toy.Ask(kLose, "withdraw", 1); }));
  CHECK_FALSE(Shrink(runner, "money", {MakeDecision(kLose, "withdraw", 1, "lost")}).reproduced);
}

}  // namespace
}  // namespace groundhog::explore
