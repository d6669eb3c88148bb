#include "sim/label.h"

#include "tests/catch.h"

namespace groundhog::sim {
namespace {

struct Names {
  Label Of(std::string_view kind, std::string_view scope, std::string_view subject, int number) {
    return Label(table.Intern(kind), table.Intern(scope), table.Intern(subject), number);
  }
  SymbolTable table;
};

TEST_CASE("a label reads as a person would say it") {
  Names names;
  CHECK(names.Of("RespondActivityTaskCompleted", "pay-invoice-701", "withdraw", 2).Text() ==
        "RespondActivityTaskCompleted(pay-invoice-701, withdraw, 2)");
  CHECK(names.Of("", "pay-invoice-701", "withdraw", 1).Text() ==
        "pay-invoice-701, withdraw, attempt=1");
  CHECK(names.Of("StartWorkflowExecution", "pay-invoice-701", "", 0).Text() ==
        "StartWorkflowExecution(pay-invoice-701)");
  CHECK(names.Of("Tick", "", "", 0).Text() == "Tick");
  CHECK(Label().Text().empty());
}

TEST_CASE("a label of nothing is unnamed, however it was made") {
  Names names;
  CHECK(!Label().named());
  CHECK(!names.Of("", "", "", 0).named());
  CHECK(!Label().WithKind(Symbol()).named());
  CHECK(names.Of("", "", "", 1).named());
  CHECK(names.Of("a", "", "", 0).named());
  CHECK(Label() == names.Of("", "", "", 0));
}

TEST_CASE("every part of a label counts, and its place too") {
  Names names;
  const Label label = names.Of("a", "b", "c", 1);
  CHECK(label == names.Of("a", "b", "c", 1));
  CHECK(!(label == names.Of("b", "a", "c", 1)));
  CHECK(!(label == names.Of("a", "c", "b", 1)));
  CHECK(!(label == names.Of("a", "b", "c", 2)));
  CHECK(!(names.Of("", "x", "", 0) == names.Of("", "", "x", 0)));
  CHECK(!(names.Of("x", "", "", 0) == names.Of("", "x", "", 0)));
}

TEST_CASE("the same thing seen as another kind keeps its names") {
  Names names;
  CHECK(names.Of("Task", "b", "c", 1).WithKind(names.table.Intern("Report")) ==
        names.Of("Report", "b", "c", 1));
}

// Computed by another implementation: saved decisions are found by this hash.
TEST_CASE("a label's hash is what it has always been") {
  Names names;
  CHECK(names.Of("Withdraw", "pay-invoice-701", "withdraw", 2).hash() == 0x51d78bf6cdeee273ULL);
}

}  // namespace
}  // namespace groundhog::sim
