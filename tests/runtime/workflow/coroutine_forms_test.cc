// The forms that workflow code naturally takes, each with a type that counts its live objects: no
// compiler may destroy one twice, forget one, or touch one that is gone (COROUTINES). Run under
// ASan and UBSan as well.
//
// Forms that g++ before 13 gets wrong are refused at compile time (compile_fail/); those written
// here are what the refusals advise, and what was always right.
#include <chrono>
#include <functional>
#include <memory>
#include <tuple>

#include "runtime/history/temporaries.h"
#include "tests/catch.h"
#include "tests/runtime/workflow/story.h"

namespace groundhog::tests {
namespace {

using namespace std::chrono_literals;
using workflow::ActivityOptions;
using workflow::Coro;
using workflow::ExecuteActivity;
using workflow::Register;
using workflow::Result;
using workflow::Sleep;
using workflow::Try;
using workflow::WaitCondition;

// Counts what lives. Long enough a text to be on the heap: a second destruction is a double free.
class Counted {
 public:
  explicit Counted(std::string text = "counted, and too long for the small string buffer")
      : text_(std::move(text)) {
    ++live;
  }
  Counted(const Counted& other) : text_(other.text_) { ++live; }
  Counted(Counted&& other) noexcept : text_(std::move(other.text_)) { ++live; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) = default;
  ~Counted() { --live; }

  int size() const { return static_cast<int>(text_.size()); }

  static int live;

 private:
  std::string text_;
};
int Counted::live = 0;

// An aggregate with a counted member: what g++ 12 copies bit by bit.
struct Input {
  int number = 0;
  std::vector<std::string> names = {};
  Counted counted = Counted();
};
void to_json(nlohmann::json& json, const Input& input) { json = input.number; }

constexpr ActivityType<int(int)> kEcho{"echo"};
constexpr ActivityType<int(Input)> kTake{"take"};
constexpr ActivityType<int(std::string)> kSpell{"spell"};
const ActivityOptions kOptions{.start_to_close_timeout = 5s};
constexpr WorkflowType<int()> kForm{"Form"};

Coro<int> Yields(int n) {
  const Counted local;
  co_await WaitCondition([] { return true; });
  co_return n;
}
Coro<int> Fails(std::string why) {
  const Counted local;
  co_await WaitCondition([] { return true; });
  throw workflow::ApplicationError("Planned", why);
}

// Runs a workflow whose activities echo numbers, and checks that nothing that was counted is left.
// Then again, destroyed at each task.
template <class W>
std::string RunForm() {
  const int before = Counted::live;
  std::string result;
  {
    Story story(Register<W>(kForm));
    int next = 1;
    for (int tasks = 0; tasks < 20; ++tasks) {
      for (const std::string& command : story.Task()) {
        if (command.starts_with("ScheduleActivityTask")) {
          story.CompleteActivity(std::to_string(next), next);
          ++next;
        }
      }
      if (story.sticky().is_closed()) break;
    }
    result = story.Result();
    CHECK(Counted::live - before >= 0);
  }
  CHECK(Counted::live == before);
  return result;
}

TEST_CASE("form: options and inputs bound to a name") {
  struct Form {
    Coro<int> Run() {
      const ActivityOptions options{.start_to_close_timeout = 5s,
                                    .retry_policy = {.non_retryable_error_types = {"A", "B"}}};
      const Input input{.number = 7, .names = {"a", "b"}};
      const int first = co_await ExecuteActivity(kTake, input, options);
      const int second = co_await ExecuteActivity(kTake, input, options);
      co_return first + second;
    }
  };
  CHECK(RunForm<Form>() == "3");
}

TEST_CASE("form: a handle bound to a name first") {
  struct Form {
    Coro<int> Run() {
      const Input input{.number = 7};
      auto handle = ExecuteActivity(kTake, input, kOptions);
      co_return co_await handle;
    }
  };
  CHECK(RunForm<Form>() == "1");
}

Input MakeInput(int number) { return Input{.number = number, .names = {"x"}}; }

TEST_CASE("form: an aggregate from a function, bound to a name") {
  struct Form {
    Coro<int> Run() {
      const Input input = MakeInput(3);
      co_return co_await ExecuteActivity(kTake, input, kOptions);
    }
  };
  CHECK(RunForm<Form>() == "1");
}

TEST_CASE("form: temporaries that are no aggregates") {
  struct Form {
    Coro<int> Run() {
      const int a = co_await ExecuteActivity(kEcho, 1, kOptions);
      const Result<int> spelled = co_await workflow::Shielded(Try(ExecuteActivity(
          kSpell, std::string("a text that is too long for the small buffer"), kOptions)));
      const int b = co_await Takes(Counted(), std::make_unique<int>(5), std::string(40, 'x'));
      const int c = co_await Holds(Counted(), std::variant<int, Counted>(Counted()),
                                   std::vector<Counted>(3), std::pair(Counted(), Counted()));
      co_return spelled.ok() ? a + b + c : 0;
    }
    Coro<int> Takes(Counted counted, std::unique_ptr<int> owned, std::string text) {
      co_await WaitCondition([] { return true; });
      co_return *owned + static_cast<int>(text.size()) + (counted.size() > 0 ? 1 : 0);
    }
    Coro<int> Holds(std::optional<Counted> a, std::variant<int, Counted> b, std::vector<Counted> c,
                    std::pair<Counted, Counted> d) {
      co_await WaitCondition([] { return true; });
      co_return static_cast<int>(a.has_value()) + static_cast<int>(b.index()) +
          static_cast<int>(c.size()) + (d.first.size() == d.second.size() ? 1 : 0);
    }
  };
  CHECK(RunForm<Form>() == "53");
}

TEST_CASE("form: a temporary that is trivially copyable, aggregate or not") {
  struct Point {
    int x = 0;
    int y = 0;
  };
  struct Form {
    Coro<int> Sum(Point point) {
      co_await Sleep(0s);
      co_return point.x + point.y;
    }
    Coro<int> Run() {
      const int a = co_await Sum(Point{.x = 1, .y = 2});
      const int b = co_await Sum({.x = 3, .y = 4});
      const int c = co_await Sum({});
      co_return a + b + c;
    }
  };
  const WorkflowType<int()> type{"Form"};
  Story story(Register<Form>(type));
  for (int i = 1; i <= 3; ++i) {
    story.Task();
    story.FireTimer(std::to_string(i));
  }
  story.Task();
  CHECK(story.Result() == "10");
}

TEST_CASE("form: predicates that capture by reference, this and small values") {
  struct Form {
    Coro<int> Run() {
      const Counted local;
      int looks = 0;
      co_await WaitCondition([&] { return ++looks > 0 && local.size() > 0; });
      int wanted = 1;
      co_await WaitCondition([this, wanted] { return member_.size() > wanted; });
      co_await WaitCondition([&looks, &local] { return looks == local.size() || looks > 0; });
      co_return looks;
    }
    Counted member_;
  };
  CHECK(RunForm<Form>() == "1");
}

TEST_CASE("form: a predicate with captures that are not trivial, bound to a name") {
  struct Form {
    Coro<int> Run() {
      const Counted counted;
      const std::string text = "captured by value, and too long for the small buffer";
      const auto both = [counted, text] { return counted.size() < static_cast<int>(text.size()); };
      co_await WaitCondition(both);
      const std::function<bool()> function = both;
      co_await WaitCondition(function);
      const bool in_time = co_await WaitCondition(both, 10s);
      co_return in_time ? 1 : 0;
    }
  };
  CHECK(RunForm<Form>() == "1");
}

TEST_CASE("form: a coroutine lambda that is a named local") {
  struct Form {
    Coro<int> Run() {
      const Counted counted;
      const auto size = [counted]() -> Coro<int> {
        co_await WaitCondition([] { return true; });
        co_return counted.size() > 0 ? 4 : 0;
      };
      const int first = co_await size();
      const int second = co_await size();
      co_return first + second;
    }
  };
  CHECK(RunForm<Form>() == "8");
}

TEST_CASE("form: co_await in conditions, loops and conditional expressions") {
  struct Form {
    Coro<int> Run() {
      int n = 0;
      if (const int one = co_await Yields(1); one == 1) n += one;
      while (co_await Yields(n) < 4) ++n;
      const bool both = n == 4 && co_await Yields(1) == 1;
      const bool neither = n != 4 && co_await Yields(1) == 1;
      n = both ? co_await Yields(n) : 0;
      for (const int x : co_await Three()) n += x;
      switch (co_await Yields(2)) {
        case 2:
          ++n;
          break;
        default:
          n = 0;
      }
      co_return neither ? 0 : n;
    }
    Coro<std::vector<int>> Three() {
      co_await WaitCondition([] { return true; });
      co_return std::vector<int>{1, 2, 3};
    }
  };
  CHECK(RunForm<Form>() == "11");
}

TEST_CASE("form: structured bindings, of a value bound to a name") {
  struct Form {
    Coro<std::pair<Counted, int>> Pair() { co_return std::pair(Counted(), 4); }
    Coro<int> Run() {
      const std::pair<Counted, int> result = co_await Pair();
      const auto& [counted, number] = result;
      const int again = co_await Yields(number);
      co_return again + (counted.size() > 0 ? 1 : 0);
    }
  };
  CHECK(RunForm<Form>() == "5");
}

TEST_CASE("form: loop over what a coroutine gave, with awaits in the body") {
  struct Form {
    Coro<std::vector<Counted>> Several() { co_return std::vector<Counted>(3); }
    Coro<int> Run() {
      int n = 0;
      for (const Counted& counted : co_await Several()) {
        const int size = co_await Yields(counted.size());
        n += size > 0 ? 1 : 0;
      }
      co_return n;
    }
  };
  CHECK(RunForm<Form>() == "3");
}

TEST_CASE("form: an exception through frames, and awaits after the catch block") {
  struct Form {
    Coro<int> Through() {
      const Counted local;
      co_return co_await Fails("through two frames, and too long for the small buffer");
    }
    Coro<int> Run() {
      const Counted outer;
      std::optional<std::string> why;
      try {
        const Counted inner;
        const int never = co_await Through();
        co_return never;
      } catch (const workflow::ApplicationError& error) {
        why = error.message();
      }
      const Counted after;
      const int n = co_await Yields(9);
      co_return why.has_value() ? n : 0;
    }
  };
  CHECK(RunForm<Form>() == "9");
}

TEST_CASE("form: Try on a coroutine gives its failure or its value") {
  struct Form {
    Coro<int> Run() {
      const Result<int> failed = co_await Try(Fails("planned"));
      const Result<int> value = co_await Try(Yields(4));
      co_return (failed.type() == "Planned" ? 10 : 0) + *value;
    }
  };
  CHECK(RunForm<Form>() == "14");
}

template <class... Ts>
Coro<int> First(Coro<int> first, Coro<Ts>...) {
  co_return co_await std::move(first);
}

TEST_CASE("form: coroutines as parameters and in containers") {
  struct Form {
    Coro<int> Sum(std::vector<Coro<int>> coros) {
      int sum = 0;
      for (Coro<int>& coro : coros) sum += co_await coro;
      co_return sum;
    }
    Coro<int> Run() {
      std::vector<Coro<int>> coros;
      for (int i = 1; i <= 3; ++i) coros.push_back(Yields(i));
      const int sum = co_await Sum(std::move(coros));
      const int first = co_await First(Yields(10), Yields(20), Yields(30));  // the others never run
      co_return sum + first;
    }
  };
  CHECK(RunForm<Form>() == "16");
}

TEST_CASE("form: an object that makes calls for its owner") {
  struct Stub {
    Counted counted;
    ActivityOptions options;
    workflow::ActivityHandle<int> Echo(int n) const { return ExecuteActivity(kEcho, n, options); }
  };
  struct Form {
    Coro<int> Run() {
      const Stub stub{.counted = Counted(), .options = kOptions};
      const int first = co_await stub.Echo(1);
      const int second = co_await stub.Echo(2);
      co_return first + second;
    }
  };
  CHECK(RunForm<Form>() == "3");
}

struct Generic {
  template <class T>
  Coro<T> Same(T value) {
    co_await WaitCondition([this] { return calls_ >= 0; });
    ++calls_;
    co_return value;
  }
  int calls_ = 0;
};

TEST_CASE("form: member function templates and generic code") {
  struct Form : Generic {
    Coro<int> Run() {
      const std::string text = co_await Same(std::string(50, 'y'));
      const Counted counted = co_await Same(Counted());
      const std::unique_ptr<int> owned = co_await Same(std::make_unique<int>(2));
      co_return static_cast<int>(text.size()) + (counted.size() > 0 ? 1 : 0) + *owned;
    }
  };
  CHECK(RunForm<Form>() == "53");
}

TEST_CASE("form: co_return of an aggregate") {
  struct Form {
    Coro<Input> Make() {
      co_await WaitCondition([] { return true; });
      co_return Input{.number = 6, .names = {"a", "b"}};
    }
    Coro<int> Run() {
      const Input input = co_await Make();
      co_return input.number + static_cast<int>(input.names.size());
    }
  };
  CHECK(RunForm<Form>() == "8");
}

TEST_CASE("form: co_return of a braced list") {
  struct Form {
    Coro<std::pair<int, Counted>> Make() { co_return {5, Counted()}; }
    Coro<int> Run() {
      const std::pair<int, Counted> made = co_await Make();
      co_return made.first;
    }
  };
  CHECK(RunForm<Form>() == "5");
}

TEST_CASE("form: a chain that is destroyed while it is suspended") {
  struct Form {
    Coro<int> Inner(Counted by_value) {
      const Counted local;
      co_await Sleep(60s);
      co_return by_value.size();
    }
    Coro<int> Middle() {
      const Counted local;
      const Input input{.number = 1, .names = {"a"}};
      const int n = co_await Inner(Counted());
      co_return n + input.number;
    }
    Coro<int> Run() {
      const Counted local;
      const auto beside = [this, local]() -> Coro<void> { (void)co_await Inner(local); };
      workflow::FiberHandle fiber = workflow::Spawn(beside);
      const int n = co_await Middle();
      co_return n;
    }
  };
  const int before = Counted::live;
  {
    Story story(Register<Form>(kForm));
    CHECK(story.Task().size() == 2);
    CHECK(Counted::live > before);
    story.Finish();
  }
  CHECK(Counted::live == before);
}

TEST_CASE("form: a coroutine that is never awaited is destroyed unstarted") {
  struct Form {
    Coro<int> Run() {
      { const Coro<int> never = Fails("never"); }
      Coro<int> replaced = Fails("never");
      replaced = Yields(1);
      Coro<int> moved = std::move(replaced);
      const int n = co_await moved;
      co_return n;
    }
  };
  CHECK(RunForm<Form>() == "1");
}

TEST_CASE("form: awaiting a coroutine twice is an error that says so") {
  struct Form {
    Coro<int> Run() {
      Coro<int> once = Yields(1);
      const int first = co_await once;
      const int second = co_await once;
      co_return first + second;
    }
  };
  Story story(Register<Form>(kForm));
  CHECK(story.Task() ==
        Answer{"TaskFailure: std::logic_error: this Coro was awaited before, or moved away"});
  story.NoReplay();
}

TEST_CASE("form: a million awaits in a loop, and recursion ten thousand deep, on a flat stack") {
  struct Loop {
    Coro<int> Leaf(int n) { co_return n & 1; }
    Coro<int> Run() {
      int n = 0;
      for (int i = 0; i < 1'000'000; ++i) n += co_await Leaf(i);
      co_return n;
    }
  };
  struct Deep {
    Coro<int> Down(int depth) {
      if (depth == 0) co_return 0;
      const int below = co_await Down(depth - 1);
      co_return below + 1;
    }
    Coro<int> Run() { co_return co_await Down(10'000); }
  };
  CHECK(RunForm<Loop>() == "500000");
  CHECK(RunForm<Deep>() == "10000");
}

}  // namespace
}  // namespace groundhog::tests
