// Catalog: everything that can go wrong and where, as the sites declare it. It executes nothing.
//
//     for (const FaultKind& kind : Catalog::BuiltIn().kinds()) fmt::print("{}  {}\n", kind.Name(),
//     kind.Meaning());
//
// A kind is one answer of one site: "worker/activity.before_effect=crash". Kinds of class fault are
// on unless asked otherwise, but for errors that lie (DESIGN §6); kinds of class order are off
// unless asked for. The inputs of a scenario are the scenario's own and do not stand here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/choice.h"

namespace groundhog::faults {

struct FaultKind {
  const sim::ChoiceSite* site = nullptr;
  sim::Answer answer = 0;
  bool on_by_default = false;

  // "net/lose"; with its answer where the site has several: "worker/activity.before_effect=crash".
  std::string Name() const;
  // The process or layer it happens in: "worker".
  std::string_view Where() const;
  // One line for people.
  std::string Meaning() const;
};

// Whether the site's answers claim what is not so: an effect, then an error.
bool Lies(const sim::ChoiceSite& site);
// Whether a site is on without anybody asking for it.
bool OnByDefault(const sim::ChoiceSite& site);
// Whether `name` is the site's name, or a group that holds it: "worker", "worker/activity".
bool IsNameOrGroupOf(std::string_view name, const sim::ChoiceSite& site);

class Catalog {
 public:
  explicit Catalog(std::vector<const sim::ChoiceSite*> sites);
  // Network, server, worker, outside services.
  static const Catalog& BuiltIn();

  std::span<const sim::ChoiceSite* const> sites() const { return sites_; }
  std::span<const FaultKind> kinds() const { return kinds_; }
  // Null if there is none of that name.
  const sim::ChoiceSite* FindSite(std::string_view name) const;
  // The names nearest to a misspelt one, the nearest first, at most three.
  std::vector<std::string> Suggest(std::string_view misspelt) const;

 private:
  std::vector<const sim::ChoiceSite*> sites_;
  std::vector<FaultKind> kinds_;
};

}  // namespace groundhog::faults
