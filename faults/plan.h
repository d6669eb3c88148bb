// Faults: which faults a campaign may use, and how many at once.
//
//     Faults().AtMost(2)                                            // any two of those that are on
//     by default Faults().Only("net/lose", "worker/activity.before_effect=crash")
//     Faults().Without("net/partition").WithOrder()
//     Faults::Parse("net,server,-server/store")                     // --faults LIST
//
// A name is a site ("net/lose"), one answer of it ("net/delay=brief"), a group ("net",
// "worker/activity": those of its kinds that are on by default), or one of the words `all` (what is
// on by default), `order`, `inputs`, `lies`. Later names override earlier ones.
//
// Errors: Parse gives InvalidArgument; the builder, whose names stand in code, throws
// std::invalid_argument. Both name the unknown word and the nearest known ones. Names below
// "input/" are the scenario's own and are taken as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "faults/catalog.h"
#include "sim/choice.h"

namespace groundhog::faults {

class Faults {
 public:
  // The catalog must outlive the object.
  explicit Faults(const Catalog& catalog = Catalog::BuiltIn());
  // LIST is separated by commas; "-name" takes away. If it begins with a name, only what it names
  // is on.
  static absl::StatusOr<Faults> Parse(std::string_view list,
                                      const Catalog& catalog = Catalog::BuiltIn());

  // At most so many decisions off zero in one run.
  Faults& AtMost(std::uint32_t count);
  template <class... Names>
  Faults& Only(const Names&... names) {
    StartWithNothing();
    (AddOrThrow(names, true), ...);
    return *this;
  }
  template <class... Names>
  Faults& With(const Names&... names) {
    (AddOrThrow(names, true), ...);
    return *this;
  }
  template <class... Names>
  Faults& Without(const Names&... names) {
    (AddOrThrow(names, false), ...);
    return *this;
  }
  Faults& WithOrder() { return With("order"); }
  Faults& WithInputs() { return With("inputs"); }
  Faults& WithLies() { return With("lies"); }

  bool Allows(const sim::ChoiceSite& site, sim::Answer answer) const {
    return ((AllowedAnswers(site) >> answer) & 1) != 0;
  }
  // Bit n is set if answer n is allowed. REQUIRES: the site has no more than kMostAnswers.
  static constexpr sim::Answer kMostAnswers = 63;
  std::uint64_t AllowedAnswers(const sim::ChoiceSite& site) const;

  std::optional<std::uint32_t> at_most() const { return at_most_; }
  // Whether any kind of that class is allowed.
  bool Allows(sim::ChoiceClass choice_class) const;
  bool is_default() const { return !starts_with_nothing_ && rules_.empty(); }
  // As Parse reads it; "all" if nothing was changed.
  std::string Text() const;

 private:
  struct Rule {
    std::string name;  // of a site or group, or a word
    std::string answer;
    bool on;
  };
  void StartWithNothing();
  absl::Status Add(std::string_view name, bool on);
  void AddOrThrow(std::string_view name, bool on);
  absl::Status CheckKnown(const Rule& rule) const;
  static bool Concerns(const Rule& rule, const sim::ChoiceSite& site, sim::Answer answer);
  std::uint64_t Evaluate(const sim::ChoiceSite& site) const;
  void Tabulate();

  const Catalog* catalog_;
  bool starts_with_nothing_ = false;
  std::vector<Rule> rules_;
  std::optional<std::uint32_t> at_most_;
  // By the hash of the site; looked up, never iterated.
  absl::flat_hash_map<std::uint64_t, std::uint64_t> allowed_;
};

}  // namespace groundhog::faults
