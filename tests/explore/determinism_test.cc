#include "explore/determinism.h"

#include <memory>

#include "tests/catch.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

using Catch::Matchers::ContainsSubstring;

DeterminismReport Checked(const ToyFunction& toy, std::uint64_t seeds = 300) {
  const SubjectFactory make = ToySubject(toy);
  return CheckDeterminism(make, {.seeds = seeds, .others = 100, .faults = ToyFaults()});
}

void Steps(Toy& toy) {
  for (int attempt = 1; attempt <= 20; ++attempt) toy.Ask(kFail, "withdraw", attempt);
}

TEST_CASE("a deterministic subject has one digest for seed, tape and fresh memory") {
  const DeterminismReport report = Checked(Steps);
  CHECK(report.holds());
  CHECK(report.seeds == 300);
  CHECK(report.runs > 900);
  CHECK(Checked(Steps).digest == report.digest);
  CHECK(Checked(Steps, 299).digest != report.digest);
}

TEST_CASE("a counter that outlives the run is caught, with the record where the runs part") {
  const auto count = std::make_shared<int>(0);
  const DeterminismReport report = Checked([count](Toy& toy) {
    toy.Ask(kFail, "withdraw", 1);
    toy.Ask(kFail, "deposit", ++*count);
  });
  REQUIRE_FALSE(report.holds());
  CHECK(report.divergence->seed == 1);
  CHECK_THAT(report.divergence->Text(), ContainsSubstring("its own tape") &&
                                            ContainsSubstring("record 2") &&
                                            ContainsSubstring("deposit"));
}

TEST_CASE("what only a later run shows is caught by running the first seed again") {
  const auto count = std::make_shared<int>(0);
  const DeterminismReport report = Checked([count](Toy& toy) {
    Steps(toy);
    if (++*count > 200) toy.Mix(1);
  });
  REQUIRE_FALSE(report.holds());
}

// State that one subject keeps from run to run, and that dies with it.
class Forgetful final : public Subject {
 public:
  Verdict Run(sim::Choices& choices) override {
    ++runs_;
    sim::SymbolTable symbols;
    Toy toy(choices, symbols);
    Steps(toy);
    Verdict verdict;
    verdict.digest = runs_ > 2 ? 1 : 0;
    return verdict;
  }

 private:
  int runs_ = 0;
};

TEST_CASE("what depends on the memory of the subject is caught against a fresh one") {
  const SubjectFactory make = [] { return std::make_unique<Forgetful>(); };
  const DeterminismReport report = CheckDeterminism(make, {.seeds = 5, .faults = ToyFaults()});
  REQUIRE_FALSE(report.holds());
  CHECK_THAT(report.divergence->between, ContainsSubstring("fresh memory"));
  CHECK(report.divergence->where.empty());
}

}  // namespace
}  // namespace groundhog::explore
