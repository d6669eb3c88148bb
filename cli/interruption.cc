#include "cli/interruption.h"

#include <cstddef>
#include <ctime>
#include <initializer_list>

namespace groundhog::cli {
namespace {

bool IsIgnored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interruption::Interruption() {
  sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM}) {
    if (!IsIgnored(signal)) sigaddset(&watched_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched_, &mask_before_);
}

Interruption::~Interruption() { pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr); }

bool Interruption::Wished() {
  if (signal_ != 0) return true;
  constexpr timespec kAtOnce{};
  const int signal = sigtimedwait(&watched_, nullptr, &kAtOnce);
  if (signal <= 0) return false;
  signal_ = signal;
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  return true;
}

}  // namespace groundhog::cli
