// Interpreter: the one workflow that carries out every program.
//
// It keeps a digest of all that it has seen (results, failures, times, random numbers), and hands
// it to whatever it asks for: so whoever sees anything else at a replay asks for something else.
//
// There are two versions of it: SecondInterpreter is the same code after a change, by patches and
// by versions (Op::kChanged), and without a bug (Op::kBroken).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>

#include "runtime/history/failure_text.h"
#include "runtime/history/names.h"
#include "runtime/workflow/workflow.h"
#include "tests/random_workflows/program.h"
#include "tests/random_workflows/work.h"

namespace groundhog::random_workflows {

inline constexpr WorkflowType<std::string(Program)> kProgram{"Program"};
inline constexpr WorkflowType<std::string(Program)> kGoProgram{"GoProgram"};    // in Go's dialect
inline constexpr WorkflowType<std::string(Program)> kAnyProgram{"AnyProgram"};  // dynamic
inline constexpr SignalType<int> kPoke{"poke"};
inline constexpr QueryType<std::string()> kSeen{"seen"};
inline constexpr QueryType<std::string()> kStackTrace{"__stack_trace"};
inline constexpr UpdateType<std::string(int)> kAdd{"add"};
inline constexpr SignalType<int> kPush{"push"};  // into a channel
// Nobody takes these, but dynamic handlers.
inline constexpr SignalType<int> kUnknown{"unknown"};
inline constexpr QueryType<std::string()> kUnknownQuery{"unknown"};
inline constexpr UpdateType<std::string(int)> kUnknownUpdate{"unknown"};

class Interpreter {
 public:
  Interpreter();
  workflow::Coro<std::string> Run(Program program);

 protected:
  explicit Interpreter(int version);
  void TakeTheRest(const Step& step);

 private:
  workflow::Coro<void> Do(const std::vector<Step>& steps);
  workflow::Coro<void> Do(const Step& step);
  workflow::Coro<void> DoWork(const Step& step);
  workflow::Coro<void> DoWait(const Step& step);
  workflow::Coro<void> DoFibers(const Step& step);
  workflow::Coro<void> DoFamily(const Step& step);
  void DoAtOnce(const Step& step);

  // interpreter_work.cc
  using Work = ActivityType<std::string(int, std::string)>;
  workflow::Coro<void> RunActivity(Work work, const Step& step);
  workflow::Coro<void> RunLocally(Work work, const Step& step);
  workflow::Coro<void> Activity(const Step& step);
  workflow::Coro<void> CancelledActivity(const Step& step);
  workflow::Coro<void> AbandonedActivity(const Step& step);
  workflow::Coro<void> DynamicActivity(const Step& step);
  workflow::Coro<void> OpenActivity(const Step& step);
  workflow::Coro<void> UnpolledActivity(const Step& step);
  workflow::Coro<void> LocalActivity(const Step& step);
  workflow::Coro<void> CancelledLocal(const Step& step);
  workflow::Coro<void> Gather(const Step& step);
  workflow::Coro<void> Changed(const Step& step);
  bool IsChanged(const Step& step) const;

  // interpreter.cc
  workflow::Coro<void> CancelledTimer(const Step& step);
  workflow::Coro<void> WaitForSignal(const Step& step);
  workflow::Coro<void> ReceiveSignal(const Step& step);
  void AskVersion(const Step& step);
  bool VersionsAreSound() const;
  void ContinueAsNew(const Step& step);

  // interpreter_fibers.cc
  workflow::Coro<void> Shield(const Step& step);
  workflow::Coro<void> Spawned(const Step& step);
  workflow::Coro<void> Scoped(const Step& step);
  workflow::Coro<void> Limited(const Step& step, history::Duration limit);
  workflow::Coro<void> CancelSoon(workflow::CancellationScope scope);
  workflow::Coro<void> Piped(const Step& step);
  struct PipeEnds {
    explicit PipeEnds(std::size_t capacity) : channel(capacity) {}
    workflow::Channel<std::string> channel;
    bool is_given_up = false;  // by who receives
  };
  using Pipe = std::shared_ptr<PipeEnds>;
  workflow::Coro<void> Pour(const Step& step, Pipe pipe);
  workflow::Coro<void> Locked(const Step& step);
  workflow::Coro<void> InMutex(const Step& step);
  workflow::Coro<void> InSemaphore(const Step& step);

  // interpreter_family.cc
  workflow::Coro<void> Child(const Step& step);
  workflow::Coro<void> LeftChild(const Step& step);
  workflow::Coro<void> CancelledChild(const Step& step);
  workflow::Coro<void> CancelledSleeper(const Step& step);
  workflow::Coro<void> SignalledChild(const Step& step);
  workflow::Coro<void> CronChild(const Step& step);
  workflow::Coro<void> SignalOther(const Step& step);
  workflow::Coro<void> CancelOther(const Step& step);
  // Nothing if it could not be started, which is seen.
  workflow::Coro<std::optional<workflow::ChildWorkflowHandle<std::string>>> Begin(
      const Program& program, const workflow::ChildWorkflowOptions& options);
  workflow::ChildWorkflowOptions ChildOptions(const Step& step) const;
  Program ChildProgram(const Step& step) const;

  workflow::Coro<void> Poke(int how);
  workflow::Coro<std::string> Add(int how);

  // Whether event ids are what commands are named by.
  bool in_go() const { return workflow::Info().workflow_type == kGoProgram.name; }
  std::string Digest() const { return fmt::format("{:x}", seen_); }
  void See(const std::string& text);
  void SeeFailure(const history::FailurePtr& failure);
  // What came of something that was awaited. A cancel may end the program.
  template <class T>
  void See(const workflow::Result<T>& result) {
    if (!result.ok()) return SeeFailure(result.failure());
    if constexpr (!std::is_void_v<T>) See(fmt::format("{}", *result));
  }

  int version_;
  Program program_;
  std::uint64_t seen_ = 0;
  int signals_ = 0;
  workflow::SignalChannel<int> pushed_{kPush};
  workflow::Mutex mutex_;
  workflow::Semaphore semaphore_{2};
};

class SecondInterpreter : public Interpreter {
 public:
  SecondInterpreter() : Interpreter(2) {}
};

// Either of them, for workflows of no type that they are registered for; it takes every message.
template <class I>
class Dynamic : public I {
 public:
  Dynamic() { I::TakeTheRest({}); }
  workflow::Coro<history::Payloads> Run(history::Payloads input) {
    const Program program = std::get<0>(history::FromPayloads<Program>(input));
    workflow::Coro<std::string> running = I::Run(program);
    const std::string result = co_await std::move(running);
    co_return history::ResultToPayloads(result);
  }
};

}  // namespace groundhog::random_workflows
