#include "base/hash.h"
#include "properties/fact_reader.h"
#include "runtime/server/facts.h"
#include "tests/catch.h"
#include "tests/properties/recording.h"

namespace groundhog::properties {
namespace {

TEST_CASE("the built-in properties are on in this order, each with a meaning") {
  std::vector<std::string_view> names;
  for (const BuiltIn& built_in : BuiltIns()) {
    names.push_back(built_in.name);
    CHECK(!built_in.meaning.empty());
    CHECK(built_in.check != nullptr);
  }
  CHECK(names == std::vector<std::string_view>{"retry", "compensation", "replay", "history",
                                               "liveness", "no_orphan"});
}

TEST_CASE("evidence of nothing holds") {
  for (const BuiltIn& built_in : BuiltIns()) {
    CHECK(testing::Judge(built_in.check, Evidence{}).empty());
  }
}

TEST_CASE("the server's facts have the names by which the properties know them") {
  const auto kind_of = [](const sim::SymbolEntry& name) {
    return KindOf({.kind = sim::TraceKind::kFact, .label = {sim::Symbol(name), {}, {}, 0}});
  };
#define X(Name) CHECK(kind_of(server::k##Name) == FactKind::k##Name);
  GROUNDHOG_FACT_KINDS(X)
#undef X
  static constexpr sim::SymbolEntry kOther{"Other"};
  CHECK(kind_of(kOther) == FactKind::kNone);
}

}  // namespace
}  // namespace groundhog::properties
