// ASCII letters, for words whose case does not matter.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <absl/strings/ascii.h>

namespace groundhog::visibility {

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); });
  return lower;
}

inline std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return absl::ascii_toupper(static_cast<unsigned char>(c)); });
  return upper;
}

// Without blanks at its ends.
inline std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace groundhog::visibility
