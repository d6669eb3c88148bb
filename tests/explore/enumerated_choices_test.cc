#include "explore/enumerated_choices.h"

#include <vector>

#include "explore/subject.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/explore/toy.h"
#include "tests/rapidcheck.h"

namespace groundhog::explore {
namespace {

std::uint64_t AddressOf(const sim::ChoicePoint& point) {
  return CombineHash(point.site->hash, point.label.hash());
}

TEST_CASE("a placed decision is the recorded decision of that name", "[property]") {
  rc::prop("same digest, same decisions", [] {
    Runner runner(ToySubject(GeneratedToy(*rc::gen::arbitrary<std::uint64_t>())));
    EnumeratedChoices choices;
    choices.KeepPoints();
    std::vector<PlacedDecision> path;
    // A random walk: each time a decision behind the last one.
    for (int depth = 0; depth < 4; ++depth) {
      choices.Load(path);
      const Verdict verdict = runner.Run(choices);
      RC_ASSERT(choices.followed());
      RC_ASSERT(choices.decisions().size() == path.size());
      sim::RecordedChoices recorded(sim::DecisionsOf(choices));
      RC_ASSERT(runner.Run(recorded).digest == verdict.digest);
      const std::size_t begin = path.empty() ? 0 : path.back().position + 1;
      if (begin >= choices.points().size()) return;
      const auto position = *rc::gen::inRange(begin, choices.points().size());
      const sim::ChoicePoint& point = choices.points()[position];
      const auto answers = static_cast<sim::Answer>(point.site->answers.size());
      path.push_back({.address = AddressOf(point),
                      .position = static_cast<std::uint32_t>(position),
                      .answer = *rc::gen::inRange<sim::Answer>(1, answers + 1)});
    }
  });
}

TEST_CASE("inputs, which are asked every time, do not shift the positions behind them") {
  std::vector<sim::Answer> answers;
  Runner runner(ToySubject([&answers](Toy& toy) {
    answers.clear();
    for (int attempt = 1; attempt <= 3; ++attempt) {
      answers.push_back(toy.Ask(kAmount, "order", attempt));
      answers.push_back(toy.Ask(kCrash, "withdraw", attempt));
    }
  }));
  EnumeratedChoices choices;
  choices.KeepPoints();
  choices.Load({});
  runner.Run(choices);
  const std::vector<PlacedDecision> set = {
      {.address = AddressOf(choices.points()[2]), .position = 2, .answer = 1},
      {.address = AddressOf(choices.points()[5]), .position = 5, .answer = 2}};
  choices.Load(set);
  runner.Run(choices);
  CHECK(answers == std::vector<sim::Answer>{0, 0, 1, 0, 0, 2});
  CHECK(choices.followed());
}

TEST_CASE("another point at a decision's position is noticed, and gets no answer") {
  Runner runner(ToySubject([](Toy& toy) { toy.Ask(kCrash, "deposit", 1); }));
  EnumeratedChoices choices;
  const std::vector<PlacedDecision> other_address = {{.address = 1, .position = 0, .answer = 1}};
  choices.Load(other_address);
  runner.Run(choices);
  CHECK_FALSE(choices.followed());
  CHECK(choices.decisions().empty());
  const std::vector<PlacedDecision> never_asked = {{.address = 1, .position = 7, .answer = 1}};
  choices.Load(never_asked);
  runner.Run(choices);
  CHECK_FALSE(choices.followed());
  choices.Load({});
  runner.Run(choices);
  CHECK(choices.followed());
}

}  // namespace
}  // namespace groundhog::explore
