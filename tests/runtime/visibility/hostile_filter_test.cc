// Whatever somebody sends as a filter, it is a filter or it is refused in words; nothing else
// happens.
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "runtime/visibility/filter.h"
#include "tests/catch.h"

namespace groundhog::visibility {
namespace {

const std::vector<std::string> kPieces = {"WorkflowId",
                                          "ExecutionStatus",
                                          "StartTime",
                                          "Tags",
                                          "=",
                                          "!=",
                                          "<",
                                          ">=",
                                          " IN ",
                                          "(",
                                          ")",
                                          "'x'",
                                          "'",
                                          "\"",
                                          "\\",
                                          "`",
                                          " AND ",
                                          " OR ",
                                          " NOT ",
                                          " BETWEEN ",
                                          " IS ",
                                          " NULL ",
                                          "1",
                                          "-",
                                          ".5",
                                          "e9",
                                          ",",
                                          " GROUP BY ",
                                          " ORDER BY ",
                                          " LIMIT ",
                                          " STARTS_WITH ",
                                          "f(",
                                          "0x",
                                          "true",
                                          ";",
                                          "--",
                                          "/*",
                                          "\xff",
                                          std::string(1, '\0'),
                                          "'1h'"};

std::optional<IndexedValueType> CustomType(std::string_view name) {
  if (name == "Tags") return IndexedValueType::kKeywordList;
  return std::nullopt;
}

void Try(const std::string& text) {
  const auto filter = Filter::Make(text, CustomType);
  if (filter.ok()) {
    filter->Matches([](const Attribute& attribute) -> Value {
      if (attribute.type == IndexedValueType::kKeywordList) return std::vector<std::string>{"x"};
      return std::string("x");
    });
    return;
  }
  RC_ASSERT(filter.status().code() == absl::StatusCode::kInvalidArgument);
  RC_ASSERT(std::string(filter.status().message()).rfind("invalid query: ", 0) == 0);
}

TEST_CASE("any text, and any pile of what filters are made of") {
  CHECK(rc::check("text", [](const std::string& text) { Try(text); }));
  CHECK(rc::check("pieces", [] {
    std::string text;
    for (const std::string& piece :
         *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))) {
      text += piece;
    }
    Try(text);
  }));
}

}  // namespace
}  // namespace groundhog::visibility
