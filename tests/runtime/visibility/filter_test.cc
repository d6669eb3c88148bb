// What list filters mean, and what the refusals of those that mean nothing say (Temporal's unified
// query converter, SQL store).
#include "runtime/visibility/filter.h"

#include <map>
#include <string>

#include "runtime/visibility/duration_text.h"
#include "runtime/visibility/words.h"
#include "tests/catch.h"

namespace groundhog::visibility {
namespace {

using namespace std::chrono_literals;

const std::map<std::string, IndexedValueType, std::less<>> kCustom = {
    {"Customer", IndexedValueType::kKeyword}, {"Items", IndexedValueType::kInt},
    {"Price", IndexedValueType::kDouble},     {"Gold", IndexedValueType::kBool},
    {"Due", IndexedValueType::kDatetime},     {"Tags", IndexedValueType::kKeywordList},
    {"Note", IndexedValueType::kText},
};

std::optional<IndexedValueType> CustomType(std::string_view name) {
  const auto found = kCustom.find(name);
  if (found == kCustom.end()) return std::nullopt;
  return found->second;
}

using Execution = std::map<std::string, Value, std::less<>>;

const Execution kTransfer = {
    {"WorkflowId", "pay-701"},
    {"WorkflowType", "MoneyTransfer"},
    {"ExecutionStatus", std::int64_t{2}},
    {"StartTime", std::int64_t{1'700'000'000'000'000}},
    {"CloseTime", std::int64_t{1'700'000'090'000'000}},
    {"ExecutionDuration", std::int64_t{90'000'000'000}},
    {"HistoryLength", std::int64_t{17}},
    {"Customer", "c-17"},
    {"Items", std::int64_t{3}},
    {"Price", 2.5},
    {"Gold", true},
    {"Due", std::int64_t{1'700'000'000'500'000}},
    {"Tags", std::vector<std::string>{"blue", "dark blue"}},
    {"Note", "Refund of order 12-345, asked for by phone"},
};

bool Holds(const std::string& query, const Execution& execution = kTransfer) {
  INFO(query);
  const auto filter = Filter::Make(query, CustomType);
  REQUIRE(filter.status().ToString() == "OK");
  return filter->Matches([&](const Attribute& attribute) {
    const auto found = execution.find(attribute.name);
    return found == execution.end() ? Value() : found->second;
  });
}

std::string Refusal(const std::string& query) {
  const auto filter = Filter::Make(query, CustomType);
  if (filter.ok()) return "";
  CHECK(filter.status().code() == absl::StatusCode::kInvalidArgument);
  const std::string text(filter.status().message());
  const std::string beginning = "invalid query: ";
  CHECK(text.substr(0, beginning.size()) == beginning);
  return text.substr(beginning.size());
}

TEST_CASE("an empty filter matches everything") {
  CHECK(Holds(""));
  CHECK(Holds("  "));
  CHECK(Filter().Matches([](const Attribute&) { return Value(); }));
}

TEST_CASE("comparisons of keywords, numbers and bools") {
  CHECK(Holds("WorkflowId = 'pay-701'"));
  CHECK_FALSE(Holds("WorkflowId = 'PAY-701'"));
  CHECK(Holds("WorkflowId > 'pay-700' AND WorkflowId < \"pay-702\""));
  CHECK(Holds("Customer IN ('c-1', 'c-17')"));
  CHECK_FALSE(Holds("Customer NOT IN ('c-1', 'c-17')"));
  CHECK(Holds("Customer STARTS_WITH 'c-'"));
  CHECK_FALSE(Holds("Customer NOT STARTS_WITH 'c-'"));
  CHECK(Holds("Customer BETWEEN 'c-17' AND 'c-17'"));
  CHECK(Holds("Customer NOT BETWEEN 'd' AND 'e'"));
  CHECK(Holds("Items = 3 AND Items != 4 AND Items >= 3 AND Items <= 3.0 AND Items < 3.5"));
  CHECK(Holds("Items BETWEEN 1 AND 3"));
  CHECK_FALSE(Holds("Items NOT BETWEEN 1 AND 3"));
  CHECK(Holds("Price = 2.5 AND Price > 2 AND Price <= 25e-1"));
  CHECK(Holds("Gold = true"));
  CHECK_FALSE(Holds("Gold = false"));
  CHECK(Holds("Gold IN (true, false)"));
}

TEST_CASE("a status is asked by its name in either spelling, or its number") {
  CHECK(Holds("ExecutionStatus = 'Completed'"));
  CHECK(Holds("ExecutionStatus = 'WORKFLOW_EXECUTION_STATUS_COMPLETED'"));
  CHECK(Holds("ExecutionStatus = 2"));
  CHECK(Holds("ExecutionStatus IN ('Failed', 'Completed')"));
  CHECK(Holds("ExecutionStatus NOT IN ('Failed', 6)"));
  CHECK(Holds("ExecutionStatus != 'WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW'"));
  CHECK(Refusal("ExecutionStatus = 'completed'") ==
        "invalid expression: invalid ExecutionStatus value 'completed'");
  CHECK(Refusal("ExecutionStatus = 99") == "invalid expression: invalid ExecutionStatus value 99");
  CHECK(Refusal("ExecutionStatus = 1.5") ==
        "invalid expression: unexpected value type float64 for search attribute ExecutionStatus");
  CHECK(Refusal("ExecutionStatus STARTS_WITH 'Running'") ==
        "invalid expression: right-hand side of \"starts_with\" operator must be a literal string "
        "(got: Running)");
}

TEST_CASE("times are RFC 3339 or nanoseconds, and count to the microsecond") {
  CHECK(Holds("StartTime = '2023-11-14T22:13:20Z'"));
  CHECK(Holds("StartTime = '2023-11-14T23:13:20+01:00'"));
  CHECK(Holds("StartTime = 1700000000000000000"));
  CHECK(Holds("StartTime = 1700000000000000999"));
  CHECK(Holds("Due BETWEEN '2023-11-14T22:13:20.4Z' AND '2023-11-14T22:13:20.5Z'"));
  CHECK(Holds("CloseTime > '2023-11-14T22:13:20Z'"));
  CHECK(Refusal("StartTime > 'yesterday'") ==
        "invalid expression: unable to parse datetime 'yesterday'");
  CHECK(Refusal("StartTime > '2023-11-14'") ==
        "invalid expression: unable to parse datetime '2023-11-14'");
  CHECK(Refusal("StartTime > 1.5") ==
        "invalid expression: invalid value type for search attribute StartTime of type Datetime: "
        "1.5 (type: float64)");
}

TEST_CASE("durations") {
  for (const char* const spelled :
       {"'90s'", "'1m30s'", "'1.5m'", "'00:01:30'", "90000000000", "'90000000000'"}) {
    CHECK(Holds(std::string("ExecutionDuration = ") + spelled));
  }
  CHECK(Holds("ExecutionDuration < '1d' AND ExecutionDuration > '-2h'"));
  CHECK(Refusal("ExecutionDuration = 'soon'") ==
        "invalid expression: invalid duration value for search attribute ExecutionDuration: soon");
  CHECK(Refusal("ExecutionDuration = 1.5") ==
        "invalid expression: unexpected value type float64 for search attribute ExecutionDuration");
  CHECK(ParseExecutionDuration("2h45m") == 2h + 45min);
  CHECK(ParseExecutionDuration("300ms") == 300ms);
  CHECK(ParseExecutionDuration("1us2ns") == 1002ns);
  CHECK(ParseExecutionDuration("7µs") == 7us);
  CHECK(ParseExecutionDuration("0") == 0s);
  CHECK(ParseExecutionDuration("+1h") == 1h);
  CHECK(ParseExecutionDuration("100:00:01") == 100h + 1s);
  for (const char* const wrong :
       {"", "-", "h", "1h-", "1.h.", "00:60:00", "00:00:61", "1:2", "1:2:3:4",
        "999999999999999999999h", "300000000h", "--1s", "1 s"}) {
    INFO(wrong);
    CHECK_FALSE(ParseExecutionDuration(wrong).has_value());
  }
}

TEST_CASE("keyword lists hold if one keyword does; != and NOT IN hold of those that have none") {
  CHECK(Holds("Tags = 'blue'"));
  CHECK(Holds("Tags = 'dark blue'"));
  CHECK_FALSE(Holds("Tags = 'dark'"));
  CHECK(Holds("Tags IN ('red', 'blue')"));
  CHECK_FALSE(Holds("Tags != 'blue'"));
  CHECK(Holds("Tags NOT IN ('red', 'green')"));
  CHECK(Holds("Tags != 'blue'", {}));
  CHECK(Holds("Tags NOT IN ('blue')", {}));
  CHECK_FALSE(Holds("Tags = 'blue'", {}));
  CHECK(Holds("TemporalChangeVersion IS NULL AND ChangeVersion IS NULL"));
  CHECK(Refusal("Tags > 'a'") ==
        "operation is not supported: operator '>' not supported for KeywordList type search "
        "attribute 'Tags'");
  CHECK(Refusal("Tags STARTS_WITH 'a'") ==
        "operation is not supported: operator 'STARTS_WITH' not supported for KeywordList type "
        "search attribute 'Tags'");
  CHECK(Refusal("Tags BETWEEN 'a' AND 'b'") ==
        "invalid expression: cannot do range condition on search attribute 'Tags' of type "
        "KeywordList");
}

TEST_CASE("texts hold if one of the tokens is in them") {
  CHECK(Holds("Note = 'refund'"));
  CHECK(Holds("Note = 'nothing PHONE'"));
  CHECK(Holds("Note = '12-345'"));
  CHECK_FALSE(Holds("Note = '345-12'"));
  CHECK_FALSE(Holds("Note = 'fund'"));
  CHECK(Holds("Note != 'fund'"));
  CHECK(Refusal("Note < 'a'") ==
        "operation is not supported: operator '<' not supported for Text type search attribute "
        "'Note'");
  CHECK(Refusal("Note IN ('a')") ==
        "operation is not supported: operator 'IN' not supported for Text type search attribute "
        "'Note'");
  CHECK(Refusal("Note = '  '") ==
        "invalid expression: unexpected value for Text type search attribute (no tokens found)");
  CHECK(WordsOf("Über-all, 2x") == std::vector<std::string>{"Über", "all", "2x"});
}

TEST_CASE("what is not there is NULL: nothing holds of it, and the opposite does not either") {
  const Execution open = {{"ExecutionStatus", std::int64_t{1}}};
  CHECK_FALSE(Holds("Items = 3", open));
  CHECK_FALSE(Holds("Items != 3", open));
  CHECK_FALSE(Holds("NOT Items = 3", open));
  CHECK_FALSE(Holds("NOT (Items = 3 AND ExecutionStatus = 'Running')", open));
  CHECK(Holds("NOT (Items = 3 AND ExecutionStatus = 'Failed')", open));
  CHECK(Holds("Items = 3 OR ExecutionStatus = 'Running'", open));
  CHECK_FALSE(Holds("Items NOT IN (1, 2)", open));
  CHECK_FALSE(Holds("Items NOT BETWEEN 1 AND 2", open));
  CHECK_FALSE(Holds("Customer NOT STARTS_WITH 'x'", open));
  CHECK(Holds("Items IS NULL AND CloseTime IS NULL", open));
  CHECK(Holds("Items IS NOT NULL AND CloseTime IS NOT NULL"));
  CHECK_FALSE(Holds("CloseTime > '2000-01-01T00:00:00Z'", open));
}

TEST_CASE(
    "names: users' own, the system's, and those that Temporal sets, with their prefix or without") {
  CHECK(Holds("TemporalWorkflowId = 'pay-701'"));
  CHECK(Holds("ScheduleId = 'pay-701'"));
  CHECK(Holds("ScheduledById IS NULL"));
  CHECK(Holds("`WorkflowType` = 'MoneyTransfer'"));
  CHECK(Refusal("Nonsense = 1") == "invalid search attribute: Nonsense");
  CHECK(Refusal("workflowid = 'x'") == "invalid search attribute: workflowid");
  CHECK(Refusal("a.b = 1") == "invalid search attribute: a.b");
  CHECK(Refusal("ExecutionStatus = 'Running' GROUP BY Nonsense") ==
        "invalid search attribute: Nonsense");
}

TEST_CASE("refusals") {
  CHECK(Refusal("Items = 'three'") ==
        "invalid expression: invalid value type for search attribute Items of type Int: \"three\" "
        "(type: string)");
  CHECK(Refusal("Customer = 5") ==
        "invalid expression: invalid value type for search attribute Customer of type Keyword: 5 "
        "(type: int64)");
  CHECK(Refusal("Gold = 'true'") ==
        "invalid expression: invalid value type for search attribute Gold of type Bool: \"true\" "
        "(type: string)");
  CHECK(Refusal("Items STARTS_WITH 3") ==
        "operation is not supported: operator 'STARTS_WITH' not supported for Int type search "
        "attribute 'Items'");
  CHECK(Refusal("Customer LIKE 'x'") ==
        "operation is not supported: operator 'LIKE' not supported for Keyword type search "
        "attribute 'Customer'");
  CHECK(Refusal("Customer NOT REGEXP 'x'") ==
        "operation is not supported: operator 'NOT REGEXP' not supported for Keyword type search "
        "attribute 'Customer'");
  CHECK(Refusal("Gold BETWEEN true AND false") ==
        "invalid expression: cannot do range condition on search attribute 'Gold' of type Bool");
  CHECK(Refusal("Customer = Running") ==
        "operation is not supported: column name on the right side of comparison expression (did "
        "you forget to quote "
        "\"Running\"?)");
  CHECK(Refusal("Customer") == "invalid expression: incomplete expression");
  CHECK(Refusal("now()") == "operation is not supported: function expression");
  CHECK(Refusal("StartTime > now()") == "operation is not supported: nested func");
  CHECK(Refusal("'x' = Customer") ==
        "invalid expression: must be a column name but was *sqlparser.SQLVal");
  CHECK(Refusal("(Customer) = 'x'") ==
        "invalid expression: must be a column name but was *sqlparser.ParenExpr");
  CHECK(Refusal("Customer = 'x' IS NULL") ==
        "invalid expression: must be a column name but was *sqlparser.ComparisonExpr");
  CHECK(Refusal("Customer = ('x')") ==
        "invalid expression: unexpected value type *sqlparser.ParenExpr");
  CHECK(Refusal("Customer = NULL") ==
        "invalid expression: unexpected value type *sqlparser.NullVal");
  CHECK(Refusal("Price = -1.5") ==
        "invalid expression: unexpected value type *sqlparser.UnaryExpr");
  CHECK(Refusal("Items = 0x1F") == "invalid expression: unable to parse value \"0x1F\"");
  CHECK(Refusal("'x'") == "operation is not supported: expression of type *sqlparser.SQLVal");
  CHECK(Refusal("true") == "operation is not supported: expression of type sqlparser.BoolVal");
  CHECK(Refusal("Gold IS TRUE") ==
        "invalid expression: 'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'");
  CHECK(Refusal("Customer = 'x' LIMIT 5") == "operation is not supported: 'LIMIT' clause");
  CHECK(Refusal("ORDER BY StartTime DESC") == "operation is not supported: 'ORDER BY' clause");
  CHECK(Refusal("ORDER BY Note") ==
        "operation is not supported: unable to sort by search attribute type Text");
  CHECK(Refusal("GROUP BY ExecutionStatus, WorkflowType") ==
        "operation is not supported: 'GROUP BY' clause supports only a single field");
  CHECK(Refusal("GROUP BY WorkflowType") ==
        "operation is not supported: 'GROUP BY' clause is not supported for search attribute "
        "WorkflowType");
  CHECK(Refusal("Customer = ") == "malformed SQL query: syntax error at position 38");
}

TEST_CASE("what to count by") {
  const auto filter = Filter::Make("Customer = 'c' GROUP BY ExecutionStatus", CustomType);
  REQUIRE(filter.ok());
  REQUIRE(filter->group_by().has_value());
  CHECK(filter->group_by()->system == System::kExecutionStatus);
}

TEST_CASE("numbers that fit no integer are fractions, and infinite ones are refused") {
  CHECK(Holds("Items < 99999999999999999999"));
  CHECK(Refusal("Items < 1e999") == "invalid expression: unable to parse value \"1e999\"");
}

}  // namespace
}  // namespace groundhog::visibility
