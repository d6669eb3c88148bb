// Memo: values that a client or the workflow keeps with a workflow execution, for people and
// programs that look at it. They are not indexed (SEMANTICS f.9).
//
//     const Memo memo{{"note", "first"}, {"extra", 1}};
//     std::optional<std::string> note = memo.Get<std::string>("note");
//
// In an update (workflow::UpsertMemo) the value nullptr takes a field away.
#pragma once

#include "runtime/history/named_values.h"  // IWYU pragma: export

namespace groundhog {

using Memo = history::NamedValues<struct MemoTag>;

}  // namespace groundhog
