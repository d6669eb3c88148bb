#include "runtime/workflow/propagation.h"

#include "runtime/workflow/execution.h"
#include "runtime/workflow/update_machine.h"

namespace groundhog::workflow {

Header CurrentHeader() {
  return Header(internal::Execution::Current("CurrentHeader").current_header());
}

namespace internal {

const history::PayloadMap& Execution::current_header() const {
  if (query_header_ != nullptr) return *query_header_;
  if (const UpdateMachine* const update = current_update(); update != nullptr) {
    const history::PayloadMap& header = update->request().input.header;
    if (!header.empty()) return header;
  } else if (const SignalJob& signal = current_signal(); signal) {
    return signal->header;
  }
  return started_->header;
}

history::PayloadMap Execution::HeaderOf(const Header& given) const {
  history::PayloadMap header = given.fields();
  if (context_.propagated_headers == nullptr) return header;
  const history::PayloadMap& current = current_header();
  for (const std::string& name : *context_.propagated_headers) {
    if (history::Find(header, name) != nullptr) continue;
    const history::Payload* value = history::Find(current, name);
    if (value == nullptr) value = history::Find(started_->header, name);
    if (value != nullptr) history::Put(header, name, *value);
  }
  return header;
}

}  // namespace internal
}  // namespace groundhog::workflow
