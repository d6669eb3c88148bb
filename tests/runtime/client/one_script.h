// Play: an uneventful simulation of one client's script, and of one worker if there is one to be.
//
//     Play([] { return worker::WorkerOptions{…}; }, [](client::Client& client) -> sim::Coro<void> {…});
#pragma once

#include <functional>

#include "runtime/client/client.h"
#include "runtime/worker/options.h"
#include "sim/coro.h"
#include "tests/catch.h"

namespace groundhog::client::testing {

inline constexpr const char* kQueue = "queue";

using MakeWorker = std::function<worker::WorkerOptions()>;
using Script = std::function<sim::Coro<void>(Client& client)>;

// `make_worker` may be null. Whatever violates a property fails the test.
void Play(MakeWorker make_worker, Script script);

// A CHECK of what was awaited: g++ 12 would await it more than once in the macro's expression.
template <class T, class Expected>
void ExpectEqual(const T& value, const Expected& expected) {
  CHECK(value == expected);
}

}  // namespace groundhog::client::testing
