// Dynamic handlers and workflows: for what nothing else is registered.
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;

constexpr WorkflowType<std::string()> kAny{"Any"};
constexpr SignalType<int> kKnown{"known"};
constexpr QueryType<std::string()> kSaid{"said"};

struct TakesAll {
  TakesAll() {
    workflow::OnSignal(kKnown, [this](int n) { said_ += fmt::format("known {};", n); });
    workflow::OnDynamicSignal([this](const std::string& name, const history::Payloads& input) {
      said_ += fmt::format("{} {};", name, input.size());
    });
    workflow::OnQuery(kSaid, [this] { return said_; });
    workflow::OnDynamicQuery(
        [](const std::string& name, const history::Payloads&) { return "asked for " + name; });
    workflow::OnDynamicUpdate(
        [](const std::string& name, const history::Payloads& input) -> Coro<std::string> {
          co_await workflow::Sleep(1s);
          co_return fmt::format("{} of {}", name, input.size());
        },
        [](const std::string& name, const history::Payloads&) {
          if (name == "forbidden") throw std::invalid_argument("no");
        });
  }
  Coro<std::string> Run() {
    co_await workflow::WaitCondition([this] { return said_.ends_with("end 0;"); });
    co_return said_;
  }
  std::string said_;
};

TEST_CASE("dynamic handlers take what no other handler takes") {
  Story story(Register<TakesAll>(kAny));
  story.Signal("known", 1);
  story.Signal("strange", 2, "x");
  story.Update("u1", "change", 5);
  story.Task();
  CHECK(story.Query("said") == "\"known 1;strange 2;\"");
  CHECK(story.Query("what") == "\"asked for what\"");
  story.FireTimer("1");
  story.Task();
  CHECK(story.UpdateOutcome("u1") == "\"change of 1\"");
  story.Update("u2", "forbidden");
  story.Signal("end");
  story.Task();
  CHECK(story.UpdateOutcome("u2").starts_with("rejected: "));
  CHECK(story.Result() == "\"known 1;strange 2;end 0;\"");
}

struct RegistersLate {
  Coro<std::string> Run() {
    co_await workflow::Sleep(1s);
    workflow::OnDynamicSignal(
        [this](const std::string& name, const history::Payloads&) { said_ += name; });
    co_await workflow::WaitCondition([this] { return said_.size() == 2; });
    co_return said_;
  }
  std::string said_;
};

TEST_CASE("signals that had no handler go to a dynamic one that is registered later") {
  Story story(Register<RegistersLate>(kAny));
  story.Signal("a");
  story.Signal("b");
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"ab\"");
}

struct AnyWorkflow {
  Coro<history::Payloads> Run(history::Payloads input) {
    co_await workflow::Sleep(1s);
    const std::string text = fmt::format("{} of {}", workflow::Info().workflow_type, input.size());
    co_return history::ToPayloads(text);
  }
};

TEST_CASE("a dynamic workflow takes every type that is not registered") {
  const workflow::WorkflowRegistry registry{workflow::RegisterDynamic<AnyWorkflow>(),
                                            Register<TakesAll>(kAny)};
  Story story(registry, "Strange", history::ToPayloads(1, 2));
  story.Task();
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"Strange of 2\"");
  CHECK(registry.Find("Any")->name() == "Any");
}

}  // namespace
}  // namespace groundhog::tests
