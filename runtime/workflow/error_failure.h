// Failures made of what went wrong in workflow code itself.
#pragma once

#include <exception>
#include <string_view>

#include "runtime/history/failure.h"
#include "runtime/workflow/dialect.h"

namespace groundhog::workflow::internal {

history::FailurePtr PlainFailure(std::string_view message, std::string_view type);

// An exception that is no FailureError, as the failure of a Workflow Task, a query or an update:
// its text, and the name of its class.
history::FailurePtr FailureOfBug(const std::exception_ptr& error);
// The same in a dialect.
history::FailurePtr FailureOfBug(const std::exception_ptr& error, Dialect dialect);

}  // namespace groundhog::workflow::internal
