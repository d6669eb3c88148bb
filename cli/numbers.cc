#include "cli/numbers.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "cli/input_error.h"
#include "reports/terminal_text.h"

namespace groundhog::cli {

std::uint64_t ParseCount(std::string_view option, std::string_view text, std::uint64_t least,
                         std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc() && end == text.data() + text.size();
  if (number && value >= least && value <= most) return value;
  throw InputError(fmt::format("{} {}: expected a whole number from {} to {}", option,
                               reports::Printable(text), least, most));
}

double ParseLength(std::string_view option, std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit =
      error == std::errc() ? text.substr(static_cast<std::size_t>(end - text.data())) : "?";
  const double seconds = unit == "ms"                   ? value / 1000.0
                         : unit == "s"                  ? value
                         : unit == "m" || unit == "min" ? value * 60
                         : unit == "h"                  ? value * 3600
                                                        : -1;
  constexpr double kMostSeconds = 366.0 * 86'400;
  if (std::isfinite(seconds) && seconds > 0 && seconds <= kMostSeconds) return seconds;
  throw InputError(
      fmt::format("{} {}: expected a length of time above 0, like 60s, 500ms, 2m or 1h", option,
                  reports::Printable(text)));
}

}  // namespace groundhog::cli
