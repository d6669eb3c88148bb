#include "reports/timeline.h"

#include <sstream>

#include "reports/timeline_rows.h"
#include "tests/catch.h"
#include "tests/reports/golden_file.h"
#include "tests/reports/sample_simulation.h"

namespace groundhog::reports {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string WithoutColor(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      plain += text[i];
      continue;
    }
    i = text.find('m', i);
  }
  return plain;
}

std::size_t WidestLine(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, DisplayWidth(line));
  return widest;
}

TEST_CASE("a whole simulation as text", "[golden]") {
  const SampleSimulation sample;
  CHECK_GOLDEN("tests/reports/golden/timeline.txt", TimelineText(sample.View(), {}));
}

TEST_CASE("the uneventful run says that there are no decisions", "[golden]") {
  SampleSimulation sample;
  sample.decisions.clear();
  sample.verdict.violations.clear();
  FinishedSimulation view = sample.View();
  view.seed = 42;
  view.never_asked.push_back({.site = "net/lose", .kind = "Poll", .answer = "lost"});
  CHECK_GOLDEN("tests/reports/golden/timeline_uneventful.txt", TimelineText(view, {.width = 80}));
}

TEST_CASE("lanes are never wider than asked, however narrow") {
  const SampleSimulation sample;
  for (const std::size_t width : {60U, 72U, 80U, 100U, 132U, 160U}) {
    CAPTURE(width);
    CHECK(WidestLine(LanesText(sample.View(), {.style = {.width = width}})) <= width);
  }
}

TEST_CASE("colour changes nothing but colour") {
  const SampleSimulation sample;
  const std::string plain = TimelineText(sample.View(), {.color = false});
  const std::string colored = TimelineText(sample.View(), {.color = true});
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(colored != plain);
  CHECK(WithoutColor(colored) == plain);
}

TEST_CASE("clients stand at the left, services at the right") {
  const SampleSimulation sample;
  CHECK(MakeTimelineRows(sample.View()).lanes ==
        std::vector<std::string>{"client", "server", "worker", "bank"});
}

TEST_CASE("what a decision did is marked, what happened by itself is not") {
  const SampleSimulation sample;
  std::vector<std::string> faults;
  for (const TimelineRow& row : MakeTimelineRows(sample.View()).rows) {
    if (row.fault) faults.push_back(row.text);
  }
  CHECK(faults == std::vector<std::string>{"lost: RespondActivityTaskCompleted(withdraw, 1)",
                                           "withdraw attempt 2 fails before its effect",
                                           "worker crashes; back in 1 s"});
}

TEST_CASE("polls do not appear, nor do replies that nothing befell") {
  const SampleSimulation sample;
  const std::string text = LanesText(sample.View(), {});
  CHECK_THAT(text, !ContainsSubstring("a poll"));
  CHECK_THAT(text, !ContainsSubstring("the reply to Poll"));
}

TEST_CASE("a message sent again after trouble says so, and losses in a row are counted") {
  const SampleSimulation sample;
  const std::string text = LanesText(sample.View(), {});
  CHECK_THAT(text, ContainsSubstring("too late: RespondActivityTaskCompleted(withdraw, 1)"));
  // The line may be broken at this width.
  CHECK_THAT(text, ContainsSubstring("lost: GetWorkflowExecutionHistory(close) (2 more until"));
}

TEST_CASE("an event's id and name stay on one line") {
  const SampleSimulation sample;
  for (const std::size_t width : {60U, 80U, 100U}) {
    std::istringstream lines(LanesText(sample.View(), {.style = {.width = width}}));
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(width, line);
      CHECK_FALSE(line.ends_with(", 2"));
    }
  }
}

TEST_CASE("an extract keeps the faults and the bookings, and says what it leaves out") {
  const SampleSimulation sample;
  const std::string text = LanesText(sample.View(), {.max_rows = 8});
  CHECK_THAT(text, ContainsSubstring("✖ lost: RespondActivityTaskCompleted(withdraw, 1)"));
  CHECK_THAT(text, ContainsSubstring("withdraw: 85-150 -250 (12345-withdrawal)"));
  CHECK_THAT(text, ContainsSubstring("left out)"));
  CHECK_THAT(text, !ContainsSubstring("WorkflowTaskScheduled"));
}

TEST_CASE("long process names stand one above the other rather than being cut") {
  SampleSimulation sample;
  const std::string text = LanesText(sample.View(), {.style = {.width = 60}});
  for (const char* name : {"client", "server", "worker", "bank"})
    CHECK_THAT(text, ContainsSubstring(name));
}

}  // namespace
}  // namespace groundhog::reports
