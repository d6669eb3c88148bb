#include "base/read_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <absl/status/status.h>
#include <sys/stat.h>

namespace groundhog {
namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool IsDirectory() const {
    struct stat status {};
    return ::fstat(fd_, &status) == 0 && S_ISDIR(status.st_mode);
  }
  // As read(2), but not disturbed by signals.
  ssize_t Read(char* to, std::size_t size) const {
    ssize_t got = 0;
    do {
      got = ::read(fd_, to, size);
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int fd_;
};

absl::Status CannotRead(const std::string& path, int error) {
  if (error == ENOENT) return absl::NotFoundError(path + ": there is no such file");
  return absl::NotFoundError(path + ": cannot be read: " + std::strerror(error));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t most_bytes) {
  const OpenFile file(path);
  if (!file.is_open()) return CannotRead(path, errno);
  if (file.IsDirectory()) return absl::NotFoundError(path + ": is a directory; expected a file");
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  std::string text;
  // Not by the file's size: a device or a pipe has none.
  while (text.size() <= most_bytes) {
    const std::size_t before = text.size();
    text.resize(before + kChunk);
    const ssize_t got = file.Read(text.data() + before, kChunk);
    if (got < 0) return CannotRead(path, errno);
    text.resize(before + static_cast<std::size_t>(got));
    if (got == 0) return text;
  }
  return absl::ResourceExhaustedError(path + ": larger than " + std::to_string(most_bytes >> 20) +
                                      " MiB, the most that is read");
}

}  // namespace groundhog
