// The arguments of a call by name (an activity, a child workflow, a signal), checked against the
// signature of the name and encoded.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"

namespace groundhog::workflow::internal {

// The first sizeof...(Params) elements of the tuple.
template <class... Params, class Tuple>
history::Payloads EncodeInput(const Tuple& arguments) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return history::Payloads{history::ToPayload<std::decay_t<Params>>(std::get<i>(arguments))...};
  }
  (std::index_sequence_for<Params...>());
}

// Whether the first sizeof...(Params) elements of the tuple can be what the parameters ask for.
// REQUIRES: it has that many.
template <class Tuple, class... Params>
constexpr bool Fits() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return (std::is_convertible_v<std::tuple_element_t<i, Tuple>, const std::decay_t<Params>&> &&
            ...);
  }
  (std::index_sequence_for<Params...>());
}

}  // namespace groundhog::workflow::internal
