#include "explore/bounded.h"

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "explore/campaign.h"
#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/explore/toy.h"
#include "tests/rapidcheck.h"

namespace groundhog::explore {
namespace {

using DecisionSet = std::multiset<std::string>;

CampaignOptions Bounded(std::uint32_t most, std::uint32_t jobs = 1) {
  return {.strategy = StrategyKind::kBounded, .faults = ToyFaults().AtMost(most), .jobs = jobs};
}

CampaignResult Explored(const ToyFunction& toy, const CampaignOptions& options) {
  absl::StatusOr<CampaignResult> result = Explore("toy", ToySubject(toy), options);
  REQUIRE(result.ok());
  return *std::move(result);
}

// Every set of at most `most` decisions that a run can have, found by adding any decision anywhere
// to any run.
struct Model {
  std::set<DecisionSet> sets;
  std::uint64_t pairs_at_created_points = 0;

  Model(const ToyFunction& toy, std::size_t most) : runner_(ToySubject(toy)) {
    points_of_uneventful_run_ = Try({}, most).second;
    sets.clear();
    pairs_at_created_points = 0;
    AddAll({}, most);
  }

 private:
  static std::string PointOf(sim::Decision decision) {
    decision.answer.clear();
    return decision.Text();
  }

  // The decisions and the points of the run.
  std::pair<std::vector<sim::Decision>, std::set<std::string>> Try(std::vector<sim::Decision> list,
                                                                   std::size_t most) {
    sim::RecordedChoices choices(std::move(list));
    choices.KeepPoints();
    runner_.Run(choices);
    std::set<std::string> points;
    could_be_added_.clear();
    for (std::size_t i = 0; i < choices.points().size(); ++i) {
      const sim::ChoicePoint& point = choices.points()[i];
      for (sim::Answer answer = 1; answer <= point.site->answers.size(); ++answer) {
        const sim::Decision decision = sim::Decision::From(
            {.point = point, .occurrence = choices.OccurrenceAt(i), .answer = answer});
        points.insert(PointOf(decision));
        if (choices.decisions().size() < most) could_be_added_.push_back(decision);
      }
    }
    return {sim::DecisionsOf(choices), points};
  }

  void AddAll(const std::vector<sim::Decision>& list, std::size_t most) {
    const auto [decisions, points] = Try(list, most);
    if (!sets.insert(SetOf(decisions)).second) return;
    if (decisions.size() == 2 && points_of_uneventful_run_.count(PointOf(decisions[1])) == 0) {
      ++pairs_at_created_points;
    }
    const std::vector<sim::Decision> additions = could_be_added_;
    for (const sim::Decision& added : additions) {
      std::vector<sim::Decision> longer = decisions;
      longer.push_back(added);
      AddAll(longer, most);
    }
  }

  Runner runner_;
  std::set<std::string> points_of_uneventful_run_;
  std::vector<sim::Decision> could_be_added_;
};

// The toy, and the sets of decisions that its runs had.
struct Witness {
  std::mutex mutex;
  std::set<DecisionSet> sets;
  ToyFunction Watch(const ToyFunction& toy) {
    return [this, toy](Toy& run) {
      toy(run);
      const std::scoped_lock lock(mutex);
      sets.insert(SetOf(sim::DecisionsOf(run.choices())));
    };
  }
};

TEST_CASE("every set of at most k decisions is tried, each exactly once", "[property]") {
  rc::prop("as a brute-force model finds them", [] {
    const ToyFunction toy = GeneratedToy(*rc::gen::arbitrary<std::uint64_t>());
    const auto most = *rc::gen::inRange<std::uint32_t>(0, 4);
    const Model model(toy, most);
    Witness witness;
    const CampaignResult result = Explored(witness.Watch(toy), Bounded(most));
    RC_ASSERT(witness.sets == model.sets);
    // Runs that are not counted only repeat those that are, so equal numbers mean: each once.
    RC_ASSERT(result.runs == model.sets.size());
    RC_ASSERT(result.exhausted);
    std::uint64_t tried = 1;
    for (const LevelCount& level : result.levels) {
      RC_ASSERT(level.tried == level.of);
      tried += level.tried;
    }
    RC_ASSERT(tried == result.runs);
    if (result.levels.size() > 1) {
      RC_ASSERT(result.levels[1].at_created_points == model.pairs_at_created_points);
      RC_ASSERT(result.pairs == result.levels[1].tried);
    }
  });
}

// Withdraw, and again if the report is lost: the second attempt exists only because of the first
// fault.
void Retried(Toy& toy) {
  for (int attempt = 1; attempt <= 3; ++attempt) {
    if (toy.Ask(kLose, "withdraw", attempt) == 0) return;
  }
  toy.Violate("money", "three reports lost");
}

TEST_CASE("points that only an earlier fault creates are reached and counted") {
  const CampaignResult pairs = Explored(Retried, Bounded(2));
  CHECK(pairs.runs == 3);
  CHECK(pairs.levels == std::vector<LevelCount>{{1, 1, 0}, {1, 1, 1}});
  CHECK(pairs.points == 2);
  CHECK(pairs.holds());
  CHECK(pairs.exhausted);
  const CampaignResult triples = Explored(Retried, Bounded(3));
  REQUIRE(triples.violations.size() == 1);
  CHECK(triples.violations[0].runs_to_find == 4);
  CHECK(triples.violations[0].decisions.size() == 3);
}

TEST_CASE("the sweep tries every single fault at every point of the uneventful run") {
  const auto toy = [](Toy& run) {
    run.Ask(kLose, "withdraw", 1);
    run.Ask(kFail, "withdraw", 1);
    run.Ask(kHold, "withdraw", 1);
    run.Ask(kFail, "deposit", 1);
  };
  CampaignOptions options = Bounded(5);
  options.strategy = StrategyKind::kSweep;
  const CampaignResult result = Explored(toy, options);
  CHECK(result.levels == std::vector<LevelCount>{{7, 7, 0}});
  CHECK(result.runs == 8);
  CHECK(result.points == 3);
  CHECK(ProofLine(result).find("7 of 7 single faults; order and latency nominal") == 0);
  options.faults.WithOrder();
  CHECK(ProofLine(Explored(toy, options)).find("8 of 8 single decisions; latency nominal") == 0);
}

TEST_CASE("only allowed answers are tried") {
  const auto toy = [](Toy& run) { run.Ask(kFail, "withdraw", 1); };
  Witness witness;
  CampaignOptions options = Bounded(2);
  options.faults = ToyFaults().Only("toy/fail=hang").AtMost(2);
  const CampaignResult result = Explored(witness.Watch(toy), options);
  CHECK(result.runs == 2);
  CHECK(witness.sets.count({MakeDecision(kFail, "withdraw", 1, "hang").Text()}) == 1);
}

TEST_CASE("inputs stay at their first value unless asked for, and the claim says so") {
  const auto toy = [](Toy& run) {
    const sim::Answer amount = run.Ask(kAmount, "order", 0);
    if (amount == 2 && run.Ask(kLose, "withdraw", 1) != 0) run.Violate("money", "many are lost");
  };
  const CampaignResult without = Explored(toy, Bounded(2));
  CHECK(without.runs == 1);
  CHECK(without.nominal == "order, latency and inputs");
  CampaignOptions options = Bounded(2);
  options.faults.WithInputs();
  const CampaignResult with = Explored(toy, options);
  CHECK(with.nominal == "order and latency");
  REQUIRE(with.violations.size() == 1);
  CHECK(with.violations[0].decisions.size() == 2);
}

TEST_CASE("a budget that ends the enumeration is told, and not called exhausted") {
  CampaignOptions options = Bounded(2);
  options.max_runs = 5;
  const CampaignResult result = Explored(GeneratedToy(1234567), options);
  CHECK(result.runs == 5);
  CHECK_FALSE(result.exhausted);
  REQUIRE(result.levels.size() == 1);
  CHECK(result.levels[0].tried == 4);
  CHECK(result.levels[0].of > 4);
}

TEST_CASE("a run that ends at a bound makes the enumeration not exhausted") {
  const auto toy = [](Toy& run) {
    if (run.Ask(kLose, "withdraw", 1) != 0) run.ReachBound();
  };
  CHECK_FALSE(Explored(toy, Bounded(1)).exhausted);
  CHECK(Explored(toy, Bounded(0)).exhausted);
}

TEST_CASE("a simulation that does not repeat itself is reported, not believed") {
  const auto count = std::make_shared<int>(0);
  const auto toy = [count](Toy& run) {
    ++*count;
    if (run.Ask(kLose, "withdraw", 1) == 0) return;
    run.Ask(*count % 2 == 0 ? kCrash : kFail, "deposit", *count);
  };
  const CampaignResult result = Explored(toy, Bounded(2));
  REQUIRE_FALSE(result.violations.empty());
  CHECK(result.violations[0].property == kDeterministic);
  CHECK_FALSE(result.exhausted);
}

}  // namespace
}  // namespace groundhog::explore
