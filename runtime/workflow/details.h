// What a workflow says of itself to people: the details that __temporal_workflow_metadata shows as
// they are now. Nothing of it is in history; at replay they are set again. (The static ones stand
// in the options of its start.)
//
//     SetCurrentDetails("waiting for **approval**");
//
// Every workflow answers three queries without a handler (SEMANTICS f.2): __stack_trace, a text
// with file and line of each co_await that waits, for each fiber, innermost first;
// __enhanced_stack_trace, the same as JSON; __temporal_workflow_metadata, its type, the names of
// its handlers, and these details.
#pragma once

#include <string>

namespace groundhog::workflow {

void SetCurrentDetails(std::string details);
const std::string& CurrentDetails();

}  // namespace groundhog::workflow
