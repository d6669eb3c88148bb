// base/heap.h: memory that means nothing.
#include "base/heap.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/sanitized.h"

namespace groundhog {
namespace {

struct alignas(64) OverAligned {
  char bytes[64];
};

// clang++ does not declare the sized delete unless asked to; what it compiles never calls it.
void DeleteSized(void* block, [[maybe_unused]] std::size_t size) {
#ifdef __cpp_sized_deallocation
  ::operator delete(block, size);
#else
  ::operator delete(block);
#endif
}

TEST_CASE("blocks of every size are whole and apart") {
  // Twice: from the system, and from what the first round gave back.
  for (int round = 0; round < 2; ++round) {
    std::vector<std::pair<unsigned char*, std::size_t>> blocks;
    for (std::size_t size = 0; size < 200'000; size += 1 + size / 64) {
      auto* const block = static_cast<unsigned char*>(::operator new(size));
      std::memset(block, static_cast<int>(blocks.size() & 0xff), size);
      blocks.emplace_back(block, size);
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto [block, size] = blocks[i];
      CHECK(reinterpret_cast<std::uintptr_t>(block) % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);
      if (size == 0) continue;
      CHECK(block[0] == static_cast<unsigned char>(i & 0xff));
      CHECK(block[size - 1] == static_cast<unsigned char>(i & 0xff));
    }
    // Half of them without telling the size, as older code does.
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i % 2 == 0) {
        DeleteSized(blocks[i].first, blocks[i].second);
      } else {
        ::operator delete(blocks[i].first);
      }
    }
  }
}

TEST_CASE("what was freed is what the next asks for, unless memory is watched") {
  void* const block = ::operator new(1000);
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  DeleteSized(block, 1000);
  void* const next = ::operator new(1001);
  if (HeapIsPooled()) CHECK(reinterpret_cast<std::uintptr_t>(next) == address);
  DeleteSized(next, 1001);
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__clang__)
  CHECK(HeapIsPooled());
#else
  SUCCEED();
#endif
}

TEST_CASE("a block may be freed by another thread than the one that asked for it") {
  void* block = ::operator new(200);
  std::thread([block] { DeleteSized(block, 200); }).join();
  void* from_thread = nullptr;
  std::thread([&from_thread] {
    void* const first = ::operator new(300);
    from_thread = ::operator new(300);
    DeleteSized(first, 300);
  }).join();
  std::memset(from_thread, 1, 300);
  DeleteSized(from_thread, 300);
  SUCCEED();
}

TEST_CASE("objects that want more alignment get it") {
  std::vector<OverAligned*> objects;
  for (int i = 0; i < 10; ++i) objects.push_back(new OverAligned);
  for (OverAligned* object : objects) {
    CHECK(reinterpret_cast<std::uintptr_t>(object) % 64 == 0);
    delete object;
  }
}

TEST_CASE("a request that no machine can meet is bad_alloc") {
  if (testing::kSanitized) {
    SUCCEED("skipped: a sanitizer's heap ends the process");
    return;
  }
  volatile std::size_t too_much = static_cast<std::size_t>(-1) / 2;
  CHECK_THROWS_AS(::operator new(too_much), std::bad_alloc);
}

}  // namespace
}  // namespace groundhog
