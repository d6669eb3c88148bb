// Memory for coroutine frames and machines: free lists by size class, one set a thread.
//
// A replay makes and destroys a handful of frames every few microseconds; the pool hands back the
// last one freed. It carries no meaning: which address a frame gets is never looked at. Off under
// AddressSanitizer, because a pool hides use after free.
#pragma once

#include <cstddef>

namespace groundhog::workflow::internal {

// Blocks of up to 4 KiB are pooled, larger ones come from operator new.
void* AllocateFrame(std::size_t size);
// `size` is what AllocateFrame was asked for.
void FreeFrame(void* block, std::size_t size) noexcept;

// Classes that are allocated often inherit from it.
struct Pooled {
  static void* operator new(std::size_t size) { return AllocateFrame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { FreeFrame(block, size); }
};

}  // namespace groundhog::workflow::internal
