// NearestNames: what a misspelt name may have meant.
//
//     NearestNames("exlpore", {"run", "explore", "replay"})   // {"explore"}
//
// Nearness is the number of letters to insert, delete or replace; a name that has the misspelt one
// as a part counts as one letter off, because whoever types the end of a name means that name.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace groundhog {

// Those of `known` that are near, the nearest first, of equals the one that stands first; at most
// `most`.
std::vector<std::string> NearestNames(std::string_view misspelt, std::span<const std::string> known,
                                      std::size_t most);

}  // namespace groundhog
