// Filter: a list filter that has been checked and can be asked about one execution after the other.
//
//     const auto filter = Filter::Make("CustomerId = 'c-17' AND CloseTime IS NULL", custom_types);
//     if (!filter.ok()) return filter.status();      // InvalidArgument, Temporal's text
//     filter->Matches([&](const Attribute& attribute) { return ValueOf(run, attribute); });
//
// What it takes and what its refusals say is Temporal's unified query converter with a standard
// (SQL) visibility store, which is what the recorded server runs:
// common/persistence/visibility/store/query. So ORDER BY is refused, and GROUP BY is for counting
// only.
//
// An attribute that an execution has not is NULL: neither `= x` nor `!= x` holds of it, nor does a
// NOT of either (three-valued logic, as in SQL). Keyword lists and texts are the exception: `!=`
// and NOT IN hold of an execution that has none. HistoryLength, HistorySizeBytes, ExecutionDuration
// and StateTransitionCount are NULL until the execution is closed. Differences: keywords in lists,
// and prefixes, are compared with regard to case, which the stores for production do and SQLite
// does not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/functional/function_ref.h>
#include <absl/status/statusor.h>

#include "runtime/visibility/attribute.h"
#include "runtime/visibility/query.h"

namespace groundhog::visibility {

class Filter {
 public:
  using Read = absl::FunctionRef<Value(const Attribute& attribute)>;

  // Matches everything.
  Filter() = default;
  static absl::StatusOr<Filter> Make(std::string_view query, CustomTypes custom);

  bool Matches(Read read) const;
  // The attribute to count by.
  const std::optional<Attribute>& group_by() const { return group_by_; }

 private:
  friend class Checker;

  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare, kBetween, kIsNull };
  struct Node {
    Kind kind = Kind::kAnd;
    Operator op = Operator::kEqual;
    bool negated = false;  // NOT BETWEEN, IS NOT NULL
    std::vector<Node> parts = {};
    Attribute attribute = {};
    std::vector<Value> constants = {};  // one; two of BETWEEN; any number of IN
  };
  // Nothing: unknown, because something is NULL.
  using Truth = std::optional<bool>;
  static Truth Judge(const Node& node, Read read);
  static Truth JudgeAll(const Node& node, Read read);
  static Truth JudgeComparison(const Node& node, const Value& value);

  std::optional<Node> where_;
  std::optional<Attribute> group_by_;
};

// How a keyword names the status with this number: "ContinuedAsNew".
std::string_view StatusName(std::int64_t status);

}  // namespace groundhog::visibility
