// Random numbers that are the same at every replay: a generator of our own, seeded from the run id
// (a reset run gets a new seed).
#pragma once

#include <cstdint>
#include <string>

#include "base/prng.h"

namespace groundhog::workflow {

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : prng_(seed) {}

  std::uint64_t Next() { return prng_.Next(); }
  // Uniform in [0, bound). REQUIRES: bound > 0, else std::invalid_argument.
  std::uint64_t Below(std::uint64_t bound);
  // Uniform in [low, high]. REQUIRES: low <= high, else std::invalid_argument.
  std::int64_t Between(std::int64_t low, std::int64_t high);
  bool Chance(Ratio ratio) { return prng_.Chance(ratio); }

 private:
  Prng prng_;
};

// This run's stream. Each draw advances it, so it must not be drawn from in a query.
RandomStream& Random();

// A random UUID (version 4) of this run's stream: "3f1c…".
std::string Uuid4();

}  // namespace groundhog::workflow
