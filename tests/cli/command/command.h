// Runs a command line as a process of its own and keeps what it said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace groundhog::cli {

struct Finished {
  int status = -1;  // exit status; 128 + signal
  std::string out = {};
  std::string err = {};
};

// The test binary with these arguments; nothing is a terminal. `environment`: "NAME=value", added.
Finished RunTiny(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment = {});
// The same with standard output and standard error on a terminal of 90 columns; all that came is in
// `out`.
Finished RunTinyOnTerminal(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment = {});

// The same, and presses Ctrl-C as soon as `after` has been printed.
Finished RunTinyAndInterrupt(const std::vector<std::string>& arguments, const std::string& after);

// A directory that goes away with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string Path(const std::string& name) const { return (path_ / name).string(); }
  // Writes a file and gives its path.
  std::string Write(const std::string& name, const std::string& text) const;
  std::vector<std::string> Names() const;

 private:
  std::filesystem::path path_;
};

std::string ReadAll(const std::string& path);

}  // namespace groundhog::cli
