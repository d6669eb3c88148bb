#include "runtime/history/plain_json.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include <absl/strings/ascii.h>

namespace groundhog::history::internal {
namespace {

constexpr int kDeepest = 64;
constexpr std::ptrdiff_t kMostDigits = 18;  // so many always fit into 64 bits

// By byte: whether it stands for itself in a text in quotes.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

constexpr bool IsPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

class PlainReader {
 public:
  explicit PlainReader(std::string_view text) : scanner_(text) {}

  bool ReadAll(nlohmann::json& json) {
    scanner_.SkipBlanks();
    if (!ReadValue(json, 0)) return false;
    scanner_.SkipBlanks();
    return scanner_.AtEnd();
  }

 private:
  bool ReadValue(nlohmann::json& json, int depth) {
    if (scanner_.AtEnd() || depth > kDeepest) return false;
    switch (scanner_.next()) {
      case '{':
        return ReadObject(json, depth);
      case '[':
        return ReadArray(json, depth);
      case '"': {
        std::string_view text;
        if (!scanner_.TakeText(text)) return false;
        json = text;
        return true;
      }
      case 't':
        json = true;
        return scanner_.TakeWord("true");
      case 'f':
        json = false;
        return scanner_.TakeWord("false");
      case 'n':
        return scanner_.TakeWord("null");
      default:
        return ReadInteger(json);
    }
  }

  bool ReadObject(nlohmann::json& json, int depth) {
    json = nlohmann::json::object();
    auto& members = json.get_ref<nlohmann::json::object_t&>();
    if (TakeBrackets('{', '}')) return true;
    do {
      scanner_.SkipBlanks();
      std::string_view name;
      if (!scanner_.TakeText(name)) return false;
      scanner_.SkipBlanks();
      if (!scanner_.Take(':')) return false;
      scanner_.SkipBlanks();
      // Of two members with one name the last one counts, as for the library.
      nlohmann::json& member = members[std::string(name)];
      member = nullptr;
      if (!ReadValue(member, depth + 1)) return false;
      scanner_.SkipBlanks();
    } while (scanner_.Take(','));
    return scanner_.Take('}');
  }

  bool ReadArray(nlohmann::json& json, int depth) {
    json = nlohmann::json::array();
    auto& elements = json.get_ref<nlohmann::json::array_t&>();
    if (TakeBrackets('[', ']')) return true;
    do {
      scanner_.SkipBlanks();
      if (!ReadValue(elements.emplace_back(), depth + 1)) return false;
      scanner_.SkipBlanks();
    } while (scanner_.Take(','));
    return scanner_.Take(']');
  }

  // Unsigned ones and negative ones are different kinds, as for the library.
  bool ReadInteger(nlohmann::json& json) {
    bool negative = false;
    std::uint64_t magnitude = 0;
    if (!scanner_.TakeInteger(negative, magnitude)) return false;
    if (negative) {
      json = -static_cast<std::int64_t>(magnitude);
    } else {
      json = magnitude;
    }
    return true;
  }

  // Takes an opening bracket, and the closing one if nothing is between them.
  bool TakeBrackets(char opening, char closing) {
    scanner_.Take(opening);
    scanner_.SkipBlanks();
    return scanner_.Take(closing);
  }

  PlainScanner scanner_;
};

template <class Integer>
void AppendInteger(Integer value, std::string& text) {
  std::array<char, std::numeric_limits<Integer>::digits10 + 3> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

bool WriteObject(const nlohmann::json::object_t& members, std::string& text) {
  char separator = '{';
  for (const auto& [name, value] : members) {
    text += std::exchange(separator, ',');
    if (!WritePlainText(name, text)) return false;
    text += ':';
    if (!WritePlainJson(value, text)) return false;
  }
  if (members.empty()) text += '{';
  text += '}';
  return true;
}

bool WriteArray(const nlohmann::json::array_t& elements, std::string& text) {
  char separator = '[';
  for (const nlohmann::json& value : elements) {
    text += std::exchange(separator, ',');
    if (!WritePlainJson(value, text)) return false;
  }
  if (elements.empty()) text += '[';
  text += ']';
  return true;
}

}  // namespace

bool IsPlainText(std::string_view text) {
  // Not all_of with a function: that calls it for each character.
  for (const char c : text) {
    if (!IsPlain(c)) return false;
  }
  return true;
}

bool WritePlainText(std::string_view value, std::string& text) {
  if (!IsPlainText(value)) return false;
  text += '"';
  text += value;
  text += '"';
  return true;
}

void WriteInteger(std::int64_t value, std::string& text) { AppendInteger(value, text); }
void WriteInteger(std::uint64_t value, std::string& text) { AppendInteger(value, text); }

bool PlainScanner::TakeWord(std::string_view word) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool PlainScanner::TakeText(std::string_view& text) {
  if (!Take('"')) return false;
  const char* const begin = at_;
  while (at_ != end_ && IsPlain(*at_)) ++at_;
  text = std::string_view(begin, static_cast<std::size_t>(at_ - begin));
  return Take('"');
}

bool PlainScanner::TakeInteger(bool& negative, std::uint64_t& magnitude) {
  negative = Take('-');
  const char* const begin = at_;
  magnitude = 0;
  while (at_ != end_ && absl::ascii_isdigit(*at_)) {
    magnitude = magnitude * 10 + static_cast<std::uint64_t>(*at_ - '0');
    ++at_;
    if (at_ - begin > kMostDigits) return false;
  }
  const bool leading_zero = at_ - begin > 1 && *begin == '0';
  if (at_ == begin || leading_zero) return false;
  return at_ == end_ || (*at_ != '.' && *at_ != 'e' && *at_ != 'E');
}

std::optional<nlohmann::json> ReadPlainJson(std::string_view text) {
  std::optional<nlohmann::json> json(std::in_place);
  if (!PlainReader(text).ReadAll(*json)) json.reset();
  return json;
}

bool WritePlainJson(const nlohmann::json& json, std::string& text) {
  switch (json.type()) {
    case nlohmann::json::value_t::object:
      return WriteObject(json.get_ref<const nlohmann::json::object_t&>(), text);
    case nlohmann::json::value_t::array:
      return WriteArray(json.get_ref<const nlohmann::json::array_t&>(), text);
    case nlohmann::json::value_t::string:
      return WritePlainText(json.get_ref<const std::string&>(), text);
    case nlohmann::json::value_t::boolean:
      text += json.get<bool>() ? "true" : "false";
      return true;
    case nlohmann::json::value_t::number_integer:
      WriteInteger(json.get<std::int64_t>(), text);
      return true;
    case nlohmann::json::value_t::number_unsigned:
      WriteInteger(json.get<std::uint64_t>(), text);
      return true;
    case nlohmann::json::value_t::null:
      text += "null";
      return true;
    case nlohmann::json::value_t::number_float:
    case nlohmann::json::value_t::binary:
    case nlohmann::json::value_t::discarded:
      return false;
  }
  return false;
}

}  // namespace groundhog::history::internal
