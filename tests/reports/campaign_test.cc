#include "reports/campaign.h"

#include "tests/catch.h"
#include "tests/reports/golden_file.h"
#include "tests/reports/sample_simulation.h"

namespace groundhog::reports {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a campaign as text", "[golden]") {
  const SampleSimulation sample;
  CHECK_GOLDEN("tests/reports/golden/campaign.txt", CampaignText(SampleCampaign(sample), {}));
}

TEST_CASE("a campaign as JSON", "[golden]") {
  const SampleSimulation sample;
  CHECK_GOLDEN("tests/reports/golden/campaign.json",
               JsonText(CampaignJson(SampleCampaign(sample))));
}

TEST_CASE("a campaign's JSON has the promised keys, in the promised order") {
  const SampleSimulation sample;
  const Json json = CampaignJson(SampleCampaign(sample));
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  keys.resize(10);
  CHECK(keys == std::vector<std::string>{"scenario", "strategy", "runs", "exhausted", "points",
                                         "pairs", "violations", "elapsed_seconds",
                                         "runs_per_second", "digest"});
  keys.clear();
  for (const auto& [key, value] : json["violations"][0].items()) keys.push_back(key);
  keys.resize(5);
  CHECK(keys ==
        std::vector<std::string>{"property", "message", "decisions", "runs_to_find", "reproduce"});
}

TEST_CASE("of many violations the text shows ten and counts the others") {
  const SampleSimulation sample;
  explore::CampaignResult result = SampleCampaign(sample);
  result.violations.assign(18, result.violations.front());
  const std::string text = CampaignText(result, {});
  CHECK_THAT(text, ContainsSubstring("… and 8 more"));
  CHECK_THAT(text, ContainsSubstring("\n  10  ✖") && !ContainsSubstring("\n  11  ✖"));
  CHECK(CampaignJson(result)["violations"].size() == 18);
}

TEST_CASE("violations that show one bug stand together, under the scenario's own claim") {
  const SampleSimulation sample;
  explore::CampaignResult result = SampleCampaign(sample);
  explore::FoundViolation built_in = result.violations.front();
  built_in.property = "compensation";
  built_in.also_broken = {"no money is lost"};
  result.violations.insert(result.violations.begin(), built_in);
  std::string text = CampaignText(result, {});
  CHECK_THAT(text, ContainsSubstring("\n  1  ✖ no money is lost") &&
                       ContainsSubstring("also broken: compensation") &&
                       !ContainsSubstring("\n  2  ✖"));
  // Another outcome is another bug.
  result.violations.front().identity.outline = "MoneyTransfer FAILED: refund failed";
  text = CampaignText(result, {});
  CHECK_THAT(text, ContainsSubstring("\n  2  ✖ compensation") &&
                       ContainsSubstring("MoneyTransfer FAILED: refund failed"));
}

TEST_CASE("how many other ways there are, or at least are") {
  explore::FoundViolation violation;
  violation.other_ways.resize(1);
  CHECK(OtherWaysText(violation) == "1 other way");
  violation.other_ways.resize(explore::kMostWays - 1);
  CHECK(OtherWaysText(violation) == "31 or more other ways");
}

TEST_CASE("an enumeration that was cut short claims no proof") {
  const SampleSimulation sample;
  explore::CampaignResult result = SampleCampaign(sample);
  result.violations.clear();
  CHECK_THAT(CampaignText(result, {}), !ContainsSubstring("no proof"));
  result.exhausted = false;
  CHECK_THAT(CampaignText(result, {}), ContainsSubstring("no proof"));
}

TEST_CASE("the progress line fits into the width") {
  const explore::Progress progress{
      .runs = 1'234'567, .points = 311, .violations = 1, .runs_per_second = 23'456.4};
  CHECK(ProgressText(progress, 100) ==
        "1,234,567 runs, 23,456 runs/s, 311 points covered, 1 violation");
  CHECK(DisplayWidth(ProgressText(progress, 20)) == 20);
}

TEST_CASE("long numbers are grouped") {
  CHECK(Grouped(0) == "0");
  CHECK(Grouped(999) == "999");
  CHECK(Grouped(1'000) == "1,000");
  CHECK(Grouped(12'345'678) == "12,345,678");
}

}  // namespace
}  // namespace groundhog::reports
