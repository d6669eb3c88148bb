// UpsertMemo and UpsertSearchAttributes: what the workflow tells the
// world about itself (SEMANTICS f.9).
//
//     UpsertMemo({{"note", "changed"}, {"extra", nullptr}});       // nullptr takes a field away
//     UpsertSearchAttributes(kItems.ValueSet(4), kCustomer.ValueUnset());
//
// Each call that changes anything is a command, and an event with what changes; Info() and describe
// show the sum. A null may take away what never was. A call without any change is no command (as in
// Temporal's Python SDK). At replay the kind of the event has to match, not its content.
#pragma once

#include "runtime/history/memo.h"
#include "runtime/history/search_attributes.h"

namespace groundhog::workflow {

void UpsertMemo(const Memo& updates);

namespace internal {
void UpsertSearchAttributes(history::PayloadMap updates);
}  // namespace internal

template <class... Updates>
void UpsertSearchAttributes(const Updates&... updates) {
  internal::UpsertSearchAttributes(SearchAttributes{updates...}.fields());
}

}  // namespace groundhog::workflow
