// Network: requests and replies between processes. Every message can be lost, repeated, delayed,
// held back, or fall into a partition; each of these is a choice point named after the message.
//
//     auto request = MakeMessage(WithdrawRequest{…});
//     absl::StatusOr<WithdrawResponse> answer = co_await network.Call(*this_process, bank, std::move(request), label);
//
// Only the caller learns of trouble: UNAVAILABLE at once when the other side is down or dies (a
// broken connection), DEADLINE_EXCEEDED when there is silence: a lost message, or a partition,
// behind which even a death is not heard of. Whoever resends sends a message that may have arrived
// before. A long poll's deadline is watched only once something has gone wrong with it, so that
// waiting costs nothing. Messages with an unnamed label (polls, until they carry a task) are no
// choice points and do not keep a simulation going.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "sim/kernel.h"
#include "sim/label.h"
#include "sim/message.h"
#include "sim/process.h"

namespace groundhog::sim {

class Network;

// The places of the network where something may go otherwise.
std::span<const ChoiceSite* const> NetworkSites();

struct CallId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

struct CallOptions {
  Duration deadline = std::chrono::seconds(10);
  bool long_poll = false;
  Label* reply_label =
      nullptr;       // where to put what the reply is about: the task that a poll brings
  Symbol part = {};  // of the other side: what it makes of that is its own business
};

// The right to answer a request, once. Dropping it leaves the caller to its deadline. REQUIRES: it
// goes before the network does.
class Reply {
 public:
  Reply() = default;
  // To a request that a process makes of itself, without a message: `answer` is told how it went.
  // REQUIRES: `answer` outlives it.
  Reply(const Label& label, std::optional<absl::Status>& answer) : local_(&answer), label_(label) {}
  Reply(Reply&& other) noexcept;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply() { Drop(); }

  // Whether somebody still waits for it, as far as a connection can tell.
  bool awaited() const;
  const Label& label() const { return label_; }
  // Polls are named by the task they carry back.
  void set_label(const Label& label) { label_ = label; }
  Process& caller() const { return *caller_; }

  // The response, or a function that makes it (MakeMessageBy).
  template <class Response>
  void Ok(Response&& response) {
    if constexpr (std::is_invocable_v<Response&>) {
      Send(absl::OkStatus(), MakeMessageBy(response));
    } else {
      Send(absl::OkStatus(), MakeMessage(std::forward<Response>(response)));
    }
  }
  void Error(absl::Status status) { Send(std::move(status), nullptr); }

 private:
  friend class Network;
  void Send(absl::Status status, std::unique_ptr<Message> response);
  void Drop();

  Network* network_ = nullptr;
  Process* callee_ = nullptr;
  std::uint32_t callee_incarnation_ = 0;
  Process* caller_ = nullptr;
  CallId call_;
  std::optional<absl::Status>* local_ = nullptr;  // of a reply without a network
  Label label_;
};

// A request as it arrives.
class Incoming {
 public:
  Incoming(Message& message, Reply reply, Symbol part = {})
      : message_(message), reply_(std::move(reply)), part_(part) {}

  // The request if it is a T, else null; may be moved from.
  template <class T>
  T* As() {
    return message_.As<T>();
  }
  const Label& label() const { return reply_.label(); }
  Process& caller() const { return reply_.caller(); }
  // Which part of the process is meant, as the caller's CallOptions have it.
  Symbol part() const { return part_; }
  Reply TakeReply() { return std::move(reply_); }

 private:
  Message& message_;
  Reply reply_;
  Symbol part_;
};

class Network {
 public:
  explicit Network(Kernel& kernel);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  // Ends the kernel's processes: what they hold speaks of calls.
  ~Network() { kernel_.Shutdown(); }

  template <class Request, bool kWhole = false>
  class CallAwaiter;
  // co_await gives absl::StatusOr<Request::Response>.
  template <class Request>
  CallAwaiter<Request> Call(Process& from, Process& to, std::unique_ptr<MessageOf<Request>> request,
                            const Label& label, CallOptions options = {});
  // The same for a response that is too large to be moved about:
  // co_await gives the message that holds it.
  template <class Request>
  CallAwaiter<Request, true> CallForWhole(Process& from, Process& to,
                                          std::unique_ptr<MessageOf<Request>> request,
                                          const Label& label, CallOptions options = {});

  // No word between the two for so long.
  void Partition(Process& a, Process& b, Duration length);
  Kernel& kernel() { return kernel_; }

 private:
  friend class Reply;

  // Who waits for an answer.
  class Waiter {
   public:
    virtual void OnAnswer(absl::Status status, std::unique_ptr<Message> response,
                          const Label& label) = 0;

   protected:
    ~Waiter() = default;
  };
  struct PendingCall {
    std::uint32_t generation = 1;
    Waiter* waiter = nullptr;  // null: the slot is free
    Process* from = nullptr;
    Process* to = nullptr;
    Time deadline;
    AlarmId alarm;
    bool long_poll = false;
  };
  struct Envelope {
    Process* from = nullptr;
    Process* to = nullptr;
    std::uint32_t to_incarnation = 0;  // of a reply: the life that asked
    bool is_reply = false;
    bool was_held = false;
    std::uint32_t others_first = 0;
    AlarmId release;
    Label label;
    CallId call;
    Symbol part;  // of a request
    absl::Status status;
    std::unique_ptr<Message> message;
  };
  struct Blocked {
    Process* a;
    Process* b;
    Time until;
  };

  CallId SendRequest(Waiter& waiter, Process& from, Process& to, std::unique_ptr<Message> request,
                     const Label& label, CallOptions options);
  void SendReply(Reply& reply, absl::Status status, std::unique_ptr<Message> response);
  void CancelCall(CallId call);
  bool Awaited(CallId call) const;

  void Transmit(Envelope& envelope);
  void Repeat(const Envelope& envelope);
  void DeliverAfter(Envelope& envelope, Duration extra);
  static Alarm ArrivalOf(Network& network, Envelope& envelope);
  void Arrive(Envelope& envelope);
  bool HoldBack(Envelope& envelope);
  void ReleaseHeld(Process& to);
  void Deliver(Envelope& envelope);
  void DeliverRequest(Envelope& envelope);
  void DeliverReply(Envelope& envelope);
  void Lose(Envelope& envelope);
  void Refuse(Envelope& envelope);
  bool IsBlocked(const Process& a, const Process& b);
  void Settle(CallId call, absl::Status status, std::unique_ptr<Message> response,
              const Label& label);
  void WatchDeadline(CallId id);
  void OnDeath(Process& dead);
  void AnswerLater(CallId id, absl::Status status);
  Envelope& NewEnvelope();
  void Free(Envelope& envelope);
  void Trace(TraceKind kind, const Envelope& envelope, std::int64_t value = 0);

  Kernel& kernel_;
  std::vector<PendingCall> calls_;
  std::vector<std::uint32_t> free_calls_;
  std::deque<Envelope> envelopes_;
  std::vector<Envelope*> free_envelopes_;
  std::vector<Envelope*> held_;  // in the order in which they were held back
  std::vector<Blocked> blocked_;
};

template <class Request, bool kWhole>
class Network::CallAwaiter final : private Network::Waiter {
 public:
  using Response = typename Request::Response;
  using Result = std::conditional_t<kWhole, std::unique_ptr<MessageOf<Response>>, Response>;

  CallAwaiter(Network& network, Process& from, Process& to,
              std::unique_ptr<MessageOf<Request>> request, const Label& label, CallOptions options)
      : network_(network),
        from_(from),
        to_(to),
        request_(std::move(request)),
        label_(label),
        options_(options) {}
  CallAwaiter(const CallAwaiter&) = delete;
  CallAwaiter& operator=(const CallAwaiter&) = delete;
  ~CallAwaiter() {
    if (call_.generation != 0) network_.CancelCall(call_);
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    call_ = network_.SendRequest(*this, from_, to_, std::move(request_), label_, options_);
  }
  absl::StatusOr<Result> await_resume() {
    if (!status_.ok()) return status_;
    Response* response = response_ == nullptr ? nullptr : response_->As<Response>();
    if (response == nullptr)
      return absl::InternalError("the reply is of another type than expected");
    if constexpr (kWhole) {
      return Result(static_cast<MessageOf<Response>*>(response_.release()));
    } else {
      return std::move(*response);
    }
  }

 private:
  void OnAnswer(absl::Status status, std::unique_ptr<Message> response,
                const Label& label) override {
    call_ = CallId{};
    if (options_.reply_label != nullptr) *options_.reply_label = label;
    status_ = std::move(status);
    response_ = std::move(response);
    network_.kernel().Resume(handle_);
  }

  Network& network_;
  Process& from_;
  Process& to_;
  std::unique_ptr<MessageOf<Request>> request_;
  Label label_;
  CallOptions options_;
  std::coroutine_handle<> handle_;
  CallId call_;
  absl::Status status_;
  std::unique_ptr<Message> response_;
};

template <class Request>
Network::CallAwaiter<Request> Network::Call(Process& from, Process& to,
                                            std::unique_ptr<MessageOf<Request>> request,
                                            const Label& label, CallOptions options) {
  return CallAwaiter<Request>(*this, from, to, std::move(request), label, options);
}

template <class Request>
Network::CallAwaiter<Request, true> Network::CallForWhole(
    Process& from, Process& to, std::unique_ptr<MessageOf<Request>> request, const Label& label,
    CallOptions options) {
  return CallAwaiter<Request, true>(*this, from, to, std::move(request), label, options);
}

}  // namespace groundhog::sim
