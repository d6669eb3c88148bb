// ServiceCalls: how a worker talks to the server: every call of one connection,
// reports tried again after trouble.
#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <absl/status/statusor.h>

#include "runtime/protocol/retry.h"
#include "sim/coro.h"
#include "sim/network.h"
#include "sim/process.h"

namespace groundhog::worker {

inline constexpr sim::Duration kPollDeadline = std::chrono::seconds(70);

class ServiceCalls {
 public:
  // All calls are about the namespace of this name; of "default" if it is empty.
  ServiceCalls(sim::Process& process, sim::Network& network, sim::Process& server,
               std::string_view name)
      : process_(process), network_(network), server_(server) {
    if (!name.empty()) namespace_ = process.kernel().symbols().Intern(name);
  }

  sim::Network& network() { return network_; }

  // One try of a long poll, for the message that holds the task; `label` becomes that of the task.
  template <class Request>
  auto Poll(std::unique_ptr<sim::MessageOf<Request>> request, sim::Label* label) {
    return network_.CallForWhole(process_, server_, std::move(request), sim::Label(),
                                 sim::CallOptions{.deadline = kPollDeadline,
                                                  .long_poll = true,
                                                  .reply_label = label,
                                                  .part = namespace_});
  }

  // Sends what `make` gives until the server answers, it refuses, or kMostReportTries are used up.
  // Each try makes it anew: a request that was sent is the server's. REQUIRES: `make`, and what it
  // refers to, lives until then.
  template <class Make, class Request = std::invoke_result_t<const Make&>>
  sim::Coro<absl::StatusOr<typename Request::Response>> Report(const Make& make, sim::Label task) {
    static constexpr sim::SymbolEntry kKind{Request::kName};
    const sim::Label label = task.WithKind(sim::Symbol(kKind));
    const sim::CallOptions options{.part = namespace_};
    protocol::CallBackoff backoff;
    for (;;) {
      auto request = sim::MakeMessageBy(make);
      absl::StatusOr<typename Request::Response> answer =
          co_await network_.Call(process_, server_, std::move(request), label, options);
      if (answer.ok() || !protocol::IsRetryable(answer.status())) co_return answer;
      const sim::Duration wait = backoff.Next();
      if (backoff.tries() >= protocol::kMostReportTries) co_return answer;
      co_await process_.Sleep(wait);
    }
  }

 private:
  sim::Process& process_;
  sim::Network& network_;
  sim::Process& server_;
  sim::Symbol namespace_;
};

}  // namespace groundhog::worker
