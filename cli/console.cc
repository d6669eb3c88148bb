#include "cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/ioctl.h>

#include "cli/input_error.h"

namespace groundhog::cli {
namespace {

constexpr std::size_t kDefaultWidth = 100;
constexpr std::size_t kLeastWidth = 60;
constexpr std::size_t kMostWidth = 160;

std::size_t WidthOf(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return std::clamp<std::size_t>(size.ws_col, kLeastWidth, kMostWidth);
}

bool WantsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  return !dumb && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

Console::Console() {
  if (isatty(STDOUT_FILENO) != 0) {
    style_.width = WidthOf(STDOUT_FILENO);
    style_.color = WantsColor();
  }
  error_is_terminal_ = isatty(STDERR_FILENO) != 0;
  if (error_is_terminal_) error_width_ = WidthOf(STDERR_FILENO);
}

void Console::PrintRaw(std::string_view text) {
  EndProgress();
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw InputError(fmt::format("standard output cannot be written: {}", std::strerror(errno)));
  }
}

void Console::Print(std::string_view text) {
  if (!json_) PrintRaw(text);
}

void Console::PrintJson(const reports::Json& json) { PrintRaw(reports::JsonText(json)); }

void Console::Note(std::string_view line) {
  EndProgress();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void Console::ShowProgress(std::string_view line) {
  if (!error_is_terminal_) return;
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(line.size()), line.data());
  std::fflush(stderr);
  progress_shown_ = true;
}

void Console::EndProgress() {
  if (!progress_shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  progress_shown_ = false;
}

}  // namespace groundhog::cli
