// Identity: what makes two violations the same bug: the property, and the kinds of its decisions
// (DESIGN §10).
//
// A decision's kind is its site, its answer and what it is about: the label's kind and subject (the
// activity). Not the attempt, the occurrence or the workflow id: losing attempts 1 to 3 is one bug.
// Two kinds behind one property are two bugs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/choice_tape.h"

namespace groundhog::explore {

// "net/lose{RespondActivityTaskCompleted(withdraw)}=lost"
std::string KindOf(const sim::Decision& decision);

struct Identity {
  std::string property = {};
  std::vector<std::string> kinds = {};  // sorted, each once

  static Identity Of(std::string property, std::span<const sim::Decision> decisions);

  std::string Text() const;
  // The same on every machine; part of the name of a saved failure.
  std::uint64_t Hash() const;
  // Whether the other has the same property and all these kinds, and maybe more.
  bool Explains(const Identity& other) const;
  bool Has(const std::string& kind) const;
  friend bool operator==(const Identity&, const Identity&) = default;
};

}  // namespace groundhog::explore
