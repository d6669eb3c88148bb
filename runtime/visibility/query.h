// Query: what a list filter says, before anybody asks what its names mean.
//
//     absl::StatusOr<Query> query = ParseQuery("WorkflowType = 'Transfer' AND ExecutionStatus = 'Running'");
//
// The grammar is that of the conditions in Temporal's SQL parser (temporalio/sqlparser, sql.y): NOT
// binds closer than AND, AND closer than OR, and IS closer than NOT. What Temporal parses in order
// to refuse it (functions, LIKE, tuples where none belong) is parsed here too, so that the refusals
// are the same; subqueries, arithmetic and CASE are syntax errors.
//
// A filter may be hostile: it is at most kLongestQuery bytes long and nests at most kDeepestNesting
// deep, as Temporal's parser does; long chains of AND and OR are no nesting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace groundhog::visibility {

inline constexpr std::size_t kLongestQuery = 64 * 1024;
inline constexpr int kDeepestNesting = 200;

enum class ExprKind : std::uint8_t {
  kAnd,       // of two parts or more
  kOr,        // likewise
  kNot,       // of one
  kParen,     // of one
  kCompare,   // left, right
  kBetween,   // left, from, to
  kIs,        // left; text: "null", "not null", "true", …
  kName,      // text
  kFunction,  // text: its name
  kString,    // text
  kInteger,   // text, with its sign
  kFloat,     // text
  kHex,       // text
  kBool,      // text: "true" or "false"
  kNull,
  kTuple,  // any number of parts
  kSign,   // of one: what has a sign and is no integer
};

enum class Operator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
  kStartsWith,
  kNotStartsWith,
  kLike,
  kNotLike,
  kRegexp,
  kNotRegexp,
};
// As SQL spells it, in small letters: "not in".
std::string_view SpellingOf(Operator op);

struct Expr {
  ExprKind kind = ExprKind::kNull;
  Operator op = Operator::kEqual;  // of kCompare
  bool negated = false;            // of kBetween: NOT BETWEEN
  std::string text = {};
  std::vector<Expr> parts = {};
};
// What Temporal's messages call it: "*sqlparser.ParenExpr".
std::string_view TypeNameOf(const Expr& expr);

struct Query {
  std::optional<Expr> where = {};
  std::vector<Expr> group_by = {};
  std::vector<Expr> order_by = {};
  bool has_limit = false;
};

// InvalidArgument, "syntax error at position 38 near 'and'": positions as Temporal counts them, in
// the SQL statement that it makes of the filter. It selects from a table that does not exist, which
// has this name.
absl::StatusOr<Query> ParseQuery(std::string_view text, std::string_view table = "table1");

}  // namespace groundhog::visibility
