// What depends on who reads: colour, width, progress.

#include <csignal>
#include <sstream>

#include "cli/console.h"
#include "reports/terminal_text.h"
#include "tests/catch.h"
#include "tests/cli/command/command.h"

namespace groundhog::cli {
namespace {

using Catch::Matchers::ContainsSubstring;

bool HasColor(const std::string& text) {
  return text.find("\x1b[1m") != std::string::npos || text.find("\x1b[2m") != std::string::npos;
}

TEST_CASE("without a terminal there is no escape sequence, whatever the environment says") {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"list"}, {"run", "ticket"}, {"explore", "ticket", "--runs", "300"}, {"--help"}}) {
    const Finished finished = RunTiny(command, {"TERM=xterm-256color", "CLICOLOR=1"});
    CAPTURE(command);
    CHECK(finished.out.find('\x1b') == std::string::npos);
    CHECK(finished.err.find('\x1b') == std::string::npos);
    CHECK(finished.out.find('\r') == std::string::npos);
    CHECK(finished.err.find('\r') == std::string::npos);
  }
}

TEST_CASE("on a terminal there is colour, unless NO_COLOR or a dumb terminal forbids it") {
  CHECK(HasColor(RunTinyOnTerminal({"run", "ticket"}).out));
  CHECK(HasColor(RunTinyOnTerminal({"run", "ticket"}, {"NO_COLOR="}).out));
  CHECK_FALSE(HasColor(RunTinyOnTerminal({"run", "ticket"}, {"NO_COLOR=1"}).out));
  CHECK_FALSE(HasColor(RunTinyOnTerminal({"run", "ticket"}, {"TERM=dumb"}).out));
}

TEST_CASE("lanes keep to the terminal's width") {
  const Finished finished = RunTinyOnTerminal({"run", "ticket"}, {"NO_COLOR=1"});
  std::istringstream lines(finished.out.substr(0, finished.out.find("Ledger of")));
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    CAPTURE(line);
    CHECK(reports::DisplayWidth(line) <= 90);
  }
}

TEST_CASE("an exploration shows its progress on a terminal and takes it away at the end") {
  const Finished finished =
      RunTinyOnTerminal({"explore", "ticket_careful", "--runs", "4000", "--faults", "net/lose"});
  CHECK_THAT(finished.out, ContainsSubstring("\r\x1b[Kticket_careful: "));
  CHECK_THAT(finished.out, ContainsSubstring("runs/s"));
  const std::size_t last = finished.out.rfind("points covered");
  REQUIRE(last != std::string::npos);
  CHECK(finished.out.find("\r\x1b[K", last) != std::string::npos);
}

TEST_CASE("Ctrl-C ends an exploration with what it has found by then") {
  const TemporaryDirectory folder;
  const Finished broken = RunTinyAndInterrupt(
      {"explore", "ticket", "--for", "60s", "--report", folder.Path("out")}, "found: ");
  CHECK(broken.status == 1);
  CHECK_THAT(broken.out, ContainsSubstring("interrupted: this is what was done by then") &&
                             ContainsSubstring("reports are in"));
  CHECK_THAT(ReadAll(folder.Path("out/explore.json")), ContainsSubstring("\"interrupted\": true"));
  const Finished sound =
      RunTinyAndInterrupt({"explore", "ticket_careful", "--for", "60s"}, "points covered");
  CHECK(sound.status == 128 + SIGINT);
  CHECK_THAT(sound.out, ContainsSubstring("interrupted: this is what was done by then"));
}

}  // namespace
}  // namespace groundhog::cli
