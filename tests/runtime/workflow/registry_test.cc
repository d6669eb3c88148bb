// runtime/workflow/registry.h.
#include "runtime/workflow/registry.h"

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using workflow::Coro;
using workflow::Register;
using workflow::WorkflowRegistry;

constexpr WorkflowType<int(int, std::string)> kByValue{"ByValue"};
constexpr WorkflowType<int(int, std::string)> kByReference{"ByReference"};
constexpr WorkflowType<void()> kNothing{"Nothing"};

struct ByValue {
  Coro<int> Run(int n, std::string text) {
    co_await workflow::Sleep(std::chrono::seconds(1));
    co_return n + static_cast<int>(text.size());
  }
};
struct ByReference {
  Coro<int> Run(const int& n, const std::string& text) {
    co_await workflow::Sleep(std::chrono::seconds(1));
    co_return n + static_cast<int>(text.size());
  }
};
struct Anything {
  Coro<history::Payloads> Run(history::Payloads input) { co_return input; }
};
struct Nothing {
  Coro<void> Run() { co_return; }
};

TEST_CASE("names are found, and a name taken twice is an error") {
  const WorkflowRegistry registry{Register<Nothing>(kNothing), Register<ByValue>(kByValue)};
  REQUIRE(registry.Find("ByValue") != nullptr);
  CHECK(registry.Find("ByValue")->name() == "ByValue");
  CHECK(registry.Find("Nothing") != nullptr);
  CHECK(registry.Find("ByReference") == nullptr);
  CHECK(registry.registrations().front().name() == "ByValue");
  WorkflowRegistry copy = registry;
  CHECK_THROWS_WITH(copy.Add(Register<Nothing>(kNothing)),
                    "two workflows are registered under the name 'Nothing'");
}

TEST_CASE("what one registry lacks it takes from another, also if it has a dynamic workflow") {
  WorkflowRegistry registry{workflow::RegisterDynamic<Anything>(), Register<ByValue>(kByValue)};
  const WorkflowRegistry other{Register<ByReference>(kByValue), Register<Nothing>(kNothing)};
  const auto kept = registry.Find("ByValue")->factory();
  registry.Include(other.registrations(), other.data_converter(), {"tenant"});
  registry.Include({}, {}, {"trace"});
  CHECK(registry.propagated_headers() == std::vector<std::string>{"tenant"});
  CHECK(registry.registrations().size() == 3);
  CHECK(registry.Find("Nothing")->name() == "Nothing");
  CHECK(registry.Find("ByValue")->factory() == kept);
  CHECK(registry.Find("other")->name().empty());
}

TEST_CASE("Run may take its arguments by value or by reference: they live as long as the run") {
  const auto run = [](const workflow::WorkflowRegistration& registration) {
    Story story(registration, 1, std::string(100, 'x'));
    story.Task();
    story.FireTimer("1");
    story.Task();
    return story.Result();
  };
  CHECK(run(Register<ByValue>(kByValue)) == "101");
  CHECK(run(Register<ByReference>(kByReference)) == "101");
}

TEST_CASE("surplus arguments are ignored, missing ones fail the task") {
  Story surplus(Register<Nothing>(kNothing), 1, 2, 3);
  CHECK(surplus.Task() == Answer{"CompleteWorkflowExecution"});
  CHECK(surplus.Result() == "null");
  Story missing(Register<ByValue>(kByValue), 1);
  CHECK_THAT(missing.Task().at(0),
             Catch::Matchers::ContainsSubstring("expected 2 arguments, got 1"));
  missing.NoReplay();
}

}  // namespace
}  // namespace groundhog::tests
