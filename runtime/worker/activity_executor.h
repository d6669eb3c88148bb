// ActivityExecutor: runs one activity task and reports how it went.
#pragma once

#include <string>
#include <vector>

#include "runtime/activity/registration.h"
#include "runtime/history/failure.h"
#include "runtime/protocol/workflow_service.h"
#include "runtime/worker/options.h"
#include "runtime/worker/service_calls.h"
#include "sim/coro.h"
#include "sim/process.h"

namespace groundhog::worker {

class ActivityExecutor {
 public:
  ActivityExecutor(sim::Process& process, ServiceCalls& calls, const WorkerOptions& options,
                   WriteLog log);

  sim::Coro<void> Run(protocol::PollActivityTaskQueueResponse& task, sim::Label label);

  // The worker stops and its patience is over: asks all that run to stop.
  void CancelAll();

  // How an attempt ended.
  struct Ended {
    history::Payloads result = {};
    history::FailurePtr failure = {};
    bool cancelled = false;
    bool pending = false;  // somebody else will say how it went on
  };
  // The code, and what may befall it before and after.
  sim::Coro<Ended> RunAttempt(activity::Context& context, history::Payloads input,
                              sim::Label label);

 private:
  // Whether the attempt goes on to its code; what stops it instead is in `ended`,
  // or nothing ever comes of it.
  sim::Coro<bool> SurvivesBeforeEffect(const sim::Label& label, Ended& ended);
  sim::Coro<void> SurviveAfterEffect(const sim::Label& label, Ended& ended);
  sim::Coro<Ended> RunCode(activity::Context& context, history::Payloads input);
  sim::Coro<void> SendHeartbeat(protocol::ActivityTaskToken token, history::Payloads details,
                                sim::Label label, activity::Context& context);
  sim::Coro<void> Report(const protocol::ActivityTaskToken& token, Ended ended,
                         activity::Context& context, sim::Label label);
  // Of what comes from the server. The failure that it means if that cannot be done.
  history::FailurePtr Decode(protocol::PollActivityTaskQueueResponse& task) const;
  // Of what goes there.
  void Encode(Ended& ended) const;
  void Encode(history::Payloads& details) const;
  const activity::Registration* Find(const std::string& name) const;
  std::string RegisteredNames() const;

  sim::Process& process_;
  ServiceCalls& calls_;
  const WorkerOptions& options_;
  std::string identity_;
  WriteLog log_;
  std::vector<activity::Context*> running_;  // in the order in which they began
  bool shuts_down_ = false;
};

}  // namespace groundhog::worker
