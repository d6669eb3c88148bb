#include "replay/json_text.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace groundhog::replay {
namespace {

// Tells how far the parser has read, which the library says only in its own errors.
class Cursor {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor() = default;
  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at_ == b.at_; }

 private:
  const char* at_ = nullptr;
  const char** furthest_ = nullptr;
};

// The library's text without its tag and position, cut short: "syntax error while parsing value -
// …".
std::string Explanation(std::string_view what) {
  if (const auto tag = what.find("] "); tag != std::string_view::npos) what.remove_prefix(tag + 2);
  if (const auto column = what.find(", column "); column != std::string_view::npos) {
    if (const auto end = what.find(": ", column); end != std::string_view::npos) {
      what.remove_prefix(end + 2);
    }
  }
  constexpr std::size_t kShown = 240;
  std::string text(what.substr(0, kShown));
  if (what.size() > kShown) text += "...";
  for (char& c : text) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return text;
}

// Receives what the library reads and builds the tree. The library's parser keeps its own stack, so
// depth costs no C++ stack.
class TreeBuilder {
 public:
  TreeBuilder(Json& root, const JsonLimits& limits) : root_(root), limits_(limits) {}

  bool null() { return Add(Json(nullptr)) != nullptr; }
  bool boolean(bool value) { return Add(Json(value)) != nullptr; }
  bool number_integer(Json::number_integer_t value) { return Add(Json(value)) != nullptr; }
  bool number_unsigned(Json::number_unsigned_t value) { return Add(Json(value)) != nullptr; }
  bool number_float(Json::number_float_t value, const std::string&) {
    return Add(Json(value)) != nullptr;
  }
  bool string(std::string& value) { return Add(Json(std::move(value))) != nullptr; }
  bool binary(Json::binary_t&) { return false; }  // not of this format

  bool start_object(std::size_t) { return Open(Json::object()); }
  bool start_array(std::size_t) { return Open(Json::array()); }
  bool end_array() {
    open_.pop_back();
    return true;
  }
  bool end_object() {
    const bool distinct = KeysDiffer(Members());
    open_.pop_back();
    return distinct;
  }
  bool key(std::string& name) {
    // Not through the map's own insertion, which searches all keys each time.
    Members().emplace_back(std::move(name), Json());
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
    return Refuse(absl::StatusCode::kInvalidArgument, Explanation(error.what()));
  }

  absl::StatusCode code() const { return code_; }
  const std::string& problem() const { return problem_; }

 private:
  JsonMembers& Members() { return MembersOf(*open_.back()); }

  bool Refuse(absl::StatusCode code, std::string problem) {
    code_ = code;
    problem_ = std::move(problem);
    return false;
  }

  // Null when a limit is reached. The pointer holds until the enclosing list or object is closed.
  Json* Add(Json value) {
    if (++values_ > limits_.values) {
      Refuse(absl::StatusCode::kResourceExhausted,
             fmt::format("more than {} JSON values, which no history needs", limits_.values));
      return nullptr;
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      auto& list = open_.back()->get_ref<Json::array_t&>();
      list.push_back(std::move(value));
      return &list.back();
    }
    Json& member = Members().back().second;
    member = std::move(value);
    return &member;
  }

  bool Open(Json value) {
    if (open_.size() >= limits_.depth) {
      return Refuse(absl::StatusCode::kResourceExhausted,
                    fmt::format("lists and objects are nested more than {} deep", limits_.depth));
    }
    Json* added = Add(std::move(value));
    if (added == nullptr) return false;
    open_.push_back(added);
    return true;
  }

  bool KeysDiffer(const JsonMembers& members) {
    constexpr std::size_t kFew = 16;
    const std::string* twice =
        members.size() <= kFew ? TwiceAmongFew(members) : TwiceAmongMany(members);
    if (twice == nullptr) return true;
    return Refuse(
        absl::StatusCode::kInvalidArgument,
        fmt::format("the object that ends here has the key {} twice; leave one", Quoted(*twice)));
  }
  static const std::string* TwiceAmongFew(const JsonMembers& members) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].first == members[j].first) return &members[i].first;
      }
    }
    return nullptr;
  }
  static const std::string* TwiceAmongMany(const JsonMembers& members) {
    std::vector<const std::string*> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.push_back(&member.first);
    std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
    const auto twice = std::adjacent_find(keys.begin(), keys.end(),
                                          [](const auto* a, const auto* b) { return *a == *b; });
    return twice == keys.end() ? nullptr : *twice;
  }

  Json& root_;
  const JsonLimits limits_;
  std::vector<Json*> open_;
  std::size_t values_ = 0;
  absl::StatusCode code_ = absl::StatusCode::kInvalidArgument;
  std::string problem_;
};

}  // namespace

absl::StatusOr<Json> ParseJsonText(std::string_view text, const std::string& file_name,
                                   const JsonLimits& limits) {
  const char* const begin = text.data();
  const char* furthest = begin;
  Json root;
  TreeBuilder builder(root, limits);
  const char* const end = begin + text.size();
  const bool parsed = Json::sax_parse(Cursor(begin, &furthest), Cursor(end, &furthest), &builder);
  // To the library a zero byte is the end of the text.
  if (parsed && furthest == end) return root;
  const auto line = 1 + std::count(begin, furthest, '\n');
  const auto line_begin =
      std::find(std::reverse_iterator(furthest), std::reverse_iterator(begin), '\n').base();
  return absl::Status(
      builder.code(),
      fmt::format("{}:{}:{}: {}", file_name, line, furthest - line_begin,
                  parsed ? "a zero byte; remove what begins here" : builder.problem()));
}

std::string Quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  quoted += text.size() > kShown ? "...\"" : "\"";
  return quoted;
}

}  // namespace groundhog::replay
