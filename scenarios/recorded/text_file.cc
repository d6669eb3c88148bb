#include "scenarios/recorded/text_file.h"

#include <fstream>

#include <fmt/format.h>

#include "base/read_file.h"

namespace groundhog::recorded {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  return ReadFile(path, std::size_t{64} << 20);
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
