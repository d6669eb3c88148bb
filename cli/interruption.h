// Interruption: while it lives, the first Ctrl-C (or SIGTERM) is a wish that somebody asks about
// instead of the end of the process; the second one ends it as ever.
//
//     const Interruption interruption;
//     while (!interruption.Wished()) …
//
// Make it before threads are started: they inherit that these signals are not for them. A signal
// that whoever started the process has it ignore (nohup, a job in the background) stays ignored.
#pragma once

#include <csignal>

namespace groundhog::cli {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Whether a signal has come. REQUIRES: always called on one thread.
  bool Wished();
  // Which one; 0 if none.
  int signal() const { return signal_; }

 private:
  sigset_t watched_{};
  sigset_t mask_before_{};
  int signal_ = 0;
};

}  // namespace groundhog::cli
