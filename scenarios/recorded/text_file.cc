#include "scenarios/recorded/text_file.h"

#include <fstream>

#include <fmt/format.h>

namespace groundhog::recorded {

constexpr std::size_t kLargestFile = std::size_t{64} << 20;

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::NotFoundError(fmt::format("{}: a folder; expected a file", path));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("{}: cannot be opened for reading", path));
  std::string text;
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  while (file && text.size() <= kLargestFile) {
    const std::size_t before = text.size();
    text.resize(before + kChunk);
    file.read(text.data() + before, kChunk);
    text.resize(before + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return absl::NotFoundError(fmt::format("{}: cannot be read", path));
  if (text.size() > kLargestFile) {
    return absl::ResourceExhaustedError(
        fmt::format("{}: larger than {} MiB, the most that is read", path, kLargestFile >> 20));
  }
  return text;
}

absl::Status WriteTextFile(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("{}: cannot be written; choose another --out", path.string()));
}

}  // namespace groundhog::recorded
