// runtime/workflow/frame_pool.h: memory that means nothing.
#include "runtime/workflow/frame_pool.h"

#include <cstring>
#include <thread>
#include <vector>

#include "tests/catch.h"

namespace groundhog::workflow::internal {
namespace {

TEST_CASE("blocks of every size are whole and apart") {
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t size = 1; size < 6000; size += 61) {
    auto* const block = static_cast<unsigned char*>(AllocateFrame(size));
    std::memset(block, static_cast<int>(blocks.size() & 0xff), size);
    blocks.emplace_back(block, size);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto [block, size] = blocks[i];
    CHECK(block[0] == static_cast<unsigned char>(i & 0xff));
    CHECK(block[size - 1] == static_cast<unsigned char>(i & 0xff));
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t) == 0);
  }
  for (const auto& [block, size] : blocks) FreeFrame(block, size);
}

TEST_CASE("a block may be freed by another thread than the one that asked for it") {
  void* block = AllocateFrame(200);
  std::thread([block] { FreeFrame(block, 200); }).join();
  void* from_thread = nullptr;
  std::thread([&from_thread] {
    void* const first = AllocateFrame(300);
    from_thread = AllocateFrame(300);
    FreeFrame(first, 300);
  }).join();
  std::memset(from_thread, 1, 300);
  FreeFrame(from_thread, 300);
  SUCCEED();
}

}  // namespace
}  // namespace groundhog::workflow::internal
