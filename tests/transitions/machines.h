// The state machines: those of the server, and those of workflow code, live and at replay. What is
// drawn of them (docs/state_machines.md) and what is counted of them stands here.
#pragma once

#include <string>
#include <typeinfo>
#include <vector>

namespace groundhog::transitions {

// Its states by their names, the first one first, and its inputs by theirs.
struct Machine {
  const std::type_info* type = nullptr;  // of its states
  std::string title;
  std::string says;
  std::vector<std::string> states;
  std::vector<std::string> inputs;
  std::vector<std::vector<int>> next;  // by state and input; -1: illegal
};

std::vector<Machine> ServerMachines();
std::vector<Machine> CodeMachines();

}  // namespace groundhog::transitions
