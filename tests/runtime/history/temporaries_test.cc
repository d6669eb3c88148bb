// runtime/history/temporaries.h: which temporaries are refused (that
// they are is proved by tests/**/compile_fail).
#include "runtime/history/temporaries.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace groundhog {
namespace {

struct Options {
  int timeout = 0;
  std::vector<std::string> types;
};
struct Point {
  int x = 0;
  int y = 0;
};
class Setters {
 public:
  Setters() = default;

 private:
  std::string name_;
};

TEST_CASE("only g++ before 13 refuses anything") {
  CHECK(kIsUnsafeTemporary<Options> == kCompilerDestroysTemporariesTwice);
  const std::string text;
  const auto copies = [text] { return text.empty(); };
  CHECK(kIsUnsafeCallable<std::remove_const_t<decltype(copies)>> ==
        kCompilerDestroysTemporariesTwice);
#if defined(__clang__)
  CHECK_FALSE(kCompilerDestroysTemporariesTwice);
#endif
}

TEST_CASE("names are never refused") {
  CHECK_FALSE(kIsUnsafeTemporary<Options&>);
  CHECK_FALSE(kIsUnsafeTemporary<const Options&>);
  const std::string text;
  const auto copies = [text] { return text.empty(); };
  CHECK_FALSE(kIsUnsafeCallable<decltype(copies)&>);
}

TEST_CASE("temporaries that every compiler gets right are not refused") {
  CHECK_FALSE(kIsUnsafeTemporary<Point>);
  CHECK_FALSE(kIsUnsafeTemporary<int>);
  CHECK_FALSE(kIsUnsafeTemporary<Setters>);
  CHECK_FALSE(kIsUnsafeTemporary<std::string>);
  CHECK_FALSE(kIsUnsafeTemporary<std::vector<Options>>);
  CHECK_FALSE(kIsUnsafeTemporary<std::unique_ptr<Options>>);
  int n = 0;
  const auto refers = [&n] { return n == 0; };
  CHECK_FALSE(kIsUnsafeCallable<std::remove_const_t<decltype(refers)>>);
}

TEST_CASE("the checks themselves compile for what they let through") {
  RefuseUnsafeTemporaries<Options&, Point, std::string>();
  RefuseUnsafeCallable<bool (*)()>();
  SUCCEED();
}

}  // namespace
}  // namespace groundhog
