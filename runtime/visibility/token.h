// Lexer: the words of a list filter, cut as Temporal's SQL parser cuts them (temporalio/sqlparser,
// token.go).
//
// Words are told apart without regard to case. Strings stand in single or double quotes; a quote is
// doubled or follows a backslash. Names may stand in backticks. There are no comments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace groundhog::visibility {

enum class TokenKind : std::uint8_t {
  kEnd,
  kError,  // a character, a string without an end, or a number that runs into a letter
  kName,
  kString,
  kInteger,
  kFloat,
  kHex,
  kOpen,
  kClose,
  kComma,
  kDot,
  kMinus,
  kPlus,
  kStar,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kNot,
  kIn,
  kBetween,
  kLike,
  kRegexp,
  kStartsWith,
  kEscape,
  kIs,
  kNull,
  kTrue,
  kFalse,
  kGroup,
  kOrder,
  kBy,
  kAscending,
  kDescending,
  kLimit,
  kReserved,  // any other word of SQL, which stands nowhere
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text = {};  // of a name or a string what it means; of a word its letters, small
  std::size_t end = 0;    // where it ends in the filter
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  // kEnd again and again when nothing is left.
  Token Next();

 private:
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  Token Made(TokenKind kind, std::string text = {}) const {
    return Token{.kind = kind, .text = std::move(text), .end = at_};
  }
  Token Word();
  Token Number();
  Token QuotedString();
  Token QuotedName();
  Token Symbol();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace groundhog::visibility
