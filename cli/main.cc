// The `main` of the bundled binary, and of any other that links groundhog::main.

#include "cli/command_line.h"
#include "cli/registration.h"

int main(int argc, char** argv) {
  namespace cli = groundhog::cli;
  return cli::RunCommandLine(argc, argv, {cli::RegisteredScenarios(), cli::RegisteredWorkflows()});
}
