#include "runtime/visibility/query.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "runtime/visibility/ascii.h"
#include "runtime/visibility/token.h"

namespace groundhog::visibility {
namespace {

// What Temporal puts before a filter to make a statement of it: positions in its messages count it.
constexpr std::string_view kSelect = "select * from ";
constexpr std::string_view kWhere = " where ";

bool BeginsWithClause(std::string_view text) {
  const std::string beginning = Lower(text.substr(0, 8));
  return beginning == "order by" || beginning == "group by";
}

// Recursive descent. The first error is kept; from then on every token is the end, so all loops
// stop.
class Parser {
 public:
  Parser(std::string_view text, std::string_view table)
      : lexer_(text), has_condition_(!text.empty() && !BeginsWithClause(text)) {
    before_ = kSelect.size() + table.size() + (has_condition_ ? kWhere.size() : 1);
    Advance();
  }

  absl::StatusOr<Query> Parse() {
    Query query;
    if (has_condition_) query.where = Expression();
    if (Take(TokenKind::kGroup)) query.group_by = Columns();
    if (Take(TokenKind::kOrder)) query.order_by = Columns();
    query.has_limit = Take(TokenKind::kLimit);
    if (query.has_limit) {
      Value();
      if (Take(TokenKind::kComma)) Value();
    }
    if (token_.kind != TokenKind::kEnd) Fail("syntax error");
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    return query;
  }

 private:
  // One level deeper, for as long as it lives.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDeepestNesting) parser_.Fail("max nesting level reached");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  void Advance() { token_ = lexer_.Next(); }
  bool Take(TokenKind kind) {
    if (token_.kind != kind) return false;
    Advance();
    return true;
  }
  void Expect(TokenKind kind) {
    if (!Take(kind)) Fail("syntax error");
  }
  void Fail(std::string_view what) {
    if (error_.empty()) {
      error_ = fmt::format("{} at position {}", what, before_ + token_.end + 1);
      if (!token_.text.empty()) error_ += fmt::format(" near '{}'", token_.text);
    }
    lexer_ = Lexer({});
    Advance();
  }

  Expr Expression() {
    return Chain(ExprKind::kOr, TokenKind::kOr, [this] {
      return Chain(ExprKind::kAnd, TokenKind::kAnd, [this] { return Negation(); });
    });
  }

  template <class Part>
  Expr Chain(ExprKind kind, TokenKind between, const Part& part) {
    Expr first = part();
    if (token_.kind != between) return first;
    Expr chain{.kind = kind};
    chain.parts.push_back(std::move(first));
    while (Take(between)) chain.parts.push_back(part());
    return chain;
  }

  Expr Negation() {
    if (token_.kind != TokenKind::kNot) return Test();
    const Deeper deeper(*this);
    if (!Take(TokenKind::kNot)) return {};  // too deep
    return With(ExprKind::kNot, Negation());
  }

  // `condition IS NULL`, and so on.
  Expr Test() {
    Expr tested = Condition();
    for (int tests = 0; Take(TokenKind::kIs); ++tests) {
      if (tests == kDeepestNesting) Fail("max nesting level reached");
      tested = With(ExprKind::kIs, std::move(tested));
      if (Take(TokenKind::kNot)) tested.text = "not ";
      const bool known = token_.kind == TokenKind::kNull || token_.kind == TokenKind::kTrue ||
                         token_.kind == TokenKind::kFalse;
      if (!known) {
        Fail("syntax error");
        break;
      }
      tested.text += token_.text;
      Advance();
    }
    return tested;
  }

  Expr Condition() {
    Expr left = Value();
    const bool negated = Take(TokenKind::kNot);
    if (Take(TokenKind::kIn)) {
      return Compare(negated ? Operator::kNotIn : Operator::kIn, std::move(left), Tuple());
    }
    if (Take(TokenKind::kStartsWith)) {
      return Compare(negated ? Operator::kNotStartsWith : Operator::kStartsWith, std::move(left),
                     Value());
    }
    if (Take(TokenKind::kBetween)) return Between(std::move(left), negated);
    if (Take(TokenKind::kLike)) {
      Expr like = Compare(negated ? Operator::kNotLike : Operator::kLike, std::move(left), Value());
      if (Take(TokenKind::kEscape)) Value();
      return like;
    }
    if (Take(TokenKind::kRegexp)) {
      return Compare(negated ? Operator::kNotRegexp : Operator::kRegexp, std::move(left), Value());
    }
    if (negated) Fail("syntax error");
    const std::optional<Operator> op = ComparisonOf(token_.kind);
    if (!op) return left;
    Advance();
    return Compare(*op, std::move(left), Value());
  }

  static std::optional<Operator> ComparisonOf(TokenKind kind) {
    switch (kind) {
      case TokenKind::kEqual:
        return Operator::kEqual;
      case TokenKind::kNotEqual:
        return Operator::kNotEqual;
      case TokenKind::kLess:
        return Operator::kLess;
      case TokenKind::kLessEqual:
        return Operator::kLessEqual;
      case TokenKind::kGreater:
        return Operator::kGreater;
      case TokenKind::kGreaterEqual:
        return Operator::kGreaterEqual;
      default:  // NOLINT: no other token compares
        return std::nullopt;
    }
  }

  static Expr Compare(Operator op, Expr left, Expr right) {
    Expr made{.kind = ExprKind::kCompare, .op = op};
    made.parts.push_back(std::move(left));
    made.parts.push_back(std::move(right));
    return made;
  }
  static Expr With(ExprKind kind, Expr part) {
    Expr made{.kind = kind};
    made.parts.push_back(std::move(part));
    return made;
  }

  Expr Between(Expr left, bool negated) {
    Expr made{.kind = ExprKind::kBetween, .negated = negated};
    made.parts.push_back(std::move(left));
    made.parts.push_back(Value());
    Expect(TokenKind::kAnd);
    made.parts.push_back(Value());
    return made;
  }

  Expr Tuple() {
    const Deeper deeper(*this);
    Expect(TokenKind::kOpen);
    return Expr{.kind = ExprKind::kTuple, .parts = UntilClose()};
  }

  // One expression or more, and the parenthesis after them.
  std::vector<Expr> UntilClose() {
    std::vector<Expr> parts;
    do {
      parts.push_back(Expression());
    } while (Take(TokenKind::kComma));
    Expect(TokenKind::kClose);
    return parts;
  }

  Expr Value() {
    Token token = std::exchange(token_, {});
    switch (token.kind) {
      case TokenKind::kString:
        return Literal(ExprKind::kString, std::move(token));
      case TokenKind::kInteger:
        return Literal(ExprKind::kInteger, std::move(token));
      case TokenKind::kFloat:
        return Literal(ExprKind::kFloat, std::move(token));
      case TokenKind::kHex:
        return Literal(ExprKind::kHex, std::move(token));
      case TokenKind::kTrue:
      case TokenKind::kFalse:
        return Literal(ExprKind::kBool, std::move(token));
      case TokenKind::kNull:
        return Literal(ExprKind::kNull, std::move(token));
      case TokenKind::kName:
        return Name(std::move(token));
      case TokenKind::kOpen:
        return Parenthesis();
      case TokenKind::kMinus:
      case TokenKind::kPlus:
        return Signed(token.kind);
      default:  // NOLINT: nothing else is a value
        token_ = std::move(token);
        Fail("syntax error");
        return {};
    }
  }

  Expr Literal(ExprKind kind, Token token) {
    Advance();
    return Expr{.kind = kind, .text = std::move(token.text)};
  }

  Expr Name(Token token) {
    Expr name = Literal(ExprKind::kName, std::move(token));
    while (Take(TokenKind::kDot)) {
      name.text += "." + token_.text;
      Expect(TokenKind::kName);
    }
    if (token_.kind != TokenKind::kOpen) return name;
    const Deeper deeper(*this);
    name.kind = ExprKind::kFunction;
    if (!Take(TokenKind::kOpen) || Take(TokenKind::kClose)) return name;
    if (Take(TokenKind::kStar)) {
      Expect(TokenKind::kClose);
      return name;
    }
    name.parts = UntilClose();
    return name;
  }

  Expr Parenthesis() {
    const Deeper deeper(*this);
    if (!error_.empty()) return {};
    Advance();
    std::vector<Expr> parts = UntilClose();
    const ExprKind kind = parts.size() == 1 ? ExprKind::kParen : ExprKind::kTuple;
    return Expr{.kind = kind, .parts = std::move(parts)};
  }

  Expr Signed(TokenKind sign) {
    const Deeper deeper(*this);
    if (!error_.empty()) return {};
    Advance();
    Expr value = Value();
    if (value.kind != ExprKind::kInteger) return With(ExprKind::kSign, std::move(value));
    if (sign == TokenKind::kMinus) {
      value.text = value.text.front() == '-' ? value.text.substr(1) : "-" + value.text;
    }
    return value;
  }

  // After GROUP or ORDER.
  std::vector<Expr> Columns() {
    Expect(TokenKind::kBy);
    std::vector<Expr> columns;
    do {
      columns.push_back(Expression());
      if (!Take(TokenKind::kAscending)) Take(TokenKind::kDescending);
    } while (Take(TokenKind::kComma));
    return columns;
  }

  Lexer lexer_;
  Token token_;
  bool has_condition_;
  std::size_t before_;
  int depth_ = 0;
  std::string error_;
};

}  // namespace

std::string_view SpellingOf(Operator op) {
  static constexpr auto kSpellings = std::to_array<std::string_view>(
      {"=", "!=", "<", "<=", ">", ">=", "in", "not in", "starts_with", "not starts_with", "like",
       "not like", "regexp", "not regexp"});
  return kSpellings[static_cast<std::size_t>(op)];
}

std::string_view TypeNameOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kAnd:
      return "*sqlparser.AndExpr";
    case ExprKind::kOr:
      return "*sqlparser.OrExpr";
    case ExprKind::kNot:
      return "*sqlparser.NotExpr";
    case ExprKind::kParen:
      return "*sqlparser.ParenExpr";
    case ExprKind::kCompare:
      return "*sqlparser.ComparisonExpr";
    case ExprKind::kBetween:
      return "*sqlparser.RangeCond";
    case ExprKind::kIs:
      return "*sqlparser.IsExpr";
    case ExprKind::kName:
      return "*sqlparser.ColName";
    case ExprKind::kFunction:
      return "*sqlparser.FuncExpr";
    case ExprKind::kString:
    case ExprKind::kInteger:
    case ExprKind::kFloat:
    case ExprKind::kHex:
      return "*sqlparser.SQLVal";
    case ExprKind::kBool:
      return "sqlparser.BoolVal";
    case ExprKind::kNull:
      return "*sqlparser.NullVal";
    case ExprKind::kTuple:
      return "sqlparser.ValTuple";
    case ExprKind::kSign:
      return "*sqlparser.UnaryExpr";
  }
  return {};
}

absl::StatusOr<Query> ParseQuery(std::string_view text, std::string_view table) {
  if (text.size() > kLongestQuery) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes are more than {}", text.size(), kLongestQuery));
  }
  return Parser(Trimmed(text), table).Parse();
}

}  // namespace groundhog::visibility
