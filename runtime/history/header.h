// Header: values that travel beside a call's arguments, for what goes round the code: a tenant, a
// trace (Temporal's `Header`). A start, a signal, a query, an update, an activity each carry one.
//
//     const Header header{{"tenant", "acme"}, {"trace", 7}};
//     std::optional<std::string> tenant = header.Get<std::string>("tenant");
//
// It is given with the options of a call, and read in workflow::Info().header, CurrentHeader() and
// activity::Info::header. Some travel on by themselves: runtime/workflow/propagation.h.
// Headers stand in the history in the clear: payload codecs leave them alone.
#pragma once

#include "runtime/history/named_values.h"  // IWYU pragma: export

namespace groundhog {

using Header = history::NamedValues<struct HeaderTag>;

}  // namespace groundhog
