#include "runtime/visibility/token.h"

#include <algorithm>
#include <array>
#include <utility>

#include <absl/strings/ascii.h>

#include "runtime/visibility/ascii.h"

namespace groundhog::visibility {
namespace {

using Spelling = std::pair<std::string_view, TokenKind>;

constexpr auto kWords = std::to_array<Spelling>({
    {"and", TokenKind::kAnd},
    {"asc", TokenKind::kAscending},
    {"between", TokenKind::kBetween},
    {"by", TokenKind::kBy},
    {"desc", TokenKind::kDescending},
    {"escape", TokenKind::kEscape},
    {"false", TokenKind::kFalse},
    {"group", TokenKind::kGroup},
    {"in", TokenKind::kIn},
    {"is", TokenKind::kIs},
    {"like", TokenKind::kLike},
    {"limit", TokenKind::kLimit},
    {"not", TokenKind::kNot},
    {"null", TokenKind::kNull},
    {"or", TokenKind::kOr},
    {"order", TokenKind::kOrder},
    {"regexp", TokenKind::kRegexp},
    {"rlike", TokenKind::kRegexp},
    {"starts_with", TokenKind::kStartsWith},
    {"true", TokenKind::kTrue},
});

constexpr auto kReservedWords = std::to_array<std::string_view>(
    {"as",      "binary", "case",  "cast",          "collate", "convert", "create", "cross",
     "default", "delete", "div",   "drop",          "else",    "end",     "exists", "for",
     "from",    "having", "if",    "index",         "inner",   "insert",  "into",   "join",
     "key",     "left",   "match", "mod",           "natural", "on",      "outer",  "right",
     "select",  "set",    "show",  "straight_join", "table",   "then",    "to",     "union",
     "unique",  "update", "use",   "using",         "values",  "when",    "where",  "interval"});

bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '@';
}
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

TokenKind KindOfWord(std::string_view word) {
  const auto* known = std::find_if(kWords.begin(), kWords.end(),
                                   [&](const Spelling& entry) { return entry.first == word; });
  if (known != kWords.end()) return known->second;
  const bool reserved =
      std::find(kReservedWords.begin(), kReservedWords.end(), word) != kReservedWords.end();
  return reserved ? TokenKind::kReserved : TokenKind::kName;
}

// What a backslash and this character stand for.
char Unescaped(char c) {
  switch (c) {
    case '0':
      return '\0';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'Z':
      return '\x1a';
    default:  // NOLINT: every other character stands for itself
      return c;
  }
}

}  // namespace

Token Lexer::Next() {
  while (at_ < text_.size() && std::string_view(" \n\r\t").find(Peek()) != std::string_view::npos)
    ++at_;
  if (at_ == text_.size()) return Made(TokenKind::kEnd);
  const char c = Peek();
  if (IsLetter(c)) return Word();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
  if (c == '\'' || c == '"') return QuotedString();
  if (c == '`') return QuotedName();
  return Symbol();
}

Token Lexer::Word() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && (IsLetter(Peek()) || IsDigit(Peek()))) ++at_;
  std::string word(text_.substr(begin, at_ - begin));
  std::string small = Lower(word);
  const TokenKind kind = KindOfWord(small);
  return Made(kind, kind == TokenKind::kName ? std::move(word) : std::move(small));
}

Token Lexer::Number() {
  const std::size_t begin = at_;
  TokenKind kind = TokenKind::kInteger;
  const auto digits = [this] {
    while (at_ < text_.size() && IsDigit(Peek())) ++at_;
  };
  if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X')) {
    kind = TokenKind::kHex;
    at_ += 2;
    while (at_ < text_.size() && absl::ascii_isxdigit(static_cast<unsigned char>(Peek()))) ++at_;
  } else {
    digits();
    if (Peek() == '.') {
      kind = TokenKind::kFloat;
      ++at_;
      digits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      kind = TokenKind::kFloat;
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      digits();
    }
  }
  if (at_ < text_.size() && IsLetter(Peek())) kind = TokenKind::kError;
  return Made(kind, std::string(text_.substr(begin, at_ - begin)));
}

Token Lexer::QuotedString() {
  const char quote = text_[at_++];
  std::string meant;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\\') {
      if (at_ == text_.size()) break;
      meant.push_back(Unescaped(text_[at_++]));
    } else if (c != quote) {
      meant.push_back(c);
    } else if (Peek() == quote && at_ < text_.size()) {
      meant.push_back(c);
      ++at_;
    } else {
      return Made(TokenKind::kString, std::move(meant));
    }
  }
  return Made(TokenKind::kError, std::move(meant));
}

Token Lexer::QuotedName() {
  ++at_;
  const std::size_t end = text_.find('`', at_);
  if (end == std::string_view::npos || end == at_) {
    std::string rest(text_.substr(at_));
    at_ = text_.size();
    return Made(TokenKind::kError, std::move(rest));
  }
  std::string name(text_.substr(at_, end - at_));
  at_ = end + 1;
  return Made(TokenKind::kName, std::move(name));
}

Token Lexer::Symbol() {
  static constexpr auto kSymbols = std::to_array<Spelling>({
      {"<=", TokenKind::kLessEqual},
      {">=", TokenKind::kGreaterEqual},
      {"!=", TokenKind::kNotEqual},
      {"<>", TokenKind::kNotEqual},
      {"&&", TokenKind::kAnd},
      {"||", TokenKind::kOr},
      {"=", TokenKind::kEqual},
      {"<", TokenKind::kLess},
      {">", TokenKind::kGreater},
      {"(", TokenKind::kOpen},
      {")", TokenKind::kClose},
      {",", TokenKind::kComma},
      {".", TokenKind::kDot},
      {"-", TokenKind::kMinus},
      {"+", TokenKind::kPlus},
      {"*", TokenKind::kStar},
  });
  for (const auto& [spelling, kind] : kSymbols) {
    if (text_.substr(at_, spelling.size()) != spelling) continue;
    at_ += spelling.size();
    return Made(kind);
  }
  return Made(TokenKind::kError, std::string(1, text_[at_++]));
}

}  // namespace groundhog::visibility
