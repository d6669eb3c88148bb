#include "tests/reports/golden_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/paths.h"

namespace groundhog::reports {

std::string DifferenceFromGolden(const std::string& path, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(groundhog::testing::SourceDir()) / path;
  if (std::getenv("GROUNDHOG_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return "";
  }
  std::ifstream stream(file, std::ios::binary);
  const std::string golden(std::istreambuf_iterator<char>(stream), {});
  if (golden == text) return "";
  std::istringstream expected_lines(golden);
  std::istringstream actual_lines(text);
  std::string expected;
  std::string actual;
  for (int line = 1;; ++line) {
    const bool has_expected = static_cast<bool>(std::getline(expected_lines, expected));
    const bool has_actual = static_cast<bool>(std::getline(actual_lines, actual));
    if (has_expected && has_actual && expected == actual) continue;
    return path + ":" + std::to_string(line) + ": expected\n  " +
           (has_expected ? expected : "(the end)") + "\nbut got\n  " +
           (has_actual ? actual : "(the end)") + "\nThe whole text:\n" + text;
  }
}

}  // namespace groundhog::reports
