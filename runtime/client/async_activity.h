// AsyncActivityHandle: an activity that was left open by its code (activity::RaiseCompleteAsync),
// in the hands of whoever ends it (SEMANTICS c.3, c.4, recorded act_async_…).
//
//     const AsyncActivityHandle payment = client.GetAsyncActivityHandle(task_token);    // activity::Context::TaskToken
//     const AsyncActivityHandle same = client.GetAsyncActivityHandle("pay-1", "", "charge");
//     co_await payment.Heartbeat("half way");
//     co_await payment.Complete(receipt);
//
// A token is good for one attempt; an activity's id is good for whatever attempt there is. One that
// nobody has taken yet can be completed by its id, and nothing else. What the server refuses is a
// ServiceError: NotFound if the attempt, or the run, is over.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "runtime/history/converter.h"
#include "runtime/history/failure_error.h"
#include "runtime/protocol/activity_by_id.h"
#include "sim/coro.h"

namespace groundhog::client {

class Client;

// A heartbeat's answer: somebody asked the activity to stop. ReportCancellation says that it did.
class AsyncActivityCancelledError : public std::runtime_error {
 public:
  AsyncActivityCancelledError() : std::runtime_error("Activity cancelled") {}
};

class AsyncActivityHandle {
 public:
  using Activity = std::variant<protocol::ActivityTaskToken, protocol::ActivityName>;
  AsyncActivityHandle(Client& client, Activity activity)
      : client_(&client), activity_(std::move(activity)) {}

  // Throws AsyncActivityCancelledError.
  template <class... Details>
  sim::Coro<void> Heartbeat(const Details&... details) const {
    return SendHeartbeat(history::ToPayloads(details...));
  }
  template <class R>
  sim::Coro<void> Complete(const R& result) const {
    return SendCompleted(history::ResultToPayloads<R>(result));
  }
  sim::Coro<void> Complete() const { return SendCompleted({}); }
  // The attempt failed; whether there is another one is up to its retry policy.
  sim::Coro<void> Fail(const history::FailureError& error) const {
    return SendFailed(error.failure());
  }
  template <class... Details>
  sim::Coro<void> ReportCancellation(const Details&... details) const {
    return SendCanceled(history::ToPayloads(details...));
  }

 private:
  sim::Coro<void> SendHeartbeat(history::Payloads details) const;
  sim::Coro<void> SendCompleted(history::Payloads result) const;
  sim::Coro<void> SendFailed(history::FailurePtr failure) const;
  sim::Coro<void> SendCanceled(history::Payloads details) const;
  template <class Request>
  sim::Coro<typename Request::Response> Send(Request request) const;

  Client* client_;
  Activity activity_;
};

}  // namespace groundhog::client
