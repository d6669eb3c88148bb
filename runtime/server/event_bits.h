// EventBits: a set of the events of one history, by their ids. A bit an event;
// none for a history of up to 64.
#pragma once

#include <cstdint>

#include <absl/container/inlined_vector.h>

#include "runtime/history/event.h"

namespace groundhog::server {

class EventBits {
 public:
  void Add(history::EventId id) {
    const auto [word, bit] = PlaceOf(id);
    if (words_.size() <= word) words_.resize(word + 1);
    words_[word] |= bit;
  }
  bool Has(history::EventId id) const {
    const auto [word, bit] = PlaceOf(id);
    return word < words_.size() && (words_[word] & bit) != 0;
  }

 private:
  struct Place {
    std::size_t word;
    std::uint64_t bit;
  };
  static Place PlaceOf(history::EventId id) {
    constexpr std::uint64_t kBits = 64;
    const auto place = static_cast<std::uint64_t>(id - 1);
    return {place / kBits, std::uint64_t{1} << (place % kBits)};
  }

  absl::InlinedVector<std::uint64_t, 1> words_ = {0};
};

}  // namespace groundhog::server
