#include "runtime/history/spelling.h"

#include <array>

#include <absl/strings/escaping.h>

namespace groundhog::history {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char ToUpper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::optional<std::string> ParseBase64(std::string_view text) {
  bool url_safe = false;
  for (const char c : text) {
    // The library skips white space and takes '.' for padding; no encoder writes either.
    if (c == '.' || c <= ' ') return std::nullopt;
    url_safe = url_safe || c == '-' || c == '_';
  }
  std::string bytes;
  const absl::string_view source(text.data(), text.size());
  const bool valid =
      url_safe ? absl::WebSafeBase64Unescape(source, &bytes) : absl::Base64Unescape(source, &bytes);
  if (!valid) return std::nullopt;
  return bytes;
}

std::string FormatBase64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

bool IsShorthandOf(std::string_view shorthand, std::string_view upper_snake) {
  std::size_t at = 0;
  bool word_begins = true;
  for (const char c : upper_snake) {
    if (c == '_') {
      word_begins = true;
      continue;
    }
    if (at == shorthand.size() || shorthand[at] != (word_begins ? c : ToLower(c))) return false;
    ++at;
    word_begins = false;
  }
  return at == shorthand.size();
}

bool IsFieldName(std::string_view key, std::string_view camel) {
  if (key == camel) return true;
  std::size_t at = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    char c = key[i];
    if (IsUpper(c)) return false;  // snake_case has none
    if (c == '_') {
      if (++i == key.size() || !IsLower(key[i])) return false;
      c = ToUpper(key[i]);
    }
    if (at == camel.size() || camel[at] != c) return false;
    ++at;
  }
  return at == camel.size();
}

}  // namespace groundhog::history
