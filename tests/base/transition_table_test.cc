#include "base/transition_table.h"

#include "tests/catch.h"

namespace groundhog {
namespace {

enum class Light { kRed, kGreen };
enum class Switch { kGo, kStop };

constexpr Row<Light, Switch> kRows[] = {
    {Light::kRed, Switch::kGo, Light::kGreen},
    {Light::kGreen, Switch::kStop, Light::kRed},
};
constexpr TransitionTable<Light, Switch, 2, 2> kTable(kRows);

TEST_CASE("a transition table knows its rows and refuses all else") {
  STATIC_REQUIRE(kTable.Next(Light::kRed, Switch::kGo) == Light::kGreen);
  STATIC_REQUIRE(kTable.Next(Light::kGreen, Switch::kStop) == Light::kRed);
  STATIC_REQUIRE_FALSE(kTable.Next(Light::kRed, Switch::kStop).has_value());
  STATIC_REQUIRE_FALSE(kTable.Next(Light::kGreen, Switch::kGo).has_value());
}

}  // namespace
}  // namespace groundhog
