#pragma once

// Catch2 version 2 or 3, whichever is installed, under one spelling: version 3's. `main` comes from
// Catch2::Catch2WithMain.

#if __has_include(<catch2/catch_all.hpp>)

#include <catch2/catch_all.hpp>

#else

#include <catch2/catch.hpp>

namespace Catch::Matchers {

inline auto ContainsSubstring(const std::string& text,
                              CaseSensitive::Choice case_sensitivity = CaseSensitive::Yes) {
  return Contains(text, case_sensitivity);
}

// The base of a matcher class: `struct IsEven : Catch::Matchers::MatcherBase<int>`.
template <typename T>
using MatcherBase = Catch::MatcherBase<T>;

}  // namespace Catch::Matchers

#endif
