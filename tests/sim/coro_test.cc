#include "sim/coro.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/ring.h"
#include "tests/catch.h"
#include "tests/sanitized.h"

namespace groundhog::sim {
namespace {

// The least that a coroutine needs: somebody who resumes.
class Loop final : public ResumeQueue {
 public:
  void ResumeSoon(std::coroutine_handle<> handle) override { ready_.Push(handle); }
  void Run() {
    while (!ready_.empty()) ready_.Pop().resume();
  }

 private:
  Ring<std::coroutine_handle<>> ready_;
};

// Counts how many of it there are.
class Counted {
 public:
  explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
  Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) = default;
  ~Counted() { --*alive_; }

 private:
  int* alive_;
};

template <class T>
T RunToItsEnd(Coro<T> coroutine) {
  Loop loop;
  coroutine.Start(loop);
  loop.Run();
  REQUIRE(coroutine.done());
  return coroutine.Take();
}

static_assert(!std::is_copy_constructible_v<Coro<int>>);
static_assert(!std::is_copy_assignable_v<Coro<int>>);
static_assert(std::is_nothrow_move_constructible_v<Coro<int>>);

Coro<int> Note(std::vector<std::string>& notes, std::string text, int result) {
  notes.push_back(text);
  co_return result;
}

TEST_CASE("a coroutine does nothing before it is awaited") {
  std::vector<std::string> notes;
  Coro<int> coroutine = Note(notes, "ran", 3);
  CHECK(notes.empty());
  CHECK(!coroutine.done());
  const int result = RunToItsEnd(std::move(coroutine));
  CHECK(result == 3);
  CHECK(notes == std::vector<std::string>{"ran"});
}

Coro<int> Sum(std::vector<std::string>& notes) {
  const int one = co_await Note(notes, "first", 1);
  Coro<int> later = Note(notes, "second", 2);
  notes.push_back("between");
  const int two = co_await later;
  co_return one + two;
}

TEST_CASE("awaiting runs a coroutine to its end and gives its result") {
  std::vector<std::string> notes;
  CHECK(RunToItsEnd(Sum(notes)) == 3);
  CHECK(notes == std::vector<std::string>{"first", "between", "second"});
}

Coro<std::unique_ptr<int>> MakePointer() { co_return std::make_unique<int>(5); }

TEST_CASE("a result may be a type that only moves") { CHECK(*RunToItsEnd(MakePointer()) == 5); }

TEST_CASE("a moved-from coroutine is empty, and the one moved to runs") {
  std::vector<std::string> notes;
  Coro<int> first = Note(notes, "ran", 1);
  Coro<int> second = std::move(first);
  CHECK(!first.done());  // NOLINT(bugprone-use-after-move): that is the claim
  first = Note(notes, "other", 2);
  const int result = RunToItsEnd(std::move(second));
  CHECK(result == 1);
  CHECK(notes == std::vector<std::string>{"ran"});
}

Coro<void> Throw(const char* what) {
  throw std::runtime_error(what);
  co_return;
}
Coro<int> ThrowInstead() {
  throw std::runtime_error("no number");
  co_return 1;
}
Coro<std::string> Catch() {
  std::string caught;
  try {
    co_await Throw("from below");
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
  try {
    caught += std::to_string(co_await ThrowInstead());
  } catch (const std::runtime_error& error) {
    caught += std::string(", ") + error.what();
  }
  co_return caught;
}

TEST_CASE("an exception goes to the awaiter") {
  CHECK(RunToItsEnd(Catch()) == "from below, no number");
  CHECK_THROWS_AS(RunToItsEnd(ThrowInstead()), std::runtime_error);
}

Coro<Counted> Inner(Counted by_value, bool wait) {
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it is what is counted
  const Counted local = by_value;
  if (wait) co_await std::suspend_always();
  co_return local;
}
Coro<void> Outer(int& alive, bool wait) {
  const Counted local(alive);
  const Counted result = co_await Inner(local, wait);
  co_await Inner(result, false);
}

TEST_CASE("every object of a coroutine goes exactly once when it ends") {
  int alive = 0;
  RunToItsEnd(Outer(alive, false));
  CHECK(alive == 0);
}

TEST_CASE("destroying a suspended coroutine destroys what it holds and what it awaits") {
  int alive = 0;
  {
    Loop loop;
    Coro<void> coroutine = Outer(alive, true);
    CHECK(alive == 0);
    coroutine.Start(loop);
    loop.Run();
    CHECK(!coroutine.done());
    CHECK(alive >= 3);
  }
  CHECK(alive == 0);
}

TEST_CASE("a coroutine that is never started gives its parameters back") {
  int alive = 0;
  {
    const Coro<Counted> never = Inner(Counted(alive), false);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

const char* volatile stack_of_the_first = nullptr;

// How far the stack has moved since the first call.
std::ptrdiff_t StackUsed() {
  const char here = 0;
  const char* volatile address = &here;
  if (stack_of_the_first == nullptr) stack_of_the_first = address;
  return stack_of_the_first - address;
}

Coro<std::ptrdiff_t> Deepest() { co_return StackUsed(); }
Coro<std::ptrdiff_t> AwaitOften(int times) {
  std::ptrdiff_t deepest = 0;
  for (int i = 0; i < times; ++i) deepest = std::max(deepest, co_await Deepest());
  co_return deepest;
}

TEST_CASE("a million awaits in a row leave the stack flat, optimised or not") {
  stack_of_the_first = nullptr;
  const std::ptrdiff_t most = groundhog::testing::kSanitized ? 50'000 : 1'000;  // larger frames
  CHECK(RunToItsEnd(AwaitOften(1'000'000)) < most);
}

Coro<int> Nest(int depth) {
  if (depth == 0) co_return 0;
  const int below = co_await Nest(depth - 1);
  co_return below + 1;
}

TEST_CASE("ten thousand coroutines that await each other end one after the other") {
  CHECK(RunToItsEnd(Nest(10'000)) == 10'000);
}

}  // namespace
}  // namespace groundhog::sim
