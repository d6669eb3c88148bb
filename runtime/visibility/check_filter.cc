// Filter::Make: what the names and constants of a query mean, or why they mean nothing. The texts
// are Temporal's.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include "runtime/history/time_text.h"
#include "runtime/visibility/ascii.h"
#include "runtime/visibility/duration_text.h"
#include "runtime/visibility/filter.h"
#include "runtime/visibility/words.h"

namespace groundhog::visibility {
namespace {

constexpr std::string_view kNotSupported = "operation is not supported";
constexpr std::string_view kInvalidExpression = "invalid expression";

template <class... Args>
absl::Status Invalid(std::string_view kind, fmt::format_string<Args...> format, Args&&... args) {
  return absl::InvalidArgumentError(
      fmt::format("{}: {}", kind, fmt::format(format, std::forward<Args>(args)...)));
}

// As Go's %#v and %T show a constant.
struct Shown {
  std::string value;
  std::string_view type;
};
Shown Show(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return {fmt::format("\"{}\"", *text), "string"};
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return {std::to_string(*whole), "int64"};
  if (const auto* fraction = std::get_if<double>(&value))
    return {fmt::format("{}", *fraction), "float64"};
  return {"<nil>", "<nil>"};
}

// "Running", "WORKFLOW_EXECUTION_STATUS_RUNNING" or its number.
absl::StatusOr<Value> StatusOf(const Value& value) {
  constexpr std::int64_t kStatuses = 9;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (!StatusName(*number).empty()) return value;
    return Invalid(kInvalidExpression, "invalid ExecutionStatus value {}", *number);
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    return Invalid(kInvalidExpression,
                   "unexpected value type {} for search attribute ExecutionStatus",
                   Show(value).type);
  }
  for (std::int64_t status = 0; status < kStatuses; ++status) {
    const std::string_view name = StatusName(status);
    std::string long_name = "WORKFLOW_EXECUTION_STATUS";
    for (const char c : name) {
      if (absl::ascii_isupper(static_cast<unsigned char>(c))) long_name.push_back('_');
      long_name.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
    }
    if (*text == name || *text == long_name) return Value(status);
  }
  return Invalid(kInvalidExpression, "invalid ExecutionStatus value '{}'", *text);
}

absl::StatusOr<Value> DurationOf(const Value& value) {
  if (std::holds_alternative<std::int64_t>(value)) return value;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    return Invalid(kInvalidExpression,
                   "unexpected value type {} for search attribute ExecutionDuration",
                   Show(value).type);
  }
  if (const auto duration = ParseExecutionDuration(*text))
    return Value(std::int64_t{duration->count()});
  return Invalid(kInvalidExpression,
                 "invalid duration value for search attribute ExecutionDuration: {}", *text);
}

absl::StatusOr<Value> TimeOf(const Value& value, const absl::Status& wrong_type) {
  if (const auto* nanos = std::get_if<std::int64_t>(&value)) {
    return Value(ToMicros(history::FromUnixNanos(*nanos)));
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wrong_type;
  if (const auto time = history::ParseTimestamp(*text)) return Value(ToMicros(*time));
  return Invalid(kInvalidExpression, "unable to parse datetime '{}'", *text);
}

// A constant that is to be compared with the attribute.
absl::StatusOr<Value> Meant(const Value& value, const Attribute& attribute) {
  if (attribute.system == System::kExecutionStatus) return StatusOf(value);
  if (attribute.system == System::kExecutionDuration) return DurationOf(value);
  const Shown shown = Show(value);
  const absl::Status wrong_type = Invalid(
      kInvalidExpression, "invalid value type for search attribute {} of type {}: {} (type: {})",
      attribute.alias, NameOf(attribute.type), shown.value, shown.type);
  const bool is_text = std::holds_alternative<std::string>(value);
  switch (attribute.type) {
    case IndexedValueType::kInt:
    case IndexedValueType::kDouble:
      return is_text ? absl::StatusOr<Value>(wrong_type) : value;
    case IndexedValueType::kBool:
      return wrong_type;
    case IndexedValueType::kDatetime:
      return TimeOf(value, wrong_type);
    case IndexedValueType::kText:
    case IndexedValueType::kKeyword:
    case IndexedValueType::kKeywordList:
      return is_text ? absl::StatusOr<Value>(value) : wrong_type;
  }
  return wrong_type;
}

// A number or a string as it stands there.
absl::StatusOr<Value> LiteralOf(const Expr& expr) {
  if (expr.kind == ExprKind::kString) return Value(expr.text);
  std::int64_t whole = 0;
  const char* end = expr.text.data() + expr.text.size();
  const auto parsed = std::from_chars(expr.text.data(), end, whole);
  if (parsed.ec == std::errc() && parsed.ptr == end) return Value(whole);
  double fraction = 0;
  const bool is_number = expr.kind != ExprKind::kHex && absl::SimpleAtod(expr.text, &fraction);
  if (is_number && std::isfinite(fraction)) return Value(fraction);
  return Invalid(kInvalidExpression, "unable to parse value \"{}\"", expr.text);
}

bool Takes(IndexedValueType type, Operator op) {
  const bool equality = op == Operator::kEqual || op == Operator::kNotEqual;
  const bool in = op == Operator::kIn || op == Operator::kNotIn;
  const bool prefix = op == Operator::kStartsWith || op == Operator::kNotStartsWith;
  if (op >= Operator::kLike) return false;
  switch (type) {
    case IndexedValueType::kText:
      return equality;
    case IndexedValueType::kKeywordList:
      return equality || in;
    case IndexedValueType::kKeyword:
      return true;
    case IndexedValueType::kInt:
    case IndexedValueType::kDouble:
    case IndexedValueType::kBool:
    case IndexedValueType::kDatetime:
      return !prefix;
  }
  return false;
}

}  // namespace

class Checker {
 public:
  using Node = Filter::Node;
  using Kind = Filter::Kind;

  explicit Checker(CustomTypes custom) : custom_(custom) {}

  absl::StatusOr<Filter> Check(const Query& query) {
    Filter filter;
    if (query.has_limit) return Invalid(kNotSupported, "'LIMIT' clause");
    if (query.where) {
      absl::StatusOr<Node> where = Condition(*query.where);
      if (!where.ok()) return where.status();
      filter.where_ = *std::move(where);
    }
    if (query.group_by.size() > 1) {
      return Invalid(kNotSupported, "'GROUP BY' clause supports only a single field");
    }
    for (const Expr& column : query.group_by) {
      absl::StatusOr<Attribute> attribute = GroupBy(column);
      if (!attribute.ok()) return attribute.status();
      filter.group_by_ = *std::move(attribute);
    }
    for (const Expr& column : query.order_by) {
      const absl::StatusOr<Attribute> attribute = Column(column);
      if (!attribute.ok()) return attribute.status();
      if (attribute->type == IndexedValueType::kText) {
        return Invalid(kNotSupported, "unable to sort by search attribute type {}",
                       NameOf(attribute->type));
      }
    }
    if (!query.order_by.empty()) return Invalid(kNotSupported, "'ORDER BY' clause");
    return filter;
  }

 private:
  absl::StatusOr<Node> Condition(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kParen:
        return Condition(expr.parts.front());
      case ExprKind::kNot:
        return Combined(Kind::kNot, expr);
      case ExprKind::kAnd:
        return Combined(Kind::kAnd, expr);
      case ExprKind::kOr:
        return Combined(Kind::kOr, expr);
      case ExprKind::kCompare:
        return Comparison(expr);
      case ExprKind::kBetween:
        return Range(expr);
      case ExprKind::kIs:
        return NullTest(expr);
      case ExprKind::kFunction:
        return Invalid(kNotSupported, "function expression");
      case ExprKind::kName:
        return Invalid(kInvalidExpression, "incomplete expression");
      case ExprKind::kString:
      case ExprKind::kInteger:
      case ExprKind::kFloat:
      case ExprKind::kHex:
      case ExprKind::kBool:
      case ExprKind::kNull:
      case ExprKind::kTuple:
      case ExprKind::kSign:
        break;
    }
    return Invalid(kNotSupported, "expression of type {}", TypeNameOf(expr));
  }

  absl::StatusOr<Node> Combined(Kind kind, const Expr& expr) {
    Node node{.kind = kind};
    for (const Expr& part : expr.parts) {
      absl::StatusOr<Node> checked = Condition(part);
      if (!checked.ok()) return checked.status();
      node.parts.push_back(*std::move(checked));
    }
    return node;
  }

  absl::StatusOr<Attribute> Column(const Expr& expr) {
    if (expr.kind != ExprKind::kName) {
      return Invalid(kInvalidExpression, "must be a column name but was {}", TypeNameOf(expr));
    }
    std::optional<Attribute> attribute = Resolve(expr.text, custom_);
    if (!attribute) {
      return absl::InvalidArgumentError("invalid search attribute: " + expr.text);
    }
    return *std::move(attribute);
  }

  absl::StatusOr<Attribute> GroupBy(const Expr& expr) {
    absl::StatusOr<Attribute> attribute = Column(expr);
    if (!attribute.ok()) return attribute;
    const bool allowed = attribute->system == System::kExecutionStatus ||
                         attribute->name == "TemporalNamespaceDivision" ||
                         attribute->name.starts_with("TemporalLowCardinalityKeyword");
    if (allowed) return attribute;
    return Invalid(kNotSupported, "'GROUP BY' clause is not supported for search attribute {}",
                   attribute->alias);
  }

  absl::StatusOr<Node> Comparison(const Expr& expr) {
    absl::StatusOr<Attribute> attribute = Column(expr.parts[0]);
    if (!attribute.ok()) return attribute.status();
    absl::StatusOr<std::vector<Value>> constants = Constants(expr.parts[1], *attribute);
    if (!constants.ok()) return constants.status();
    if (!Takes(attribute->type, expr.op)) {
      return Invalid(kNotSupported, "operator '{}' not supported for {} type search attribute '{}'",
                     Upper(SpellingOf(expr.op)), NameOf(attribute->type), attribute->alias);
    }
    Node node{.kind = Kind::kCompare,
              .op = expr.op,
              .attribute = *std::move(attribute),
              .constants = *std::move(constants)};
    if (absl::Status bad = CheckOperand(node, expr.parts[1]); !bad.ok()) return bad;
    return node;
  }

  // What an operator wants on its right side.
  static absl::Status CheckOperand(const Node& node, const Expr& right) {
    const bool one = node.op != Operator::kIn && node.op != Operator::kNotIn;
    if (one && right.kind == ExprKind::kTuple) {
      return Invalid(kInvalidExpression, "unexpected value type (expected one value, got a tuple)");
    }
    const bool has_texts =
        std::all_of(node.constants.begin(), node.constants.end(),
                    [](const Value& value) { return std::holds_alternative<std::string>(value); });
    const bool prefix = node.op == Operator::kStartsWith || node.op == Operator::kNotStartsWith;
    if (prefix && !has_texts) {
      return Invalid(kInvalidExpression,
                     "right-hand side of \"{}\" operator must be a literal string (got: {})",
                     SpellingOf(node.op), right.text);
    }
    const IndexedValueType type = node.attribute.type;
    if (type != IndexedValueType::kText && type != IndexedValueType::kKeywordList)
      return absl::OkStatus();
    if (!has_texts) {
      return Invalid(kInvalidExpression, "unexpected value type (expected string, got {})",
                     right.text);
    }
    if (type == IndexedValueType::kText && WordsOf(right.text).empty()) {
      return Invalid(kInvalidExpression,
                     "unexpected value for Text type search attribute (no tokens found)");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Node> Range(const Expr& expr) {
    absl::StatusOr<Attribute> attribute = Column(expr.parts[0]);
    if (!attribute.ok()) return attribute.status();
    const IndexedValueType type = attribute->type;
    if (type == IndexedValueType::kBool || type == IndexedValueType::kText ||
        type == IndexedValueType::kKeywordList) {
      return Invalid(kInvalidExpression,
                     "cannot do range condition on search attribute '{}' of type {}",
                     attribute->alias, NameOf(type));
    }
    Node node{.kind = Kind::kBetween, .negated = expr.negated};
    for (const Expr* end : {&expr.parts[1], &expr.parts[2]}) {
      absl::StatusOr<Value> constant = Constant(*end, *attribute);
      if (!constant.ok()) return constant.status();
      node.constants.push_back(*std::move(constant));
    }
    node.attribute = *std::move(attribute);
    return node;
  }

  absl::StatusOr<Node> NullTest(const Expr& expr) {
    absl::StatusOr<Attribute> attribute = Column(expr.parts[0]);
    if (!attribute.ok()) return attribute.status();
    if (expr.text != "null" && expr.text != "not null") {
      return Invalid(kInvalidExpression,
                     "'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'");
    }
    return Node{.kind = Kind::kIsNull,
                .negated = expr.text == "not null",
                .attribute = *std::move(attribute)};
  }

  absl::StatusOr<std::vector<Value>> Constants(const Expr& expr, const Attribute& attribute) {
    std::vector<Value> values;
    const auto take = [&](const Expr& one) {
      absl::StatusOr<Value> value = Constant(one, attribute);
      if (!value.ok()) return value.status();
      values.push_back(*std::move(value));
      return absl::OkStatus();
    };
    if (expr.kind != ExprKind::kTuple) {
      if (absl::Status bad = take(expr); !bad.ok()) return bad;
      return values;
    }
    for (const Expr& one : expr.parts) {
      if (absl::Status bad = take(one); !bad.ok()) return bad;
    }
    return values;
  }

  static absl::StatusOr<Value> Constant(const Expr& expr, const Attribute& attribute) {
    switch (expr.kind) {
      case ExprKind::kString:
      case ExprKind::kInteger:
      case ExprKind::kFloat:
      case ExprKind::kHex: {
        const absl::StatusOr<Value> literal = LiteralOf(expr);
        return literal.ok() ? Meant(*literal, attribute) : literal;
      }
      case ExprKind::kBool:
        return Value(expr.text == "true");
      case ExprKind::kFunction:
        return Invalid(kNotSupported, "nested func");
      case ExprKind::kName:
        return Invalid(
            kNotSupported,
            "column name on the right side of comparison expression (did you forget to quote "
            "\"{}\"?)",
            expr.text);
      case ExprKind::kAnd:
      case ExprKind::kOr:
      case ExprKind::kNot:
      case ExprKind::kParen:
      case ExprKind::kCompare:
      case ExprKind::kBetween:
      case ExprKind::kIs:
      case ExprKind::kNull:
      case ExprKind::kTuple:
      case ExprKind::kSign:
        break;
    }
    return Invalid(kInvalidExpression, "unexpected value type {}", TypeNameOf(expr));
  }

  CustomTypes custom_;
};

absl::StatusOr<Filter> Filter::Make(std::string_view query, CustomTypes custom) {
  const absl::StatusOr<Query> parsed = ParseQuery(query);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError("invalid query: malformed SQL query: " +
                                      std::string(parsed.status().message()));
  }
  absl::StatusOr<Filter> filter = Checker(custom).Check(*parsed);
  if (filter.ok()) return filter;
  return absl::InvalidArgumentError("invalid query: " + std::string(filter.status().message()));
}

}  // namespace groundhog::visibility
