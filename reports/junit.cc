#include "reports/junit.h"

#include <algorithm>

#include <fmt/format.h>

#include "reports/terminal_text.h"

namespace groundhog::reports {
namespace {

struct Case {
  std::string name;
  const explore::FoundViolation* violation = nullptr;
  std::string details;
};

std::vector<Case> CasesOf(const JunitSuite& suite) {
  std::vector<Case> cases;
  const std::vector<explore::FoundViolation>& violations = suite.result->violations;
  const auto count = [&violations](const std::string& property) {
    return std::count_if(
        violations.begin(), violations.end(),
        [&](const explore::FoundViolation& violation) { return violation.property == property; });
  };
  std::vector<std::string> names = suite.properties;
  for (const explore::FoundViolation& violation : violations) names.push_back(violation.property);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), name) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    if (count(name) == 0) cases.push_back(Case{.name = name});
    for (std::size_t v = 0; v < violations.size(); ++v) {
      if (violations[v].property != name) continue;
      // CI systems tell cases apart by their names.
      std::string called = count(name) == 1 ? name : violations[v].identity.Text();
      const auto same = std::count_if(cases.begin(), cases.end(), [&](const Case& other) {
        return other.violation != nullptr && other.violation->identity.Text() == called;
      });
      if (same != 0) called += fmt::format(" ({})", same + 1);
      cases.push_back(Case{.name = std::move(called),
                           .violation = &violations[v],
                           .details = v < suite.details.size() ? suite.details[v] : std::string()});
    }
  }
  return cases;
}

std::string CaseXml(const Case& test, const std::string& scenario) {
  const std::string begin = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                                        EscapeXml(scenario), EscapeXml(test.name));
  if (test.violation == nullptr) return begin + "/>\n";
  const std::string body = test.details.empty() ? test.violation->reproduce : test.details;
  return begin +
         fmt::format(
             ">\n      <failure type=\"violation\" message=\"{}\">{}</failure>\n    </testcase>\n",
             EscapeXml(test.violation->message), EscapeXml(body));
}

std::string SuiteXml(const JunitSuite& suite, const std::vector<Case>& cases) {
  const explore::CampaignResult& result = *suite.result;
  std::string xml = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
      "time=\"{:.3f}\">\n"
      "    <properties>\n",
      EscapeXml(result.scenario), cases.size(), result.violations.size(), result.elapsed_seconds);
  const auto property = [&xml](std::string_view name, std::string_view value) {
    xml += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, EscapeXml(value));
  };
  property("strategy", result.strategy);
  property("runs", std::to_string(result.runs));
  property("covered", ProofLine(result));
  property("digest", fmt::format("{:016x}", result.digest));
  xml += "    </properties>\n";
  for (const Case& test : cases) xml += CaseXml(test, result.scenario);
  return xml + "  </testsuite>\n";
}

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  const auto add_line = [&escaped](std::string_view line) {
    for (const char c : Printable(line)) {
      if (c == '&') {
        escaped += "&amp;";
      } else if (c == '<') {
        escaped += "&lt;";
      } else if (c == '>') {
        escaped += "&gt;";
      } else if (c == '"') {
        escaped += "&quot;";
      } else {
        escaped += c;
      }
    }
  };
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    add_line(text.substr(0, end));
    escaped += "&#10;";  // survives in attributes, where a bare one would become a blank
    text.remove_prefix(end + 1);
  }
  add_line(text);
  return escaped;
}

std::string JunitXml(std::span<const JunitSuite> suites) {
  std::string body;
  std::size_t tests = 0;
  std::size_t failures = 0;
  double seconds = 0;
  for (const JunitSuite& suite : suites) {
    const std::vector<Case> cases = CasesOf(suite);
    tests += cases.size();
    failures += suite.result->violations.size();
    seconds += suite.result->elapsed_seconds;
    body += SuiteXml(suite, cases);
  }
  return fmt::format(
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<testsuites name=\"groundhog\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
             "time=\"{:.3f}\">\n",
             tests, failures, seconds) +
         body + "</testsuites>\n";
}

}  // namespace groundhog::reports
