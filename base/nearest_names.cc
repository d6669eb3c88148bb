#include "base/nearest_names.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace groundhog {
namespace {

// Whoever types more than this did not misspell a name, and the distance is quadratic.
constexpr std::size_t kLongestName = 200;

// Insertions, deletions and replacements that make one text the other.
std::size_t EditDistance(std::string_view a, std::string_view b) {
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

std::size_t Distance(std::string_view misspelt, std::string_view name) {
  const bool part = misspelt.size() > 2 && name.find(misspelt) != std::string_view::npos;
  return part ? 1 : EditDistance(misspelt, name);
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view misspelt, std::span<const std::string> known,
                                      std::size_t most) {
  if (misspelt.size() > kLongestName) return {};
  const std::size_t farthest = std::max<std::size_t>(2, misspelt.size() / 3);
  std::vector<std::pair<std::size_t, const std::string*>> near;
  for (const std::string& name : known) {
    const std::size_t distance = Distance(misspelt, name);
    if (distance <= farthest) near.emplace_back(distance, &name);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : near) {
    if (names.size() < most) names.push_back(*name);
  }
  return names;
}

}  // namespace groundhog
