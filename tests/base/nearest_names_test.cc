#include "base/nearest_names.h"

#include "tests/catch.h"

namespace groundhog {
namespace {

using Names = std::vector<std::string>;
const Names kKnown = {"run", "explore", "reproduce", "replay"};

TEST_CASE("a misspelt name finds the one it was meant to be") {
  CHECK(NearestNames("exlpore", kKnown, 3) == Names{"explore"});
  CHECK(NearestNames("rum", kKnown, 1) == Names{"run"});
  CHECK(NearestNames("produce", kKnown, 3) == Names{"reproduce"});
}

TEST_CASE("the nearest name comes first, and of equals the one that stood first") {
  CHECK(NearestNames("repla", Names{"replica", "replay"}, 3) == Names{"replay", "replica"});
  CHECK(NearestNames("ab", Names{"ax", "ay", "az"}, 2) == Names{"ax", "ay"});
}

TEST_CASE("what is near to nothing finds nothing") {
  CHECK(NearestNames("something else entirely", kKnown, 3).empty());
  CHECK(NearestNames(std::string(100'000, 'r'), kKnown, 3).empty());
  CHECK(NearestNames("run", Names{}, 3).empty());
}

}  // namespace
}  // namespace groundhog
