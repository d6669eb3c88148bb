// Side effects: a value that the code computes once and history remembers (SEMANTICS f.8, in Go's
// format).
//
//     const int shard = SideEffect([&] { return config->shard; });
//     const int limit = MutableSideEffect("limit", [&] { return config->limit; });
//
// The function runs when the call is made for the first time; a replay gets the recorded value. It
// may look at what differs between workers and over time (a configuration), but it may not issue
// commands, and a simulation forbids it the clock and entropy of the machine as it does to all
// workflow code: a failure has to be reproducible. It may run more than once: a task that fails is
// done again.
//
// MutableSideEffect asks each time, and records the value only when it has changed.
#pragma once

#include <functional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/temporaries.h"

namespace groundhog::workflow {

namespace internal {

history::Payloads RunSideEffect(const std::function<history::Payloads()>& compute);
history::Payloads RunMutableSideEffect(
    std::string_view id, const std::function<history::Payloads()>& compute,
    const std::function<bool(const history::Payloads&, const history::Payloads&)>& equals);

}  // namespace internal

template <class F>
auto SideEffect(F&& function) {
  RefuseUnsafeCallable<F>();
  using T = std::decay_t<std::invoke_result_t<F&>>;
  return history::ResultFromPayloads<T>(
      internal::RunSideEffect([&function] { return history::ResultToPayloads<T>(function()); }));
}

// `equals` compares the value of before with the fresh one.
template <class F, class Equals = std::equal_to<>>
auto MutableSideEffect(std::string_view id, F&& function, Equals equals = {}) {
  RefuseUnsafeCallable<F>();
  using T = std::decay_t<std::invoke_result_t<F&>>;
  return history::ResultFromPayloads<T>(internal::RunMutableSideEffect(
      id, [&function] { return history::ResultToPayloads<T>(function()); },
      [&equals](const history::Payloads& old, const history::Payloads& fresh) {
        return static_cast<bool>(
            equals(history::ResultFromPayloads<T>(old), history::ResultFromPayloads<T>(fresh)));
      }));
}

}  // namespace groundhog::workflow
