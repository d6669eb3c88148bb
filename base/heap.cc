#include "base/heap.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define GROUNDHOG_HEAP_IS_WATCHED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GROUNDHOG_HEAP_IS_WATCHED 1
#endif

#if !defined(GROUNDHOG_HEAP_IS_WATCHED) && defined(NDEBUG) && defined(__GLIBC__)

namespace groundhog {
namespace {

// Small blocks have a class for every 16 bytes, large ones four for every doubling.
constexpr std::size_t kGranule = 16;
constexpr std::size_t kLargestSmall = 1024;
constexpr std::size_t kSmallClasses = kLargestSmall / kGranule + 1;
constexpr int kStepsLog2 = 2;
constexpr int kFirstLog2 = static_cast<int>(std::bit_width(kLargestSmall)) - 1;
constexpr int kLastLog2 = 24;  // blocks of up to 16 MiB
constexpr std::size_t kClasses =
    kSmallClasses + (static_cast<std::size_t>(kLastLog2 - kFirstLog2) << kStepsLog2);
constexpr std::size_t kMostKept = std::size_t{64} << 20;  // bytes a thread

constexpr std::size_t SmallClassOf(std::size_t size) { return (size + kGranule - 1) / kGranule; }

constexpr std::size_t BytesOf(std::size_t size_class) {
  if (size_class < kSmallClasses) return size_class * kGranule;
  const std::size_t step = size_class - kSmallClasses + 1;
  const std::size_t quarters = (std::size_t{1} << kStepsLog2) + step % (1 << kStepsLog2);
  return (quarters << (step >> kStepsLog2)) << (kFirstLog2 - kStepsLog2);
}

// The class whose blocks are the smallest of those that hold `size` bytes. REQUIRES:
// size > kLargestSmall.
constexpr std::size_t LargeClassFor(std::size_t size) {
  const std::size_t rest = (size - 1) >> (kFirstLog2 - kStepsLog2);
  const int doublings = static_cast<int>(std::bit_width(rest)) - 1 - kStepsLog2;
  return kSmallClasses + (static_cast<std::size_t>(doublings) << kStepsLog2) + (rest >> doublings) -
         (std::size_t{1} << kStepsLog2);
}

struct FreeBlock {
  FreeBlock* next;
};

// Without constructor and destructor, so that using it costs no
// question whether it is there already.
struct FreeLists {
  std::array<FreeBlock*, kClasses> heads;
  std::size_t kept;  // bytes in the lists
  // 0 before the thread's first block and after its last: nothing is kept then.
  std::size_t most_kept;
  bool closed;
};
constinit thread_local FreeLists lists{};

// Gives the memory of a thread that ends back.
struct Closer {
  ~Closer() {
    lists.closed = true;
    lists.most_kept = 0;
    ReleaseFreeMemory();
  }
};

void Open() {
  thread_local Closer closer;
  static_cast<void>(closer);
  lists.most_kept = kMostKept;
}

[[gnu::noinline]] void* AllocateFromSystem(std::size_t size) {
  if (lists.most_kept == 0 && !lists.closed) Open();
  for (;;) {
    if (void* const block = std::malloc(size)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

inline void* AllocateFrom(std::size_t size_class) {
  FreeBlock* const block = lists.heads[size_class];
  if (block == nullptr) [[unlikely]] {
    return AllocateFromSystem(BytesOf(size_class));
  }
  FreeBlock* const next = block->next;
  __builtin_prefetch(next, 1);  // the one who asks next will wait for it otherwise
  lists.heads[size_class] = next;
  lists.kept -= BytesOf(size_class);
  return block;
}

[[gnu::noinline]] void* AllocateLarge(std::size_t size) {
  const std::size_t size_class = LargeClassFor(size);
  return size_class < kClasses ? AllocateFrom(size_class) : AllocateFromSystem(size);
}

// REQUIRES: the block holds as many bytes as its class says.
inline void FreeInto(std::size_t size_class, void* address) {
  const std::size_t kept = lists.kept + BytesOf(size_class);
  if (kept > lists.most_kept) [[unlikely]] {
    return std::free(address);
  }
  lists.kept = kept;
  lists.heads[size_class] = new (address) FreeBlock{lists.heads[size_class]};
}

[[gnu::noinline]] void FreeLarge(std::size_t size_class, void* address) {
  if (size_class < kClasses) {
    FreeInto(size_class, address);
  } else {
    std::free(address);
  }
}

}  // namespace

void ReleaseFreeMemory() {
  for (FreeBlock*& head : lists.heads) {
    while (head != nullptr) std::free(std::exchange(head, head->next));
  }
  lists.kept = 0;
}

bool HeapIsPooled() {
  void* const block = ::operator new(kGranule);
  FreeBlock* const before = lists.heads[1];
  ::operator delete(block);         // clang++ does not know the sized form unless asked to
  return lists.heads[1] != before;  // another `new` than ours would not touch the list
}

}  // namespace groundhog

// The forms for arrays and those without exceptions call these, by the standard's own definition;
// aligned ones keep to malloc.
void* operator new(std::size_t size) {
  using namespace groundhog;  // NOLINT(google-build-using-namespace)
  if (size > kLargestSmall) [[unlikely]] {
    return AllocateLarge(size);
  }
  return AllocateFrom(SmallClassOf(size));
}

void operator delete(void* block, std::size_t size) noexcept {
  using namespace groundhog;  // NOLINT(google-build-using-namespace)
  if (block == nullptr) return;
  if (size > kLargestSmall) [[unlikely]] {
    return FreeLarge(LargeClassFor(size), block);
  }
  FreeInto(SmallClassOf(size), block);
}

void operator delete(void* block) noexcept {
  using namespace groundhog;  // NOLINT(google-build-using-namespace)
  if (block == nullptr) return;
  const std::size_t size = malloc_usable_size(block);
  if (size > kLargestSmall) [[unlikely]] {
    return FreeLarge(LargeClassFor(size + 1) - 1, block);  // what it holds for certain
  }
  FreeInto(size / kGranule, block);
}

#else

bool groundhog::HeapIsPooled() { return false; }
void groundhog::ReleaseFreeMemory() {}

#endif
