#include "runtime/workflow/random.h"

#include <stdexcept>

#include "base/uuid.h"
#include "runtime/workflow/execution.h"

namespace groundhog::workflow {

std::uint64_t RandomStream::Below(std::uint64_t bound) {
  if (bound == 0) throw std::invalid_argument("RandomStream::Below needs a bound above zero");
  return prng_.Below(bound);
}

std::int64_t RandomStream::Between(std::int64_t low, std::int64_t high) {
  if (low > high) throw std::invalid_argument("RandomStream::Between needs low <= high");
  const std::uint64_t width =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t offset = width == 0 ? Next() : Below(width);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

RandomStream& Random() {
  internal::Execution& execution = internal::Execution::Current("Random");
  execution.RequireWritable("Random");
  return execution.random();
}

std::string Uuid4() {
  RandomStream& random = Random();
  const std::uint64_t high = random.Next();
  const std::uint64_t low = random.Next();
  return UuidText(high, low);
}

}  // namespace groundhog::workflow
