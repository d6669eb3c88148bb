// Failures as people read them: one line with the chain of causes, outermost first.
//
//     "Activity task failed (deposit): InvalidAccountError: The account number 99-999 is invalid."
//
// FailurePtr can be given to fmt: fmt::format("{}", failure).
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "runtime/history/failure.h"

namespace groundhog::history {

std::string Describe(const FailurePtr& failure);

// The last failure of the chain of causes: what really happened. Null for null.
const Failure* RootCause(const FailurePtr& failure);
// The type of the application failure nearest to the bottom of the chain; empty if there is none.
std::string_view ApplicationTypeOf(const FailurePtr& failure);
// Whether the failure or one of its causes is a cancellation.
bool HasCanceledFailure(const FailurePtr& failure);

}  // namespace groundhog::history

template <>
struct fmt::formatter<groundhog::history::FailurePtr> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const groundhog::history::FailurePtr& failure, Context& context) const {
    return fmt::formatter<std::string>::format(groundhog::history::Describe(failure), context);
  }
};
