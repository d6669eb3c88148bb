#include "runtime/workflow/command_machine.h"

#include "runtime/workflow/execution.h"

namespace groundhog::workflow::internal {

bool CommandMachine::is_to_be_sent() const { return execution_ != nullptr && execution_->sends(); }

}  // namespace groundhog::workflow::internal
