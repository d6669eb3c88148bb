// activity::Context: what an activity may ask and say while it runs.
//
// An activity is a coroutine of its worker's process (or a plain function). It reaches outside
// services through stubs, which send messages in its name: the label of its task travels with them,
// so that reports say whose call was lost.
//
//     sim::Coro<std::string> Withdraw(activity::Context& context, PaymentDetails details) {
//       co_return co_await bank_.Withdraw(context, …);
//     }
//
// Heartbeats are throttled as Temporal's SDKs do (SEMANTICS h): the first goes out at once, later
// ones after 0.8 times the heartbeat timeout (at most 60 s, 30 s without a timeout), the latest
// details win; on failure the last ones are sent with the report. A cancellation reaches the
// activity through a heartbeat's answer only (SEMANTICS f.5), or when its worker stops and the
// grace period is over: `cancelled()` turns true, and a Sleep throws CanceledError.
// `cancel_reason()` says why.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/failure_error.h"
#include "runtime/history/header.h"
#include "runtime/history/payload.h"
#include "runtime/history/time.h"
#include "sim/kernel.h"
#include "sim/label.h"
#include "sim/network.h"
#include "sim/process.h"

namespace groundhog::activity {

struct Info {
  std::string workflow_id = {};
  std::string run_id = {};
  std::string workflow_type = {};
  std::string activity_id = {};
  std::string activity_type = {};
  std::string task_queue = {};
  Header header = {};
  std::int32_t attempt = 1;
  // The last ones that the server had of earlier attempts.
  history::Payloads heartbeat_details = {};
  history::Timestamp scheduled_time = {};
  history::Timestamp started_time = {};
  history::Duration start_to_close_timeout{0};
  history::Duration heartbeat_timeout{0};
};

// What RaiseCompleteAsync throws. It is no std::exception,
// so that code which catches those lets it through.
class CompleteAsyncError {};

// The activity is not over when its code is: somebody else will complete it, with
// Context::TaskToken or by its id (client/async_activity.h). Its timeouts go on.
// Not for local activities.
[[noreturn]] inline void RaiseCompleteAsync() { throw CompleteAsyncError(); }

// Why an activity is asked to stop (SEMANTICS h). What an activity that stops for it is reported
// as: cancelled, or for the last three as failed, so that it is tried again.
enum class CancelReason : std::uint8_t {
  kNone,
  kCancelRequested,
  kNotFound,  // it is over already: the attempt timed out, or the run was closed
  kPaused,    // by an operator, and so is kReset
  kReset,
  kWorkerShutdown,
};

class Context {
 public:
  using SendHeartbeat = std::function<void(const history::Payloads& details)>;
  using WriteLog = std::function<void(std::string line)>;
  using MakeToken = std::function<std::string()>;

  Context(sim::Process& process, sim::Network& network, const sim::Label& label, Info info,
          SendHeartbeat send, WriteLog write, MakeToken make_token = {})
      : process_(process),
        network_(network),
        label_(label),
        info_(std::move(info)),
        send_(std::move(send)),
        write_(std::move(write)),
        make_token_(std::move(make_token)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

  const Info& info() const { return info_; }
  sim::Process& process() { return process_; }
  sim::Network& network() { return network_; }
  // What the activity is about: (workflow id, activity type, attempt).
  const sim::Label& label() const { return label_; }
  history::Timestamp Now() const;
  // For whoever is to complete it from outside; empty if it is a local activity.
  std::string TaskToken() const { return make_token_ ? make_token_() : std::string(); }
  void Log(std::string line) { write_(std::move(line)); }

  template <class... Details>
  void Heartbeat(const Details&... details) {
    RecordHeartbeat(history::ToPayloads(details...));
  }
  bool cancelled() const { return cancel_reason_ != CancelReason::kNone; }
  CancelReason cancel_reason() const { return cancel_reason_; }

  class SleepAwaiter;
  SleepAwaiter Sleep(history::Duration length);

  // ---- For the worker ----
  // Expires with the context: a heartbeat's answer may come when the activity is over.
  std::weak_ptr<void> alive() const { return alive_; }
  // Once; what is said later changes nothing.
  void Cancel(CancelReason reason = CancelReason::kCancelRequested);
  // Details that were recorded but not sent yet.
  std::optional<history::Payloads> TakeUnsentDetails();

 private:
  void RecordHeartbeat(history::Payloads details);
  void SendNow();
  history::Duration ThrottleInterval() const;

  sim::Process& process_;
  sim::Network& network_;
  sim::Label label_;
  Info info_;
  SendHeartbeat send_;
  WriteLog write_;
  MakeToken make_token_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  CancelReason cancel_reason_ = CancelReason::kNone;
  SleepAwaiter* sleeping_ = nullptr;
  std::optional<history::Payloads> unsent_;
  sim::AlarmId throttle_;
  bool throttled_ = false;
};

class Context::SleepAwaiter {
 public:
  SleepAwaiter(Context& context, history::Duration length) : context_(context), length_(length) {}
  SleepAwaiter(const SleepAwaiter&) = delete;
  SleepAwaiter& operator=(const SleepAwaiter&) = delete;
  ~SleepAwaiter();
  bool await_ready() const noexcept { return context_.cancelled(); }
  void await_suspend(std::coroutine_handle<> handle);
  void await_resume();

 private:
  friend class Context;
  void Wake();

  Context& context_;
  history::Duration length_;
  std::coroutine_handle<> handle_;
  sim::AlarmId alarm_;
};

}  // namespace groundhog::activity
