// The determinism guard: notices when workflow code reads the wall clock, entropy or the
// environment, or starts a thread.
//
// While a GuardedScope is open on a thread, calls of the C library's functions for these
// (clock_gettime, gettimeofday, time, getrandom, getentropy, random, rand, getenv, secure_getenv,
// pthread_create) and of std::random_device are recorded, then carried out as usual: they are
// called from noexcept code, so nothing can be thrown through them. The run looks at the record
// afterwards and fails the task. Elsewhere a call costs one look at a thread-local counter.
//
// How: this file's object defines those names and forwards to the next definition. Off under
// AddressSanitizer, ThreadSanitizer and MemorySanitizer, whose runtimes define the same names. Not
// seen: instructions (rdtsc), system calls made directly, and calls inside the C library itself.
#pragma once

namespace groundhog::workflow {

// Whether this build has the guard at all.
bool DeterminismGuardWorks();

namespace internal {

// While it lives, this thread runs workflow code.
class GuardedScope {
 public:
  GuardedScope();
  GuardedScope(const GuardedScope&) = delete;
  GuardedScope& operator=(const GuardedScope&) = delete;
  ~GuardedScope();

  // What was called and what to use instead: "clock_gettime (std::chrono::…::now): use
  // workflow::Now()". Null if nothing was.
  const char* forbidden_call() const;

 private:
  int outer_depth_;
  const char* outer_call_;
};

// While it lives, this thread runs the host's code, called from workflow code (a log sink).
class UnguardedScope {
 public:
  UnguardedScope();
  UnguardedScope(const UnguardedScope&) = delete;
  UnguardedScope& operator=(const UnguardedScope&) = delete;
  ~UnguardedScope();

 private:
  int depth_;
};

}  // namespace internal
}  // namespace groundhog::workflow
