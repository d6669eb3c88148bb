#include "faults/catalog.h"

#include <algorithm>
#include <set>
#include <string>

#include "tests/catch.h"

namespace groundhog::faults {
namespace {

std::set<std::string> Names(bool on_by_default) {
  std::set<std::string> names;
  for (const FaultKind& kind : Catalog::BuiltIn().kinds()) {
    if (kind.on_by_default == on_by_default) names.insert(kind.Name());
  }
  return names;
}

TEST_CASE("every kind of fault of network, server, worker and services has a name of its own") {
  const Catalog& catalog = Catalog::BuiltIn();
  std::set<std::string> names;
  std::set<std::string_view> places;
  for (const FaultKind& kind : catalog.kinds()) {
    INFO(kind.Name());
    CHECK(names.insert(kind.Name()).second);
    CHECK_FALSE(kind.Meaning().empty());
    CHECK(kind.Meaning().find('\n') == std::string::npos);
    places.insert(kind.Where());
  }
  CHECK(places == std::set<std::string_view>{"net", "server", "service", "worker"});
}

TEST_CASE("faults are on by default, but lying errors and orders are not") {
  const std::set<std::string> on = Names(true);
  for (const char* name :
       {"net/lose", "net/lose_reply", "net/repeat", "net/delay=outlasts_attempt",
        "net/partition=outlasts_retries", "worker/activity.before_effect=crash",
        "worker/activity.before_effect=hang", "worker/activity.after_effect=crash",
        "worker/workflow_task=pause", "service/down=outlasts_retries"}) {
    INFO(name);
    CHECK(on.count(name) == 1);
  }
  const std::set<std::string> off = Names(false);
  CHECK(off.count("worker/activity.lie") == 1);
  CHECK(off.count("net/hold_back=1_other") == 1);
  CHECK(std::all_of(off.begin(), off.end(), [](const std::string& name) {
    return name.find(".lie") != std::string::npos || name.find("hold_back") != std::string::npos;
  }));
}

TEST_CASE("a misspelt name is answered with the nearest known ones") {
  const Catalog& catalog = Catalog::BuiltIn();
  CHECK(catalog.Suggest("net/loose").at(0) == "net/lose");
  CHECK(catalog.Suggest("wroker").at(0) == "worker");
  CHECK(catalog.Suggest("before_effect").at(0).find("before_effect") != std::string::npos);
  CHECK(catalog.Suggest("completely-else-entirely").empty());
  CHECK(catalog.Suggest("").size() <= 3);
}

TEST_CASE("a group holds the sites below it, and not those whose names only begin alike") {
  static const sim::ChoiceSite kSite{"worker/activity.lie", sim::ChoiceClass::kFault, {}, ""};
  CHECK(IsNameOrGroupOf("worker", kSite));
  CHECK(IsNameOrGroupOf("worker/activity", kSite));
  CHECK(IsNameOrGroupOf("worker/activity.lie", kSite));
  CHECK_FALSE(IsNameOrGroupOf("work", kSite));
  CHECK_FALSE(IsNameOrGroupOf("worker/activity.l", kSite));
  CHECK_FALSE(IsNameOrGroupOf("", kSite));
  CHECK_FALSE(IsNameOrGroupOf("worker/activity.lie.more", kSite));
}

}  // namespace
}  // namespace groundhog::faults
