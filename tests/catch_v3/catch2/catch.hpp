#pragma once

// Stands in for Catch2 version 2's header when version 3 is installed; see tests/rapidcheck.h.

#include <catch2/catch_all.hpp>
