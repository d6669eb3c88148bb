#include "runtime/workflow/properties.h"

#include <utility>

#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

void UpsertMemo(const Memo& updates) {
  internal::Execution& execution = internal::Execution::Current("UpsertMemo");
  execution.RequireWritable("UpsertMemo");
  execution.UpsertMemo(updates.fields());
}

void internal::UpsertSearchAttributes(history::PayloadMap updates) {
  Execution& execution = Execution::Current("UpsertSearchAttributes");
  execution.RequireWritable("UpsertSearchAttributes");
  execution.UpsertSearchAttributes(std::move(updates));
}

namespace internal {

// What the code has made of its memo and its search attributes so far.
Execution::Properties& Execution::properties() {
  if (properties_ == nullptr) {
    properties_ = std::make_unique<Properties>(
        Properties{.memo = started_->memo, .search_attributes = started_->search_attributes});
  }
  return *properties_;
}

void Execution::UpsertMemo(history::PayloadMap updates) {
  if (destroying() || updates.empty()) return;
  history::Merge(properties().memo, updates);
  commands_.AddRecord(
      {.kind = RecordKind::kModifyProperties,
       .command = history::ModifyWorkflowProperties{.upserted_memo = std::move(updates)}});
}

void Execution::UpsertSearchAttributes(history::PayloadMap updates) {
  if (destroying() || updates.empty()) return;
  history::Merge(properties().search_attributes, updates);
  commands_.AddRecord({.kind = RecordKind::kUpsertSearchAttributes,
                       .command = history::UpsertWorkflowSearchAttributesCommand{
                           .search_attributes = std::move(updates)}});
}

}  // namespace internal
}  // namespace groundhog::workflow
