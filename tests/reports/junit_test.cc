#include "reports/junit.h"

#include "tests/catch.h"
#include "tests/rapidcheck.h"
#include "tests/reports/golden_file.h"
#include "tests/reports/sample_simulation.h"

namespace groundhog::reports {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("JUnit XML has a suite for each scenario and a case for each property", "[golden]") {
  const SampleSimulation sample;
  const explore::CampaignResult failed = SampleCampaign(sample);
  explore::CampaignResult held = failed;
  held.scenario = "money_transfer_hardened";
  held.violations.clear();
  const std::vector<std::string> properties = {"retry", "replay", "no money is lost"};
  const std::vector<JunitSuite> suites = {{&failed, properties, {"line 1 <&>\nline 2 \x1b[0m"}},
                                          {&held, properties, {}}};
  CHECK_GOLDEN("tests/reports/golden/junit.xml", JunitXml(suites));
}

TEST_CASE("two bugs behind one property are two cases, named by what has to go wrong") {
  const SampleSimulation sample;
  explore::CampaignResult result = SampleCampaign(sample);
  explore::FoundViolation other = result.violations.front();
  other.decisions.pop_back();
  other.identity.outline = "MoneyTransfer FAILED: withdraw completed, refund failed";
  result.violations.push_back(other);
  const std::vector<JunitSuite> suites = {{&result, {"no money is lost"}, {}}};
  const std::string xml = JunitXml(suites);
  CHECK_THAT(xml, ContainsSubstring("tests=\"2\" failures=\"2\""));
  CHECK_THAT(xml, ContainsSubstring(EscapeXml(result.violations[0].identity.Text())));
  CHECK_THAT(xml, ContainsSubstring(EscapeXml(result.violations[1].identity.Text())));
}

TEST_CASE("what XML cannot have becomes visible") {
  CHECK(EscapeXml("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(EscapeXml(std::string("\0\x1b\x7f", 3)) == "\\x00\\x1b\\x7f");
  CHECK(EscapeXml("one\ntwo") == "one&#10;two");
  CHECK(EscapeXml("\xff\uffff]]>") == "\\xff\\uffff]]&gt;");
}

TEST_CASE("no bytes whatever break out of an attribute", "[property]") {
  rc::prop("for any bytes", [](const std::vector<unsigned char>& bytes) {
    const std::string escaped = EscapeXml(std::string(bytes.begin(), bytes.end()));
    RC_ASSERT(escaped.find_first_of("<>\"\n\r\x1b") == std::string::npos);
    for (const char c : escaped) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  });
}

}  // namespace
}  // namespace groundhog::reports
