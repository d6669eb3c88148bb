// Side effects and mutable side effects (SEMANTICS f.8).
#include "runtime/workflow/side_effect.h"

#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Register;
using workflow::Replay;
using workflow::WorkflowRegistry;

constexpr WorkflowType<std::string()> kCfg{"Cfg"};

// What the side effects look at: it changes between the tasks, as a configuration does.
int setting = 0;

struct Effects {
  Coro<std::string> Run() {
    const int first = workflow::SideEffect([] { return setting; });
    co_await workflow::Sleep(1s);
    const std::string second = workflow::SideEffect([] { return fmt::format("<{}>", setting); });
    co_await workflow::Sleep(1s);
    co_return fmt::format("{} {}", first, second);
  }
};

TEST_CASE("a side effect is computed once and remembered by history") {
  setting = 42;
  Story story(Register<Effects>(kCfg));
  CHECK(story.Task() == Answer{"RecordMarker(SideEffect)", "StartTimer(id 1, 1000ms)"});
  const auto& marker = std::get<history::RecordMarker>(story.last_commands()[0]);
  REQUIRE(marker.details.size() == 2);
  CHECK(marker.details[0].first == "data");
  CHECK(marker.details[0].second[0].data() == "42");
  CHECK(marker.details[1].first == "side-effect-id");
  CHECK(marker.details[1].second[0].data() == "1");
  setting = 43;
  story.FireTimer("1");
  story.Task();
  setting = 44;
  story.FireTimer("2");
  story.Task();
  CHECK(story.Result() == "\"42 <43>\"");
}

struct Plain {
  Coro<std::string> Run() {
    co_await workflow::Sleep(1s);
    co_await workflow::Sleep(1s);
    co_return "";
  }
};

TEST_CASE("a side effect that history does not know, or code does not ask for, is a difference") {
  setting = 1;
  Story with(Register<Effects>(kCfg));
  with.Task();
  const auto removed = Replay(WorkflowRegistry{Register<Plain>(kCfg)}, with.history());
  REQUIRE(std::get_if<workflow::Nondeterminism>(&removed) != nullptr);
  CHECK(std::get<workflow::Nondeterminism>(removed).text ==
        "[TMPRL1100] Nondeterminism error: Timer machine does not handle this event: "
        "HistoryEvent(id: 5, MarkerRecorded)");
  Story without(Register<Plain>(kCfg));
  without.Task();
  const auto added = Replay(WorkflowRegistry{Register<Effects>(kCfg)}, without.history());
  const auto* failure = std::get_if<workflow::TaskFailure>(&added);
  REQUIRE(failure != nullptr);
  CHECK(failure->cause == history::WorkflowTaskFailedCause::kNonDeterministicError);
  CHECK(failure->failure->message ==
        "[TMPRL1100] No cached result found for side effectID=1. KnownSideEffects=[]");
}

struct Mutable {
  Coro<std::string> Run() {
    std::string seen;
    for (int i = 0; i < 4; ++i) {
      seen += std::to_string(workflow::MutableSideEffect("cfg", [] { return setting; }));
      co_await workflow::Sleep(1s);
    }
    co_return seen;
  }
};

TEST_CASE("a mutable side effect is recorded when it has changed, in Go's format") {
  Story story(Register<Mutable>(kCfg));
  const std::vector<int> settings{1, 1, 2, 2};
  std::vector<std::size_t> commands;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    setting = settings[i];
    commands.push_back(story.Task().size());
    if (i == 2) {
      const auto& marker = std::get<history::RecordMarker>(story.last_commands()[0]);
      REQUIRE(marker.details.size() == 3);
      CHECK(marker.details[0].first == "data");
      CHECK(marker.details[0].second[0].data() == "\"cfg\"");
      CHECK(marker.details[0].second[1].encoding() == "json/protobuf");
      CHECK(marker.details[0].second[1].data() ==
            R"({"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="}, "data":"Mg=="}]})");
      CHECK(marker.details[1].first == "mutable-side-effect-call-counter");
      CHECK(marker.details[1].second[0].data() == "3");
      CHECK(marker.details[2].first == "side-effect-id");
      CHECK(marker.details[2].second[0].data() == "\"cfg_16\"");
    }
    story.FireTimer(std::to_string(i + 1));
  }
  setting = 7;  // nobody asks any more
  story.Task();
  CHECK(commands == std::vector<std::size_t>{2, 1, 2, 1});
  CHECK(story.Result() == "\"1122\"");
}

TEST_CASE("several mutable side effects of one task replay each with its own value") {
  struct Twice {
    Coro<std::string> Run() {
      setting = 1;
      const int a = workflow::MutableSideEffect("cfg", [] { return setting; });
      setting = 2;
      const int b = workflow::MutableSideEffect("cfg", [] { return setting; });
      const int c = workflow::MutableSideEffect(
          "cfg", [] { return setting; }, [](int, int) { return true; });
      co_await workflow::Sleep(1s);
      co_return fmt::format("{}{}{}", a, b, c);
    }
  };
  Story story(Register<Twice>(kCfg));
  CHECK(story.Task() == Answer{"RecordMarker(MutableSideEffect)", "RecordMarker(MutableSideEffect)",
                               "StartTimer(id 1, 1000ms)"});
  story.FireTimer("1");
  story.Task();
  CHECK(story.Result() == "\"122\"");
}

TEST_CASE("a side effect may not issue commands") {
  struct Naughty {
    Coro<std::string> Run() {
      workflow::SideEffect([] {
        workflow::Patched("p");
        return 1;
      });
      co_return "";
    }
  };
  Story story(Register<Naughty>(kCfg));
  CHECK(story.Task() ==
        Answer{"TaskFailure: groundhog::workflow::ReadOnlyError: workflow::Patched was called in a "
               "query handler, an update validator, a WaitCondition predicate or a side effect: "
               "those may look at the workflow's state, but must not "
               "change anything"});
  story.NoReplay();
}

}  // namespace
}  // namespace groundhog::tests
