#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/read_file.h"
#include "cli/input_error.h"

namespace groundhog::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestInput = std::size_t{256} << 20;

void CollectBelow(const std::string& directory, std::vector<std::string>& files) {
  std::error_code error;
  const std::size_t before = files.size();
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error) && it->path().extension() == ".json")
      files.push_back(it->path().string());
  }
  if (error) throw InputError(fmt::format("{}: cannot be read: {}", directory, error.message()));
  if (files.size() == before)
    throw InputError(fmt::format("{}: no *.json file in this directory", directory));
  std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
}

}  // namespace

std::string ReadInput(const std::string& path) {
  std::string text = ValueOrThrow(ReadFile(path, kLargestInput));
  if (text.empty()) throw InputError(path + ": the file is empty");
  return text;
}

void WriteOutput(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw InputError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
}

void PrepareDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw InputError(fmt::format("{}: cannot make this directory: {}", path, error.message()));
  const fs::path probe = fs::path(path) / fmt::format(".writable.{}", ::getpid());
  if (!std::ofstream(probe)) {
    throw InputError(
        fmt::format("{}: cannot write into this directory: {}", path, std::strerror(errno)));
  }
  fs::remove(probe, error);
}

std::vector<std::string> CollectJsonFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      CollectBelow(path, files);
    } else {
      files.push_back(path);
    }
  }
  return files;
}

std::string AsFileName(std::string_view name) {
  std::string file(name);
  for (char& c : file) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    if (!plain) c = '_';
  }
  constexpr std::size_t kLongest = 150;
  if (file.size() > kLongest) file.resize(kLongest);
  if (file.empty() || file.front() == '.') file.insert(0, "_");
  return file;
}

}  // namespace groundhog::cli
