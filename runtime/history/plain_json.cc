#include "runtime/history/plain_json.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

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

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class PlainReader {
 public:
  explicit PlainReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool ReadAll(nlohmann::json& json) {
    SkipBlanks();
    if (!ReadValue(json, 0)) return false;
    SkipBlanks();
    return at_ == end_;
  }

 private:
  bool ReadValue(nlohmann::json& json, int depth) {
    if (at_ == end_ || depth > kDeepest) return false;
    switch (*at_) {
      case '{':
        return ReadObject(json, depth);
      case '[':
        return ReadArray(json, depth);
      case '"': {
        std::string_view text;
        if (!ReadText(text)) return false;
        json = text;
        return true;
      }
      case 't':
        json = true;
        return TakeWord("true");
      case 'f':
        json = false;
        return TakeWord("false");
      case 'n':
        return TakeWord("null");
      default:
        return ReadInteger(json);
    }
  }

  bool ReadObject(nlohmann::json& json, int depth) {
    json = nlohmann::json::object();
    auto& members = json.get_ref<nlohmann::json::object_t&>();
    if (TakeFirst('}')) return true;
    do {
      SkipBlanks();
      std::string_view name;
      if (!ReadText(name)) return false;
      SkipBlanks();
      if (!Take(':')) return false;
      SkipBlanks();
      // Of two members with one name the last one counts, as for the library.
      nlohmann::json& member = members[std::string(name)];
      member = nullptr;
      if (!ReadValue(member, depth + 1)) return false;
      SkipBlanks();
    } while (Take(','));
    return Take('}');
  }

  bool ReadArray(nlohmann::json& json, int depth) {
    json = nlohmann::json::array();
    auto& elements = json.get_ref<nlohmann::json::array_t&>();
    if (TakeFirst(']')) return true;
    do {
      SkipBlanks();
      if (!ReadValue(elements.emplace_back(), depth + 1)) return false;
      SkipBlanks();
    } while (Take(','));
    return Take(']');
  }

  bool ReadText(std::string_view& text) {
    if (!Take('"')) return false;
    const char* const begin = at_;
    while (at_ != end_ && IsPlain(*at_)) ++at_;
    text = std::string_view(begin, static_cast<std::size_t>(at_ - begin));
    return Take('"');
  }

  // Unsigned ones and negative ones are different kinds, as for the library.
  bool ReadInteger(nlohmann::json& json) {
    const bool negative = Take('-');
    const char* const begin = at_;
    std::uint64_t value = 0;
    while (at_ != end_ && IsDigit(*at_)) {
      value = value * 10 + static_cast<std::uint64_t>(*at_ - '0');
      ++at_;
      if (at_ - begin > kMostDigits) return false;
    }
    const bool leading_zero = at_ - begin > 1 && *begin == '0';
    if (at_ == begin || leading_zero) return false;
    if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E')) return false;
    if (negative) {
      json = -static_cast<std::int64_t>(value);
    } else {
      json = value;
    }
    return true;
  }

  void SkipBlanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  // Takes an opening bracket, and the closing one if nothing is between them.
  bool TakeFirst(char closing) {
    ++at_;
    SkipBlanks();
    return Take(closing);
  }
  bool TakeWord(std::string_view word) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  const char* at_;
  const char* end_;
};

bool WriteText(std::string_view value, std::string& text) {
  if (!IsPlainText(value)) return false;
  text += '"';
  text += value;
  text += '"';
  return true;
}

template <class Integer>
bool WriteInteger(Integer value, std::string& text) {
  std::array<char, std::numeric_limits<Integer>::digits10 + 3> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
  return true;
}

bool WriteObject(const nlohmann::json::object_t& members, std::string& text) {
  char separator = '{';
  for (const auto& [name, value] : members) {
    text += std::exchange(separator, ',');
    if (!WriteText(name, text)) return false;
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
      return WriteText(json.get_ref<const std::string&>(), text);
    case nlohmann::json::value_t::boolean:
      text += json.get<bool>() ? "true" : "false";
      return true;
    case nlohmann::json::value_t::number_integer:
      return WriteInteger(json.get<std::int64_t>(), text);
    case nlohmann::json::value_t::number_unsigned:
      return WriteInteger(json.get<std::uint64_t>(), text);
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
