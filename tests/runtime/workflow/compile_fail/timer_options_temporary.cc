// expect: deleted function
#include <chrono>

#include "runtime/workflow/workflow.h"

using namespace groundhog;
using namespace std::chrono_literals;
using workflow::Coro;
using workflow::Sleep;

Coro<void> Nap() { co_await Sleep(1s, {.summary = "a nap"}); }
