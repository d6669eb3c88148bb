#include "cli/suggestion.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace groundhog::cli {
namespace {

// Insertions, deletions and replacements that make one text the other.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Suggestion(std::string_view misspelt, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestName = 200;
  std::size_t nearest = std::max<std::size_t>(2, misspelt.size() / 3) + 1;
  const std::string* best = nullptr;
  for (const std::string& name : known) {
    if (misspelt.size() > kLongestName) break;
    const bool part = misspelt.size() > 2 && name.find(misspelt) != std::string::npos;
    const std::size_t distance = part ? 1 : Distance(misspelt, name);
    if (distance < nearest) {
      nearest = distance;
      best = &name;
    }
  }
  if (best != nullptr) return fmt::format("; did you mean {}?", *best);
  if (known.empty()) return "; there is none";
  return fmt::format(" (there {}: {})", known.size() == 1 ? "is" : "are", fmt::join(known, ", "));
}

}  // namespace groundhog::cli
