#include "explore/findings.h"

#include <string>
#include <vector>

#include "explore/saved_failure.h"
#include "tests/catch.h"
#include "tests/explore/folder.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

// Lost money: by a lost report, which is frequent, or by a crash and a failure together.
void TwoBugs(Toy& toy) {
  const bool frequent = toy.Ask(kLose, "withdraw", 1) != 0;
  const bool crashed = toy.Ask(kCrash, "deposit", 1) != 0;
  const bool failed = toy.Ask(kFail, "deposit", 1) != 0;
  toy.Ask(kFail, "refund", 1);
  if (frequent || (crashed && failed)) toy.Violate("money", frequent ? "frequent" : "rare");
}

const sim::Decision kLost = MakeDecision(kLose, "withdraw", 1, "lost");
const sim::Decision kCrashed = MakeDecision(kCrash, "deposit", 1, "crash");
const sim::Decision kFailed = MakeDecision(kFail, "deposit", 1, "error");
const sim::Decision kNoise = MakeDecision(kFail, "refund", 1, "error");

Suspect SuspectOf(std::uint64_t run, const std::vector<sim::Decision>& decisions,
                  const std::string& message = "frequent") {
  return {.run = run,
          .property = "money",
          .message = message,
          .decisions = decisions,
          .identity = Identity::Of({.property = "money", .message = message}),
          .kinds = KindsOf(decisions)};
}

struct Counted {
  Counted()
      : runner(ToySubject([this](Toy& toy) {
          ++runs;
          TwoBugs(toy);
        })) {}
  int runs = 0;
  Runner runner;
};

TEST_CASE("suspects that shrink to one identity are one violation, that of the first") {
  Counted subject;
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(3, {kLost, kNoise}), subject.runner).ok());
  REQUIRE(findings.Add(SuspectOf(4, {kLost}), subject.runner).ok());
  REQUIRE(findings.found().size() == 1);
  CHECK(findings.found()[0].runs_to_find == 4);
  CHECK(findings.found()[0].found_at_run == 4);
  CHECK(findings.found()[0].other_ways.empty());
  CHECK(findings.found()[0].decisions == std::vector<sim::Decision>{kLost});
  CHECK(findings.found()[0].found_decisions == std::vector<sim::Decision>{kLost, kNoise});
  CHECK(findings.found()[0].reproduce ==
        "groundhog run toy --decide 'toy/lose{Report(order-1, withdraw, 1)}=lost'");
}

TEST_CASE("a second bug that hides behind a known one is found in what remains without that") {
  Counted subject;
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(0, {kLost}), subject.runner).ok());
  REQUIRE(findings.Add(SuspectOf(1, {kLost, kCrashed, kFailed}), subject.runner).ok());
  REQUIRE(findings.found().size() == 2);
  CHECK(findings.found()[1].message == "rare");
  CHECK(findings.found()[1].decisions == std::vector<sim::Decision>{kCrashed, kFailed});
}

TEST_CASE("a suspect of a kind that was looked at before costs no run") {
  Counted subject;
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(0, {kLost, kNoise}), subject.runner).ok());
  const int after_first = subject.runs;
  REQUIRE(findings.Add(SuspectOf(1, {kNoise, kLost}), subject.runner).ok());
  CHECK(subject.runs == after_first);
}

// One bug, and two ways to it.
void TwoWays(Toy& toy) {
  const bool crashed = toy.Ask(kCrash, "deposit", 1) != 0;
  const bool failed = toy.Ask(kFail, "deposit", 1) != 0;
  toy.Ask(kFail, "refund", 1);
  const bool lost = toy.Ask(kLose, "withdraw", 1) != 0;
  if ((crashed && failed) || lost) toy.Violate("money", "one bug");
}

TEST_CASE(
    "the same outcome by other decisions is another way to one violation, the plainest first") {
  const Folder folder;
  Runner runner((ToySubject(TwoWays)));
  Findings findings({.scenario = "toy", .strategy = "random", .directory = folder.path()});
  REQUIRE(findings.Add(SuspectOf(0, {kCrashed, kFailed}, "one bug"), runner).ok());
  REQUIRE(findings.found().size() == 1);
  CHECK(findings.found()[0].decisions == std::vector<sim::Decision>{kCrashed, kFailed});
  REQUIRE(findings.Add(SuspectOf(5, {kNoise, kLost}, "one bug"), runner).ok());
  REQUIRE(findings.found().size() == 1);
  const FoundViolation& found = findings.found()[0];
  CHECK(found.decisions == std::vector<sim::Decision>{kLost});
  CHECK(found.runs_to_find == 1);
  CHECK(found.found_at_run == 6);
  REQUIRE(found.other_ways.size() == 1);
  CHECK(found.other_ways[0].decisions == std::vector<sim::Decision>{kCrashed, kFailed});
  CHECK(found.other_ways[0].found_at_run == 1);
  CHECK_THAT(found.other_ways[0].reproduce, Catch::Matchers::ContainsSubstring("toy/crash"));
  const auto saved = LoadFailure(found.file);
  REQUIRE(saved.ok());
  CHECK(saved->tape.decisions == found.decisions);
}

// Losing the report shows one bug; crashing as well shows another, with the same property.
void MaskedBug(Toy& toy) {
  const bool lost = toy.Ask(kLose, "withdraw", 1) != 0;
  const bool crashed = toy.Ask(kCrash, "deposit", 1) != 0;
  toy.Ask(kFail, "refund", 1);
  if (lost) toy.Violate("money", crashed ? "the refund failed" : "the refund was forgotten");
}

TEST_CASE("a suspect that came out otherwise is shrunk to its own bug, not to the frequent one") {
  Runner runner((ToySubject(MaskedBug)));
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(0, {kLost}, "the refund was forgotten"), runner).ok());
  REQUIRE(findings.Add(SuspectOf(1, {kLost, kCrashed, kNoise}, "the refund failed"), runner).ok());
  REQUIRE(findings.found().size() == 2);
  CHECK(findings.found()[1].message == "the refund failed");
  CHECK(findings.found()[1].decisions == std::vector<sim::Decision>{kLost, kCrashed});
}

TEST_CASE("what else the shrunk run breaks is told") {
  Runner runner(ToySubject([](Toy& toy) {
    if (toy.Ask(kLose, "withdraw", 1) == 0) return;
    toy.Violate("money", "frequent");
    toy.Violate("compensation", "not undone");
    toy.Violate("compensation", "twice undone");
  }));
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(0, {kLost}), runner).ok());
  REQUIRE(findings.found().size() == 1);
  CHECK(findings.found()[0].also_broken == std::vector<std::string>{"compensation"});
}

TEST_CASE("a suspect that does not fail again is reported as lost determinism") {
  Counted subject;
  Findings findings({.scenario = "toy", .strategy = "random"});
  REQUIRE(findings.Add(SuspectOf(0, {kNoise}, "as found"), subject.runner).ok());
  REQUIRE(findings.found().size() == 1);
  CHECK(findings.found()[0].property == kDeterministic);
  CHECK(findings.found()[0].message.find("as found") != std::string::npos);
}

}  // namespace
}  // namespace groundhog::explore
