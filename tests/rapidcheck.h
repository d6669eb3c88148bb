#pragma once

// rapidcheck beside Catch2: `rc::prop("claim", [](int x) { RC_ASSERT(...); })` inside a TEST_CASE.
// rapidcheck/catch.h asks for version 2's header; for version 3, tests/catch_v3/ answers in its
// place.

#include <rapidcheck.h>

#include <rapidcheck/catch.h>

#include "tests/catch.h"
