#include "cli/suggestion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_names.h"

namespace groundhog::cli {

std::string Suggestion(std::string_view misspelt, const std::vector<std::string>& known) {
  const std::vector<std::string> nearest = NearestNames(misspelt, known, 1);
  if (!nearest.empty()) return fmt::format("; did you mean {}?", nearest.front());
  if (known.empty()) return "; there is none";
  return fmt::format(" (there {}: {})", known.size() == 1 ? "is" : "are", fmt::join(known, ", "));
}

}  // namespace groundhog::cli
