// Visibility against a model of ten lines: a vector of rows, and a condition that is judged by hand
// while its text is made.
#include <algorithm>
#include <functional>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "runtime/history/search_attributes.h"
#include "runtime/server/persistence.h"
#include "runtime/server/visibility.h"
#include "tests/catch.h"

namespace groundhog::server::testing {
namespace {

struct Row {
  std::string id;
  std::optional<std::int64_t> items;
  std::optional<std::string> customer;
  std::vector<std::string> tags;
  bool open = true;
  int start = 0;
  int close = 0;
};

// SQL's three values; nothing is unknown.
using Truth = std::optional<bool>;
struct Condition {
  std::string text;
  std::function<Truth(const Row&)> holds;
};

Durable DurableOf(const std::vector<Row>& rows) {
  Durable durable;
  for (const Row& row : rows) {
    SearchAttributes fields{IntKey{"Seen"}.ValueSet(1)};
    history::PayloadMap attributes = fields.fields();
    const auto put = [&](const SearchAttributeUpdate& update) {
      history::Put(attributes, update.name(), update.payload());
    };
    if (row.items) put(IntKey{"Items"}.ValueSet(*row.items));
    if (row.customer) put(KeywordKey{"Customer"}.ValueSet(*row.customer));
    if (!row.tags.empty()) put(KeywordListKey{"Tags"}.ValueSet(row.tags));
    RunStart start{.workflow_id = row.id, .run_id = "run-" + row.id};
    start.event = history::MakeShared<history::WorkflowExecutionStarted>(
        history::WorkflowExecutionStarted{.workflow_type = "Raw", .search_attributes = attributes});
    const RunIndex index = durable.NextRunIndex();
    durable.Apply(NewRun{history::MakeShared<RunStart>(std::move(start))});
    durable.Apply(AppendEvent{index, history::HistoryEvent{.event_id = 1}});
    ExecutionInfo info{.status = row.open ? history::WorkflowExecutionStatus::kRunning
                                          : history::WorkflowExecutionStatus::kFailed,
                       .start_time = history::FromUnixNanos(row.start * 1'000'000LL)};
    info.close_time = history::FromUnixNanos(row.close * 1'000'000LL);
    durable.Apply(PutExecution{index, info});
  }
  return durable;
}

const std::vector<std::string> kWords = {"", "a", "ab", "b", "it's", "\"q\""};

std::string Quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "''" : std::string(1, c);
  return text + "'";
}

// A comparison of numbers or words, whichever T is.
template <class T>
Condition Comparison(const std::string& name, const std::string& constant, T value,
                     std::function<std::optional<T>(const Row&)> read) {
  static const std::vector<std::pair<std::string, std::function<bool(const T&, const T&)>>> kAll = {
      {"=", std::equal_to<T>()}, {"!=", std::not_equal_to<T>()},
      {"<", std::less<T>()},     {"<=", std::less_equal<T>()},
      {">", std::greater<T>()},  {">=", std::greater_equal<T>()}};
  const auto& chosen = kAll[*rc::gen::inRange<std::size_t>(0, kAll.size())];
  return {name + " " + chosen.first + " " + constant,
          [read, value, compare = chosen.second](const Row& row) -> Truth {
            const std::optional<T> seen = read(row);
            if (!seen) return std::nullopt;
            return compare(*seen, value);
          }};
}

Condition Leaf() {
  const std::string word = *rc::gen::elementOf(kWords);
  const auto number = *rc::gen::inRange<std::int64_t>(-2, 4);
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return Comparison<std::int64_t>("Items", std::to_string(number), number,
                                      [](const Row& row) { return row.items; });
    case 1:
      return Comparison<std::string>("Customer", Quoted(word), word,
                                     [](const Row& row) { return row.customer; });
    case 2:
      return {"Tags = " + Quoted(word), [word](const Row& row) -> Truth {
                return std::count(row.tags.begin(), row.tags.end(), word) != 0;
              }};
    case 3:
      return {"Customer NOT STARTS_WITH " + Quoted(word), [word](const Row& row) -> Truth {
                if (!row.customer) return std::nullopt;
                return row.customer->rfind(word, 0) != 0;
              }};
    case 4:
      return {"Items BETWEEN -1 AND " + std::to_string(number), [number](const Row& row) -> Truth {
                if (!row.items) return std::nullopt;
                return -1 <= *row.items && *row.items <= number;
              }};
    case 5:
      return {"Items IS NOT NULL", [](const Row& row) -> Truth { return row.items.has_value(); }};
    default:
      return {"ExecutionStatus IN ('Running')", [](const Row& row) -> Truth { return row.open; }};
  }
}

Condition Tree(int depth) {
  const int kind = depth == 0 ? 3 : *rc::gen::inRange(0, 4);
  if (kind == 3) return Leaf();
  const Condition left = Tree(depth - 1);
  if (kind == 0) {
    return {"NOT (" + left.text + ")", [left](const Row& row) -> Truth {
              const Truth truth = left.holds(row);
              return truth ? Truth(!*truth) : std::nullopt;
            }};
  }
  const Condition right = Tree(depth - 1);
  const bool decides = kind == 1;
  return {"(" + left.text + (decides ? ") OR (" : ") AND (") + right.text + ")",
          [left, right, decides](const Row& row) -> Truth {
            const Truth a = left.holds(row);
            const Truth b = right.holds(row);
            if (a == decides || b == decides) return decides;
            if (!a || !b) return std::nullopt;
            return !decides;
          }};
}

Row AnyRow(int number) {
  Row row{.id = std::to_string(number)};
  row.open = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) row.items = *rc::gen::inRange<std::int64_t>(-2, 4);
  if (*rc::gen::arbitrary<bool>()) row.customer = *rc::gen::elementOf(kWords);
  const int tags = *rc::gen::inRange(0, 3);
  for (int i = 0; i < tags; ++i) row.tags.push_back(*rc::gen::elementOf(kWords));
  row.start = *rc::gen::inRange(0, 3);
  row.close = *rc::gen::inRange(3, 6);
  return row;
}

TEST_CASE("a list is what a filter over all rows leaves, in the order of lists, page after page") {
  CHECK(rc::check([] {
    std::vector<Row> rows;
    const int count = *rc::gen::inRange(0, 9);
    for (int i = 0; i < count; ++i) rows.push_back(AnyRow(i));
    // One row that has every attribute, so that each is known.
    rows.push_back({.id = "z", .items = 0, .customer = "a", .tags = {"a"}});
    const Condition condition = Tree(3);
    const Durable durable = DurableOf(rows);

    std::vector<Row> expected;
    for (const Row& row : rows) {
      if (condition.holds(row) == true) expected.push_back(row);
    }
    std::stable_sort(expected.begin(), expected.end(), [](const Row& a, const Row& b) {
      if (a.open != b.open) return a.open;
      if (!a.open && a.close != b.close) return a.close > b.close;
      return a.start != b.start ? a.start > b.start : a.id < b.id;
    });

    const auto filter = MakeFilter(durable, condition.text);
    if (!filter.ok()) RC_FAIL(condition.text + ": " + filter.status().ToString());
    const auto page_size = *rc::gen::inRange<std::size_t>(1, 4);
    std::string token;
    std::vector<std::string> found;
    for (;;) {
      const auto after = FromPageToken(token);
      RC_ASSERT(after.ok());
      const std::vector<RunIndex> page = FindRuns(durable, *filter, *after, page_size);
      for (const RunIndex run : page) found.push_back(durable.run(run).start->workflow_id);
      if (page.size() < page_size) break;
      token = ToPageToken(KeyOf(durable.run(page.back())));
    }
    std::vector<std::string> ids;
    for (const Row& row : expected) ids.push_back(row.id);
    if (found != ids) RC_LOG() << condition.text << std::endl;
    RC_ASSERT(found == ids);
  }));
}

}  // namespace
}  // namespace groundhog::server::testing
