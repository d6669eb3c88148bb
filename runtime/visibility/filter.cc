#include "runtime/visibility/filter.h"

#include <algorithm>
#include <array>
#include <compare>

#include "runtime/visibility/words.h"

// clang-tidy takes the 0 that an order is compared with for a null pointer.
// NOLINTBEGIN(modernize-use-nullptr)
namespace groundhog::visibility {
namespace {

// Numbers and bools by their value, before all strings, as SQLite has it.
std::partial_ordering Compare(const Value& a, const Value& b) {
  const auto* left_text = std::get_if<std::string>(&a);
  const auto* right_text = std::get_if<std::string>(&b);
  if (left_text != nullptr && right_text != nullptr) return *left_text <=> *right_text;
  if (left_text != nullptr) return std::partial_ordering::greater;
  if (right_text != nullptr) return std::partial_ordering::less;
  const auto* left = std::get_if<std::int64_t>(&a);
  const auto* right = std::get_if<std::int64_t>(&b);
  if (left != nullptr && right != nullptr) return *left <=> *right;
  const auto number = [](const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* fraction = std::get_if<double>(&value)) return *fraction;
    const auto* flag = std::get_if<bool>(&value);
    return flag != nullptr && *flag ? 1.0 : 0.0;
  };
  return number(a) <=> number(b);
}

bool IsNull(const Value& value) { return std::holds_alternative<std::monostate>(value); }

bool Contains(const std::vector<Value>& constants, const Value& value) {
  return std::any_of(constants.begin(), constants.end(),
                     [&](const Value& constant) { return Compare(constant, value) == 0; });
}

// Whether a keyword list has one of them.
bool HasOne(const Value& value, const std::vector<Value>& constants) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  if (list == nullptr) return false;
  return std::any_of(list->begin(), list->end(),
                     [&](const std::string& keyword) { return Contains(constants, keyword); });
}

bool HasWords(const Value& value, const Value& wanted) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* tokens = std::get_if<std::string>(&wanted);
  return text != nullptr && tokens != nullptr && ContainsAnyToken(*text, *tokens);
}

bool StartsWith(const Value& value, const Value& prefix) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* wanted = std::get_if<std::string>(&prefix);
  return text != nullptr && wanted != nullptr && text->starts_with(*wanted);
}

}  // namespace

bool Filter::Matches(Read read) const { return !where_ || Judge(*where_, read).value_or(false); }

Filter::Truth Filter::Judge(const Node& node, Read read) {
  switch (node.kind) {
    case Kind::kAnd:
    case Kind::kOr:
      return JudgeAll(node, read);
    case Kind::kNot: {
      const Truth truth = Judge(node.parts.front(), read);
      return truth ? Truth(!*truth) : std::nullopt;
    }
    case Kind::kCompare:
      return JudgeComparison(node, read(node.attribute));
    case Kind::kBetween: {
      const Value value = read(node.attribute);
      if (IsNull(value)) return std::nullopt;
      const bool within =
          Compare(node.constants[0], value) <= 0 && Compare(value, node.constants[1]) <= 0;
      return within != node.negated;
    }
    case Kind::kIsNull:
      return IsNull(read(node.attribute)) != node.negated;
  }
  return std::nullopt;
}

// One false makes AND false, one true makes OR true; else one unknown makes either unknown.
Filter::Truth Filter::JudgeAll(const Node& node, Read read) {
  const bool decides = node.kind == Kind::kOr;
  Truth all = !decides;
  for (const Node& part : node.parts) {
    const Truth truth = Judge(part, read);
    if (truth == decides) return decides;
    if (!truth) all = std::nullopt;
  }
  return all;
}

Filter::Truth Filter::JudgeComparison(const Node& node, const Value& value) {
  const Value& constant = node.constants.front();
  const bool negative = node.op == Operator::kNotEqual || node.op == Operator::kNotIn;
  if (node.attribute.type == IndexedValueType::kKeywordList) {
    return HasOne(value, node.constants) != negative;
  }
  if (node.attribute.type == IndexedValueType::kText) return HasWords(value, constant) != negative;
  if (IsNull(value)) return std::nullopt;
  switch (node.op) {
    case Operator::kEqual:
      return Compare(value, constant) == 0;
    case Operator::kNotEqual:
      return Compare(value, constant) != 0;
    case Operator::kLess:
      return Compare(value, constant) < 0;
    case Operator::kLessEqual:
      return Compare(value, constant) <= 0;
    case Operator::kGreater:
      return Compare(value, constant) > 0;
    case Operator::kGreaterEqual:
      return Compare(value, constant) >= 0;
    case Operator::kIn:
    case Operator::kNotIn:
      return Contains(node.constants, value) != negative;
    case Operator::kStartsWith:
      return StartsWith(value, constant);
    case Operator::kNotStartsWith:
      return !StartsWith(value, constant);
    case Operator::kLike:
    case Operator::kNotLike:
    case Operator::kRegexp:
    case Operator::kNotRegexp:
      return std::nullopt;  // refused by Make
  }
  return std::nullopt;
}

std::string_view StatusName(std::int64_t status) {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"Unspecified", "Running", "Completed", "Failed", "Canceled",
                                       "Terminated", "ContinuedAsNew", "TimedOut", "Paused"});
  if (status < 0 || status >= static_cast<std::int64_t>(kNames.size())) return {};
  return kNames[static_cast<std::size_t>(status)];
}

}  // namespace groundhog::visibility
// NOLINTEND(modernize-use-nullptr)
