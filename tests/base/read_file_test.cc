#include "base/read_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "tests/catch.h"

namespace groundhog {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr std::size_t kMost = std::size_t{1} << 20;

std::string ErrorOf(const std::string& path) {
  return std::string(ReadFile(path, kMost).status().message());
}

struct Written {
  explicit Written(const std::string& text) {
    std::string name = std::filesystem::temp_directory_path() / "groundhog.XXXXXX";
    const int fd = ::mkstemp(name.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    path = name;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~Written() { std::filesystem::remove(path); }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  std::string path;
};

TEST_CASE("a file is read whole, whatever bytes are in it") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, kMost}) {
    std::string text(size, 'x');
    if (size > 1) text[1] = '\0';
    const Written file(text);
    const auto read = ReadFile(file.path, kMost);
    REQUIRE(read.ok());
    CHECK(*read == text);
  }
}

TEST_CASE("what is larger than the most that is wanted is refused, even if it never ends") {
  const Written file(std::string(kMost + 1, 'x'));
  CHECK_THAT(ErrorOf(file.path), ContainsSubstring("larger than 1 MiB, the most that is read"));
  CHECK_THAT(ErrorOf("/dev/zero"), ContainsSubstring("/dev/zero: larger than 1 MiB"));
}

TEST_CASE("what cannot be read says why") {
  CHECK(ErrorOf("/nowhere/x.json") == "/nowhere/x.json: there is no such file");
  CHECK(ErrorOf("/") == "/: is a directory; expected a file");
  CHECK_THAT(ErrorOf("/proc/self/mem"), ContainsSubstring("/proc/self/mem: cannot be read: "));
}

}  // namespace
}  // namespace groundhog
