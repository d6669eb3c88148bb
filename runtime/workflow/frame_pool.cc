#include "runtime/workflow/frame_pool.h"

#include <array>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define GROUNDHOG_POOLS_FRAMES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GROUNDHOG_POOLS_FRAMES 0
#endif
#endif
#ifndef GROUNDHOG_POOLS_FRAMES
#define GROUNDHOG_POOLS_FRAMES 1
#endif

namespace groundhog::workflow::internal {

#if GROUNDHOG_POOLS_FRAMES

namespace {

constexpr std::size_t kGranule = 64;
constexpr std::size_t kClasses = 64;  // up to 4096 bytes

struct FreeBlock {
  FreeBlock* next;
};

struct FreeLists {
  std::array<FreeBlock*, kClasses> heads{};
  bool closed = false;  // the thread is ending: what is freed from now on goes back at once

  ~FreeLists() {
    closed = true;
    for (FreeBlock*& head : heads) {
      while (head != nullptr) {
        FreeBlock* const block = head;
        head = block->next;
        ::operator delete(block);
      }
    }
  }
};

thread_local FreeLists free_lists;

constexpr std::size_t ClassOf(std::size_t size) { return (size + kGranule - 1) / kGranule - 1; }

}  // namespace

void* AllocateFrame(std::size_t size) {
  const std::size_t size_class = ClassOf(size);
  if (size_class >= kClasses) return ::operator new(size);
  FreeBlock*& head = free_lists.heads[size_class];
  if (head == nullptr) return ::operator new((size_class + 1) * kGranule);
  FreeBlock* const block = head;
  head = block->next;
  return block;
}

void FreeFrame(void* block, std::size_t size) noexcept {
  const std::size_t size_class = ClassOf(size);
  if (size_class >= kClasses || free_lists.closed) {
    ::operator delete(block);
    return;
  }
  free_lists.heads[size_class] = new (block) FreeBlock{free_lists.heads[size_class]};
}

#else

void* AllocateFrame(std::size_t size) { return ::operator new(size); }
void FreeFrame(void* block, std::size_t) noexcept { ::operator delete(block); }

#endif

}  // namespace groundhog::workflow::internal
