// Completion: something that happens once (an activity's end, a timer's firing, a fiber's end), and
// who waits for it.
//
// Reference-counted without atomics: a run lives in one thread. A Listener links itself in and is
// told once, in the order of linking; destroying a Listener unlinks it, so a frame may be destroyed
// while it waits.
#pragma once

#include <cstdint>
#include <utility>

namespace groundhog::workflow::internal {

class Completion;

class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() { Unlink(); }

  void ListenTo(Completion& completion);
  void Unlink();
  bool linked() const { return owner_ != nullptr; }

 private:
  friend class Completion;
  virtual void OnDone() = 0;

  Completion* owner_ = nullptr;
  Listener* previous_ = nullptr;
  Listener* next_ = nullptr;
};

class Completion {
 public:
  Completion() = default;
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  virtual ~Completion() {
    while (first_ != nullptr) first_->Unlink();
  }

  bool done() const { return done_; }
  bool has_listeners() const { return first_ != nullptr; }

  void AddReference() { ++references_; }
  void DropReference() {
    if (--references_ == 0) delete this;
  }

  // Asks that it be given up; what follows depends on what it is. Without effect when done or when
  // its run is gone.
  virtual void RequestCancel() = 0;

 protected:
  // Tells everybody who waits.
  void MarkDone() {
    done_ = true;
    while (first_ != nullptr) {
      Listener* const listener = first_;
      listener->Unlink();
      listener->OnDone();
    }
  }

 private:
  friend class Listener;
  Listener* first_ = nullptr;
  Listener* last_ = nullptr;
  std::uint32_t references_ = 0;
  bool done_ = false;
};

inline void Listener::ListenTo(Completion& completion) {
  owner_ = &completion;
  previous_ = completion.last_;
  next_ = nullptr;
  (previous_ == nullptr ? completion.first_ : previous_->next_) = this;
  completion.last_ = this;
}

inline void Listener::Unlink() {
  if (owner_ == nullptr) return;
  (previous_ == nullptr ? owner_->first_ : previous_->next_) = next_;
  (next_ == nullptr ? owner_->last_ : next_->previous_) = previous_;
  owner_ = nullptr;
}

// A counted pointer to a Completion of class T.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* target) : target_(target) {
    if (target_ != nullptr) target_->AddReference();
  }
  Ref(const Ref& other) : Ref(other.target_) {}
  Ref(Ref&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Ref() {
    if (target_ != nullptr) target_->DropReference();
  }

  T* get() const { return target_; }
  T& operator*() const { return *target_; }
  T* operator->() const { return target_; }
  explicit operator bool() const { return target_ != nullptr; }

 private:
  T* target_ = nullptr;
};

}  // namespace groundhog::workflow::internal
