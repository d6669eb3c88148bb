#include "explore/saved_failure.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/read_file.h"

namespace groundhog::explore {
namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20;

absl::Status Failed(const std::string& path, std::string_view what, int error) {
  return absl::UnavailableError(fmt::format("{}: {}: {}", path, what, std::strerror(error)));
}

// An open file descriptor.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool is_open() const { return fd_ >= 0; }
  bool Sync() const { return ::fsync(fd_) == 0; }
  bool Write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

 private:
  int fd_;
};

absl::Status WriteWhole(const std::string& directory, const std::string& path,
                        std::string_view text) {
  // Two processes may save the same failure at once.
  const std::string beside = fmt::format("{}.{}.tmp", path, ::getpid());
  {
    const Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return Failed(beside, "cannot be written", errno);
    if (!file.Write(text) || !file.Sync()) {
      const int error = errno;
      ::unlink(beside.c_str());
      return Failed(beside, "cannot be written", error);
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return Failed(path, "cannot be replaced", errno);
  const Descriptor folder(directory, O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || !folder.Sync()) return Failed(directory, "cannot be synced", errno);
  return absl::OkStatus();
}

std::string HexOf(std::uint64_t value) { return fmt::format("{:016x}", value); }

nlohmann::json DecisionsJson(std::vector<sim::Decision> decisions) {
  const sim::ChoiceTape tape{.decisions = std::move(decisions)};
  return nlohmann::json::parse(tape.ToJson())["decisions"];
}

std::string ToJson(const SavedFailure& failure) {
  nlohmann::json json = nlohmann::json::parse(failure.tape.ToJson());
  json["failure"] = {{"property", failure.property},
                     {"message", failure.message},
                     {"wrong", failure.identity.wrong},
                     {"outline", failure.identity.outline},
                     {"strategy", failure.strategy},
                     {"found_at_run", failure.found_at_run},
                     {"found_decisions", DecisionsJson(failure.found_decisions)},
                     {"digest", HexOf(failure.digest)}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// REQUIRES: `text` is JSON, as ChoiceTape::FromJson has made sure.
absl::Status ReadFailure(const std::string& text, const std::string& path, SavedFailure& failure) {
  const nlohmann::json json = nlohmann::json::parse(text);
  const auto part = json.find("failure");
  if (part == json.end() || !part->is_object()) {
    return absl::InvalidArgumentError(
        path +
        ": a choice tape, but no saved failure: it has no object 'failure' (run it with --tape)");
  }
  try {
    failure.property = part->at("property").get<std::string>();
    failure.message = part->at("message").get<std::string>();
    failure.identity.property = failure.property;
    failure.identity.wrong = part->at("wrong").get<std::string>();
    failure.identity.outline = part->at("outline").get<std::string>();
    failure.strategy = part->value("strategy", "");
    failure.found_at_run = part->value("found_at_run", std::uint64_t{0});
    const std::string digest = part->at("digest").get<std::string>();
    std::size_t used = 0;
    failure.digest = std::stoull(digest, &used, 16);
    if (used != digest.size()) throw std::invalid_argument("'digest' is not a hexadecimal number");
    const nlohmann::json found = {
        {"decisions", part->value("found_decisions", nlohmann::json::array())}};
    auto tape = sim::ChoiceTape::FromJson(found.dump(), path + ": found_decisions");
    if (!tape.ok()) return tape.status();
    failure.found_decisions = std::move(tape->decisions);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(fmt::format("{}: failure: {}", path, error.what()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string SavedFailure::FileName() const {
  std::string name = tape.scenario.empty() ? "scenario" : tape.scenario;
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return fmt::format("{}-{}.json", name, HexOf(identity.Hash()));
}

absl::Status PrepareFailureDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Failed(directory, "cannot make the directory for failures", error.value());
  const std::string probe = fmt::format("{}/.writable.{}", directory, ::getpid());
  {
    const Descriptor file(probe, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return Failed(directory, "cannot write failures there", errno);
  }
  ::unlink(probe.c_str());
  return absl::OkStatus();
}

absl::StatusOr<std::string> SaveFailure(const std::string& directory, const SavedFailure& failure) {
  const std::string path = (std::filesystem::path(directory) / failure.FileName()).string();
  const absl::Status written = WriteWhole(directory, path, ToJson(failure));
  if (!written.ok()) return written;
  return path;
}

absl::StatusOr<SavedFailure> LoadFailure(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kLargestFile);
  if (!text.ok()) return text.status();
  return ParseFailure(*text, path);
}

absl::StatusOr<SavedFailure> ParseFailure(const std::string& text, const std::string& path) {
  auto tape = sim::ChoiceTape::FromJson(text, path);
  if (!tape.ok()) return tape.status();
  SavedFailure failure{.tape = *std::move(tape)};
  if (absl::Status read = ReadFailure(text, path, failure); !read.ok()) return read;
  return failure;
}

}  // namespace groundhog::explore
