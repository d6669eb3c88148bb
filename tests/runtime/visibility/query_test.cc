// The grammar of list filters, and where its errors are (temporalio/sqlparser: sql.y, token.go).
#include "runtime/visibility/query.h"

#include <string>

#include "tests/catch.h"

namespace groundhog::visibility {
namespace {

// "(a = 1 AND NOT b IN (2, 3))": every part in parentheses, so that precedence shows.
std::string Shown(const Expr& expr);

std::string Joined(const Expr& expr, const std::string& between) {
  std::string text = "(";
  for (const Expr& part : expr.parts) {
    if (&part != &expr.parts.front()) text += between;
    text += Shown(part);
  }
  return text + ")";
}

std::string Shown(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kAnd:
      return Joined(expr, " AND ");
    case ExprKind::kOr:
      return Joined(expr, " OR ");
    case ExprKind::kNot:
      return "NOT " + Shown(expr.parts[0]);
    case ExprKind::kParen:
      return Shown(expr.parts[0]);
    case ExprKind::kCompare:
      return Shown(expr.parts[0]) + " " + std::string(SpellingOf(expr.op)) + " " +
             Shown(expr.parts[1]);
    case ExprKind::kBetween:
      return Shown(expr.parts[0]) + (expr.negated ? " not between " : " between ") +
             Shown(expr.parts[1]) + " and " + Shown(expr.parts[2]);
    case ExprKind::kIs:
      return Shown(expr.parts[0]) + " is " + expr.text;
    case ExprKind::kString:
      return "'" + expr.text + "'";
    case ExprKind::kTuple:
      return Joined(expr, ", ");
    case ExprKind::kFunction:
      return expr.text + Joined(expr, ", ");
    case ExprKind::kSign:
      return "±" + Shown(expr.parts[0]);
    case ExprKind::kName:
    case ExprKind::kInteger:
    case ExprKind::kFloat:
    case ExprKind::kHex:
    case ExprKind::kBool:
    case ExprKind::kNull:
      break;
  }
  return expr.text;
}

std::string Where(const std::string& text) {
  const auto query = ParseQuery(text);
  if (!query.ok()) return "error: " + std::string(query.status().message());
  return query->where ? Shown(*query->where) : "";
}

TEST_CASE("every operator of a list filter is parsed") {
  CHECK(Where("a = 1") == "a = 1");
  CHECK(Where("a != 1") == "a != 1");
  CHECK(Where("a <> 1") == "a != 1");
  CHECK(Where("a<1") == "a < 1");
  CHECK(Where("a<=1") == "a <= 1");
  CHECK(Where("a>1") == "a > 1");
  CHECK(Where("a>=1") == "a >= 1");
  CHECK(Where("a IN (1, 'x')") == "a in (1, 'x')");
  CHECK(Where("a not in (1)") == "a not in (1)");
  CHECK(Where("a BETWEEN 1 AND 2") == "a between 1 and 2");
  CHECK(Where("a NOT BETWEEN 1 AND 2") == "a not between 1 and 2");
  CHECK(Where("a STARTS_WITH 'x'") == "a starts_with 'x'");
  CHECK(Where("a NOT STARTS_WITH 'x'") == "a not starts_with 'x'");
  CHECK(Where("a IS NULL") == "a is null");
  CHECK(Where("a IS NOT NULL") == "a is not null");
  CHECK(Where("a LIKE 'x'") == "a like 'x'");
  CHECK(Where("a IS NOT TRUE") == "a is not true");
  CHECK(Where("f(a, 1)") == "f(a, 1)");
  CHECK(Where("f(*)") == "f()");
  CHECK(Where("") == "");
}

TEST_CASE("NOT binds closer than AND, AND closer than OR, IS closer than NOT") {
  CHECK(Where("a = 1 OR b = 2 AND c = 3") == "(a = 1 OR (b = 2 AND c = 3))");
  CHECK(Where("(a = 1 OR b = 2) AND c = 3") == "((a = 1 OR b = 2) AND c = 3)");
  CHECK(Where("NOT a = 1 AND b = 2") == "(NOT a = 1 AND b = 2)");
  CHECK(Where("NOT (a = 1 AND b = 2)") == "NOT (a = 1 AND b = 2)");
  CHECK(Where("NOT a IS NULL") == "NOT a is null");
  CHECK(Where("a BETWEEN 1 AND 2 AND b = 3") == "(a between 1 and 2 AND b = 3)");
  CHECK(Where("a = 1 && b = 2 || c = 3") == "((a = 1 AND b = 2) OR c = 3)");
}

TEST_CASE("words, names, numbers and strings") {
  CHECK(Where("a = 'it''s'") == "a = 'it's'");
  CHECK(Where("a = \"say \"\"x\"\"\"") == "a = 'say \"x\"'");
  CHECK(Where(R"(a = 'tab\there\\')") == "a = 'tab\there\\'");
  CHECK(Where("`My Name` = ''") == "My Name = ''");
  CHECK(Where("a.b = -7") == "a.b = -7");
  CHECK(Where("a = - -7") == "a = 7");
  CHECK(Where("a = 1.5e3") == "a = 1.5e3");
  CHECK(Where("a = .5") == "a = .5");
  CHECK(Where("a = -1.5") == "a = ±1.5");
  CHECK(Where("a = 0x1F") == "a = 0x1F");
  CHECK(Where("a = TRUE") == "a = true");
  CHECK(Where("a = NULL") == "a = null");
  CHECK(Where("\n  a\t=\r1  ") == "a = 1");
}

TEST_CASE("clauses behind the condition") {
  const auto grouped = ParseQuery("a = 1 GROUP BY b ORDER BY c DESC, d LIMIT 10");
  REQUIRE(grouped.ok());
  CHECK(grouped->group_by.size() == 1);
  CHECK(grouped->order_by.size() == 2);
  CHECK(grouped->has_limit);
  const auto alone = ParseQuery("GROUP BY ExecutionStatus");
  REQUIRE(alone.ok());
  CHECK_FALSE(alone->where.has_value());
  CHECK(Shown(alone->group_by.at(0)) == "ExecutionStatus");
}

// "select * from table1 where " is 27 characters long.
TEST_CASE("a syntax error says where it is, and at what") {
  CHECK(Where("a = ") == "error: syntax error at position 31");
  CHECK(Where("a = = 1") == "error: syntax error at position 33");
  CHECK(Where("a and") == "error: syntax error at position 33");
  CHECK(Where("a = b c") == "error: syntax error at position 35 near 'c'");
  CHECK(Where("a IN 'x'") == "error: syntax error at position 36 near 'x'");
  CHECK(Where("a IN ()") == "error: syntax error at position 35");
  CHECK(Where("()") == "error: syntax error at position 30");
  CHECK(Where("(a = 1") == "error: syntax error at position 34");
  CHECK(Where("a = 1)") == "error: syntax error at position 34");
  CHECK(Where("a NOT = 1") == "error: syntax error at position 35");
  CHECK(Where("a = 'x") == "error: syntax error at position 34 near 'x'");
  CHECK(Where("a = 12x") == "error: syntax error at position 34 near '12'");
  CHECK(Where("a = #") == "error: syntax error at position 33 near '#'");
  CHECK(Where("a = 1; drop table x") == "error: syntax error at position 34 near ';'");
  CHECK(Where("a BETWEEN 1 OR 2") == "error: syntax error at position 42 near 'or'");
  CHECK(Where("a IS 1") == "error: syntax error at position 34 near '1'");
  CHECK(Where("select = 1") == "error: syntax error at position 34 near 'select'");
  CHECK(Where("``") == "error: syntax error at position 30 near '`'");
}

TEST_CASE("a hostile filter is refused, not recursed into") {
  const auto nested = [](int depth, const std::string& open, const std::string& close) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "a = 1";
    for (int i = 0; i < depth; ++i) text += close;
    return Where(text);
  };
  CHECK(nested(kDeepestNesting, "(", ")") == "a = 1");
  CHECK(nested(kDeepestNesting + 1, "(", ")").find("max nesting level reached") !=
        std::string::npos);
  CHECK(nested(10'000, "NOT ", "").find("max nesting level reached") != std::string::npos);
  CHECK(nested(10'000, "f(", ")").find("max nesting level reached") != std::string::npos);
  CHECK(Where("a" + std::string(60'000, '(')).find("max nesting level reached") !=
        std::string::npos);
  CHECK(Where("a = " + std::string(60'000, '-') + "1").find("error: ") == 0);
  std::string tests = "a";
  for (int i = 0; i < 5'000; ++i) tests += " IS NULL";
  CHECK(Where(tests).find("max nesting level reached") != std::string::npos);
  std::string chain = "a = 1";
  for (int i = 0; i < 5'000; ++i) chain += " OR a = 1";
  CHECK(Where(chain).find("error") == std::string::npos);
  CHECK(Where(std::string(kLongestQuery + 1, ' ')) == "error: 65537 bytes are more than 65536");
  CHECK(Where(std::string("a = \0", 5)).find("error: syntax error") == 0);
}

}  // namespace
}  // namespace groundhog::visibility
