#include "tests/cli/command/command.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <pty.h>
#include <stdexcept>
#include <unistd.h>

#include <sys/wait.h>

#include "tests/paths.h"

namespace groundhog::cli {
namespace {

const std::string kBinary = groundhog::testing::BinaryDir() + "/tests/tiny_groundhog";

int StatusOf(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid failed");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void Become(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
  unsetenv("NO_COLOR");
  setenv("TERM", "xterm", 1);
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> argv = {const_cast<char*>(kBinary.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(kBinary.c_str(), argv.data());
  _exit(127);
}

Finished RunOnTerminal(const std::vector<std::string>& arguments,
                       const std::vector<std::string>& environment,
                       const std::string& interrupt_after) {
  winsize size{.ws_row = 40, .ws_col = 90, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("forkpty failed");
  if (child == 0) Become(arguments, environment);
  Finished finished;
  bool pressed = interrupt_after.empty();
  char buffer[4096];
  for (ssize_t got = 0; (got = read(terminal, buffer, sizeof buffer)) > 0;) {
    finished.out.append(buffer, static_cast<std::size_t>(got));
    if (pressed || finished.out.find(interrupt_after) == std::string::npos) continue;
    constexpr char kControlC = 3;
    pressed = write(terminal, &kControlC, 1) == 1;
  }
  close(terminal);
  finished.status = StatusOf(child);
  return finished;
}

}  // namespace

Finished RunTiny(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment) {
  const TemporaryDirectory folder;
  const std::string out = folder.Path("out");
  const std::string err = folder.Path("err");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    Become(arguments, environment);
  }
  Finished finished{.status = StatusOf(child)};
  finished.out = ReadAll(out);
  finished.err = ReadAll(err);
  return finished;
}

Finished RunTinyOnTerminal(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment) {
  return RunOnTerminal(arguments, environment, "");
}

Finished RunTinyAndInterrupt(const std::vector<std::string>& arguments, const std::string& after) {
  return RunOnTerminal(arguments, {}, after);
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "groundhog-cli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::Write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return Path(name);
}

std::vector<std::string> TemporaryDirectory::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace groundhog::cli
