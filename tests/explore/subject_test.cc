#include "explore/subject.h"

#include <stdexcept>

#include "sim/recorded_choices.h"
#include "tests/catch.h"
#include "tests/explore/toy.h"

namespace groundhog::explore {
namespace {

TEST_CASE("what a simulation throws is a violation, and the next run has a new subject") {
  int made = 0;
  const auto toy = [](Toy& run) {
    if (run.Ask(kLose, "withdraw", 1) != 0) throw std::runtime_error("author's mistake");
    if (run.Ask(kCrash, "withdraw", 1) != 0) throw 7;
  };
  const SubjectFactory inner = ToySubject(toy);
  Runner runner([&] {
    ++made;
    return inner();
  });
  sim::RecordedChoices lost({MakeDecision(kLose, "withdraw", 1, "lost")});
  const Verdict verdict = runner.Run(lost);
  REQUIRE(verdict.violations.size() == 1);
  CHECK(verdict.violations[0].property == kThrew);
  CHECK(verdict.violations[0].message == "the simulation threw: author's mistake");
  CHECK(lost.decisions().at(0).point.label.subject().text() == "withdraw");
  sim::RecordedChoices crash({MakeDecision(kCrash, "withdraw", 1, "crash")});
  CHECK(runner.Run(crash).violations.size() == 1);
  sim::RecordedChoices uneventful;
  CHECK(runner.Run(uneventful).holds());
  runner.Run(uneventful);
  CHECK(made == 3);
}

TEST_CASE("a factory that throws is a violation as well") {
  Runner runner([]() -> std::unique_ptr<Subject> { throw std::runtime_error("no bank"); });
  sim::RecordedChoices choices;
  CHECK(runner.Run(choices).violations.at(0).message == "the simulation threw: no bank");
}

}  // namespace
}  // namespace groundhog::explore
