// Message: what processes send each other; MessageOf<T> carries a T.
//
// A T has a name, and a request names its response:
//     struct WithdrawRequest { using Response = WithdrawResponse; static constexpr std::string_view kName = "Withdraw"; … };
// A message belongs to one owner at a time; one that is repeated is copied.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace groundhog::sim {

// One object for each C++ type; only its identity counts.
struct MessageType {};
template <class T>
inline constexpr MessageType kMessageType{};

class Message {
 public:
  virtual ~Message() = default;
  virtual std::unique_ptr<Message> Clone() const = 0;
  const MessageType* type() const { return type_; }

  // The content if it is a T, else null.
  template <class T>
  T* As();

 protected:
  explicit Message(const MessageType& type) : type_(&type) {}
  Message(const Message&) = default;

 private:
  const MessageType* type_;
};

template <class T>
class MessageOf final : public Message {
 public:
  explicit MessageOf(const T& content) : Message(kMessageType<T>), value(content) {}
  explicit MessageOf(T&& content) : Message(kMessageType<T>), value(std::move(content)) {}
  // Holds what `make` gives, which is never moved.
  template <class Make>
  MessageOf(std::in_place_t, const Make& make) : Message(kMessageType<T>), value(make()) {}
  std::unique_ptr<Message> Clone() const override { return std::make_unique<MessageOf>(*this); }
  T* operator->() { return &value; }

  T value;
};

template <class T>
T* Message::As() {
  return type_ == &kMessageType<T> ? &static_cast<MessageOf<T>*>(this)->value : nullptr;
}

// By reference: moving a large content costs more than all else on its way.
template <class T>
std::unique_ptr<MessageOf<std::remove_cvref_t<T>>> MakeMessage(T&& content) {
  return std::make_unique<MessageOf<std::remove_cvref_t<T>>>(std::forward<T>(content));
}

// The message of what `make` gives: cheaper still.
template <class Make>
auto MakeMessageBy(const Make& make) {
  return std::make_unique<MessageOf<std::invoke_result_t<const Make&>>>(std::in_place, make);
}

}  // namespace groundhog::sim
