// docs/state_machines.md is drawn from the tables of transitions. After a change of one:
//     GROUNDHOG_UPDATE_GOLDEN=1 ./test -R 'state machines'
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/reports/golden_file.h"
#include "tests/transitions/machines.h"

namespace groundhog {
namespace {

constexpr const char* kPage = "docs/state_machines.md";

// One arrow for all inputs that lead from one state to another one. A state that nothing leads out
// of is an end.
std::string Mermaid(const transitions::Machine& machine) {
  std::string text = fmt::format("### {}\n\n{}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n",
                                 machine.title, machine.says, machine.states.front());
  for (std::size_t from = 0; from < machine.states.size(); ++from) {
    std::map<int, std::string> arrows;
    for (std::size_t input = 0; input < machine.inputs.size(); ++input) {
      const int to = machine.next[from][input];
      if (to < 0) continue;
      std::string& label = arrows[to];
      label += (label.empty() ? "" : ", ") + machine.inputs[input];
    }
    const bool is_end =
        arrows.empty() || (arrows.size() == 1 && arrows.contains(static_cast<int>(from)));
    for (const auto& [to, label] : arrows) {
      text += fmt::format("    {} --> {}: {}\n", machine.states[from],
                          machine.states[static_cast<std::size_t>(to)], label);
    }
    if (is_end) text += fmt::format("    {} --> [*]\n", machine.states[from]);
  }
  return text + "```\n\n";
}

std::string Page() {
  std::string text =
      "# State machines\n\n"
      "Drawn from the tables of transitions in the code; what has no arrow is illegal, and a step "
      "that is\n"
      "not in its table is a bug. This page is generated: `GROUNDHOG_UPDATE_GOLDEN=1 ./test -R "
      "'state\n"
      "machines'`. A test checks that it is up to date; another one (tests/transitions) that each "
      "row is\n"
      "taken.\n\n"
      "## The server\n\n";
  for (const transitions::Machine& machine : transitions::ServerMachines())
    text += Mermaid(machine);
  text +=
      "## Workflow code, live and at replay\n\n"
      "An input is an event of the history, or what the code does (in small letters).\n\n";
  for (const transitions::Machine& machine : transitions::CodeMachines()) text += Mermaid(machine);
  text.pop_back();
  return text;
}

TEST_CASE("the page of state machines is drawn from their tables", "[golden]") {
  CHECK_GOLDEN(kPage, Page());
}

TEST_CASE("a machine that was changed is not the one on the page") {
  transitions::Machine machine = transitions::ServerMachines().front();
  const std::string before = Mermaid(machine);
  CHECK_THAT(Page(), Catch::Matchers::Contains(before));
  machine.next[1][5] = -1;
  CHECK_THAT(Page(), !Catch::Matchers::Contains(Mermaid(machine)));
}

}  // namespace
}  // namespace groundhog
