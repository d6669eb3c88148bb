// Plain JSON: the JSON that payloads nearly always hold, read and written an order of magnitude
// faster than by the library.
//
// Plain are: objects, arrays, true, false, null, integers of at most 18 digits, and texts of
// printable ASCII without escapes. Whatever is not plain, a mistake included, is left to the
// library: it alone decides what is JSON and words the errors. So there is one meaning, and a fast
// way to the common part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace groundhog::history::internal {

// What nlohmann::json::parse(text) gives, or nothing if the text is not plain.
std::optional<nlohmann::json> ReadPlainJson(std::string_view text);
// Appends what json.dump() gives. False if the value is not plain;
// then `text` has been added to all the same.
bool WritePlainJson(const nlohmann::json& json, std::string& text);
// Whether a text in quotes stands for itself.
bool IsPlainText(std::string_view text);

// Appends a text in quotes; false if it is not plain.
bool WritePlainText(std::string_view value, std::string& text);
void WriteInteger(std::int64_t value, std::string& text);
void WriteInteger(std::uint64_t value, std::string& text);

// Goes through a plain JSON text value by value. Each method says whether what it names came next,
// and has passed it if so.
class PlainScanner {
 public:
  explicit PlainScanner(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  bool AtEnd() const { return at_ == end_; }
  char next() const { return *at_; }  // REQUIRES: !AtEnd()
  void SkipBlanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word);
  // A text in quotes, without them.
  bool TakeText(std::string_view& text);
  bool TakeInteger(bool& negative, std::uint64_t& magnitude);

 private:
  const char* at_;
  const char* end_;
};

}  // namespace groundhog::history::internal
