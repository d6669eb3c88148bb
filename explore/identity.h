// Identity: what makes two violations the same bug: the property, what is wrong, and how the run
// came out (properties/outline.h), all without ids, numbers and times.
//
// What led there is not part of it. A report that is lost and a worker that pauses for too long may
// show the same bug: they are two ways to it. Two outcomes behind one property are two bugs: money
// that is lost because the withdrawal counts as failed, and money that is lost because the refund
// failed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "properties/violation.h"
#include "sim/choice_tape.h"

namespace groundhog::explore {

struct Identity {
  std::string property = {};
  std::string wrong = {};    // "withdraw of # on #-# was never undone"
  std::string outline = {};  // "MoneyTransfer FAILED: withdraw failed; bank: withdraw"

  static Identity Of(const properties::Violation& violation);

  // "no money is lost [MoneyTransfer FAILED: withdraw failed; bank: withdraw]"
  std::string Text() const;
  // The same on every machine; part of the name of a saved failure.
  std::uint64_t Hash() const;
  friend bool operator==(const Identity&, const Identity&) = default;
};

// The kinds of some decisions, sorted, each once: a way to a bug. A kind is the site, the answer
// and what it is about: the label's kind and subject (the activity). Not the attempt, the
// occurrence or the workflow id: losing attempts 1 to 3 is one way.
using Kinds = std::vector<std::string>;

// "net/lose{RespondActivityTaskCompleted(withdraw)}=lost"
std::string KindOf(const sim::Decision& decision);
Kinds KindsOf(std::span<const sim::Decision> decisions);
bool HasAll(const Kinds& kinds, const Kinds& wanted);
bool Has(const Kinds& kinds, const std::string& wanted);
// "[net/lose{…}=lost, worker/workflow_task{…}=crash]"
std::string TextOf(const Kinds& kinds);
std::uint64_t HashOf(const Kinds& kinds);

}  // namespace groundhog::explore
