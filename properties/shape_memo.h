// ShapeMemo: remembers, for one thread and in a fixed amount of memory, which shapes have been
// proven good, so that a campaign does not prove the same thing a million times.
//
// It never changes a verdict: a shape covers everything that the proof reads, and only proofs that
// succeeded are noted. What falls out of it is proven again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace groundhog::properties {

class ShapeMemo {
 public:
  bool Proven(std::uint64_t shape) const { return slots_[SlotOf(shape)] == shape; }
  void Note(std::uint64_t shape) { slots_[SlotOf(shape)] = shape; }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 13;  // 64 KiB a thread
  static std::size_t SlotOf(std::uint64_t shape) { return shape % kSlots; }

  std::array<std::uint64_t, kSlots> slots_ = {};
};

}  // namespace groundhog::properties
