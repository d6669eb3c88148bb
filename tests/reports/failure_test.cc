#include "reports/failure.h"

#include <algorithm>

#include "reports/decision_text.h"
#include "tests/catch.h"
#include "tests/reports/golden_file.h"
#include "tests/reports/sample_simulation.h"

namespace groundhog::reports {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a failure as text is a few dozen lines", "[golden]") {
  const SampleSimulation sample;
  const FinishedSimulation view = sample.View();
  const explore::FoundViolation found = sample.Found();
  const std::string text = FailureText({.scenario = "money_transfer",
                                        .strategy = "random",
                                        .violation = &found,
                                        .simulation = &view},
                                       {});
  CHECK(std::count(text.begin(), text.end(), '\n') < 70);
  CHECK_GOLDEN("tests/reports/golden/failure.txt", text);
}

TEST_CASE("a failure as JSON", "[golden]") {
  const SampleSimulation sample;
  const FinishedSimulation view = sample.View();
  const explore::FoundViolation found = sample.Found();
  CHECK_GOLDEN("tests/reports/golden/failure.json",
               JsonText(FailureJson({.scenario = "money_transfer",
                                     .strategy = "random",
                                     .violation = &found,
                                     .simulation = &view})));
}

TEST_CASE("a simulation that threw has a failure without a timeline") {
  const SampleSimulation sample;
  explore::FoundViolation found = sample.Found();
  found.decisions.clear();
  const FailureReport report{.scenario = "s", .violation = &found};
  CHECK_THAT(FailureText(report, {}),
             ContainsSubstring("nothing: it happens in the uneventful run"));
  CHECK_FALSE(FailureJson(report).contains("simulation"));
}

TEST_CASE("each decision says what it means") {
  const SampleSimulation sample;
  const std::string text = ExplainedDecisions(sample.decisions, {});
  CHECK_THAT(text, ContainsSubstring("a request is lost"));
  CHECK_THAT(text, ContainsSubstring("the worker reports an error that may be retried"));
  CHECK_THAT(text, ContainsSubstring("the worker crashes and is back after a second"));
}

TEST_CASE("bytes that are no UTF-8 do not stop the JSON") {
  const SampleSimulation sample;
  explore::FoundViolation found = sample.Found();
  found.message = "\xff\xfe";
  CHECK_THAT(JsonText(FailureJson({.scenario = "s", .violation = &found})),
             ContainsSubstring("\ufffd"));
}

}  // namespace
}  // namespace groundhog::reports
