#include "runtime/workflow/determinism_guard.h"

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <sys/random.h>
#include <sys/time.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GROUNDHOG_GUARDS_CALLS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define GROUNDHOG_GUARDS_CALLS 0
#endif
#endif
#ifndef GROUNDHOG_GUARDS_CALLS
#if defined(__linux__)
#define GROUNDHOG_GUARDS_CALLS 1
#else
#define GROUNDHOG_GUARDS_CALLS 0
#endif
#endif

namespace groundhog::workflow {
namespace {

// Constant-initialised, so that the interposed functions may run before anything else has.
thread_local constinit int guard_depth = 0;
thread_local constinit const char* first_call = nullptr;

}  // namespace

bool DeterminismGuardWorks() { return GROUNDHOG_GUARDS_CALLS != 0; }

namespace internal {

GuardedScope::GuardedScope() : outer_depth_(guard_depth), outer_call_(first_call) {
  guard_depth = 1;
  first_call = nullptr;
}
GuardedScope::~GuardedScope() {
  guard_depth = outer_depth_;
  first_call = outer_call_;
}
const char* GuardedScope::forbidden_call() const { return first_call; }

UnguardedScope::UnguardedScope() : depth_(guard_depth) { guard_depth = 0; }
UnguardedScope::~UnguardedScope() { guard_depth = depth_; }

}  // namespace internal
}  // namespace groundhog::workflow

#if GROUNDHOG_GUARDS_CALLS

namespace {

void Note(const char* call) {
  if (groundhog::workflow::guard_depth != 0 && groundhog::workflow::first_call == nullptr) {
    groundhog::workflow::first_call = call;
  }
}

// The next definition of `name`, looked up at the first call: before main there is nothing to rely
// on but constants.
void* Next(std::atomic<void*>& cached, const char* name) {
  void* next = cached.load(std::memory_order_relaxed);
  if (next == nullptr) {
    next = dlsym(RTLD_NEXT, name);
    if (next == nullptr) std::abort();  // the C library lacks it
    cached.store(next, std::memory_order_relaxed);
  }
  return next;
}

}  // namespace

#define GROUNDHOG_FORWARD(name, noted, ...)          \
  static constinit std::atomic<void*> next{nullptr}; \
  Note(noted);                                       \
  return reinterpret_cast<decltype(&(name))>(Next(next, #name))(__VA_ARGS__)

extern "C" {

int clock_gettime(clockid_t clock, timespec* result) noexcept {  // LINT-ALLOW(clock): forwards it
  GROUNDHOG_FORWARD(clock_gettime, "clock_gettime (std::chrono::...::now): use workflow::Now()",
                    clock, result);
}
int gettimeofday(struct timeval* __restrict result,  // LINT-ALLOW(clock): forwards
                 void* __restrict zone) noexcept {
  GROUNDHOG_FORWARD(gettimeofday, "gettimeofday: use workflow::Now()", result, zone);
}
time_t time(time_t* result) noexcept {
  GROUNDHOG_FORWARD(time, "time: use workflow::Now()", result);
}
ssize_t getrandom(void* buffer, size_t size,  // LINT-ALLOW(randomness): forwards
                  unsigned int flags) {
  GROUNDHOG_FORWARD(getrandom, "getrandom: use workflow::Random()", buffer, size, flags);
}
int getentropy(void* buffer, size_t size) {
  GROUNDHOG_FORWARD(getentropy, "getentropy: use workflow::Random()", buffer, size);
}
long random() noexcept { GROUNDHOG_FORWARD(random, "random: use workflow::Random()"); }
int rand() noexcept { GROUNDHOG_FORWARD(rand, "rand: use workflow::Random()"); }
char* getenv(const char* name) noexcept {
  GROUNDHOG_FORWARD(
      getenv, "getenv: a workflow's settings belong into its input, or an activity reads them",
      name);
}
char* secure_getenv(const char* name) noexcept {
  GROUNDHOG_FORWARD(
      secure_getenv,
      "secure_getenv: a workflow's settings belong into its input, or an activity reads them",
      name);
}
int pthread_create(pthread_t* __restrict thread, const pthread_attr_t* __restrict attributes,
                   void* (*start)(void*), void* __restrict argument) noexcept {
  GROUNDHOG_FORWARD(pthread_create, "pthread_create (std::thread): use workflow::Spawn()", thread,
                    attributes, start, argument);
}

// std::random_device takes its bits from an instruction where there is one; its own member is what
// can be seen.
unsigned int _ZNSt13random_device9_M_getvalEv(void* device);
unsigned int _ZNSt13random_device9_M_getvalEv(void* device) {
  GROUNDHOG_FORWARD(_ZNSt13random_device9_M_getvalEv, "std::random_device: use workflow::Random()",
                    device);
}

}  // extern "C"

#endif
