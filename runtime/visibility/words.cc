#include "runtime/visibility/words.h"

#include <algorithm>

#include <absl/strings/ascii.h>

namespace groundhog::visibility {

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && byte < 0x80) {
      within = false;
      continue;
    }
    if (!within) words.emplace_back();
    within = true;
    words.back().push_back(absl::ascii_tolower(byte));
  }
  return words;
}

bool ContainsAnyToken(std::string_view text, std::string_view tokens) {
  const std::vector<std::string> words = WordsOf(text);
  while (!tokens.empty()) {
    const std::size_t length = std::min(tokens.find(' '), tokens.size());
    const std::vector<std::string> wanted = WordsOf(tokens.substr(0, length));
    tokens.remove_prefix(std::min(length + 1, tokens.size()));
    if (wanted.empty()) continue;
    const auto found = std::search(words.begin(), words.end(), wanted.begin(), wanted.end());
    if (found != words.end()) return true;
  }
  return false;
}

}  // namespace groundhog::visibility
