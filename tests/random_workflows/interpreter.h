// Interpreter: the one workflow that carries out every program, and the activities that programs
// use.
//
// It keeps a digest of all that it has seen (results, failures, times, random numbers), and hands
// it to whatever it asks for: so whoever sees anything else at a replay asks for something else.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/activity/registration.h"
#include "runtime/history/names.h"
#include "runtime/workflow/workflow.h"
#include "tests/random_workflows/program.h"

namespace groundhog::random_workflows {

inline constexpr WorkflowType<std::string(Program)> kProgram{"Program"};
inline constexpr WorkflowType<std::string(Program)> kGoProgram{"GoProgram"};  // in Go's dialect
inline constexpr SignalType<int> kPoke{"poke"};
inline constexpr QueryType<std::string()> kSeen{"seen"};
inline constexpr UpdateType<std::string(int)> kAdd{"add"};
// How it goes, and what the workflow has seen.
inline constexpr ActivityType<std::string(int, std::string)> kWork{"work"};

activity::Registrations WorkActivities();

class Interpreter {
 public:
  Interpreter();
  workflow::Coro<std::string> Run(Program program);

 private:
  workflow::Coro<void> Do(const std::vector<Step>& steps);
  workflow::Coro<void> Do(const Step& step);
  workflow::Coro<void> DoCommand(const Step& step);
  workflow::Coro<void> DoFamily(const Step& step);
  void DoAtOnce(const Step& step);

  workflow::Coro<void> Activity(const Step& step);
  workflow::Coro<void> CancelledActivity(const Step& step);
  workflow::Coro<void> LocalActivity(const Step& step);
  workflow::Coro<void> CancelledLocal(const Step& step);
  workflow::Coro<void> CancelledTimer(const Step& step);
  workflow::Coro<void> WaitForSignal(const Step& step);
  workflow::Coro<void> Spawned(const Step& step);
  workflow::Coro<void> Locked(const Step& step);
  workflow::Coro<void> InMutex(const Step& step);
  workflow::Coro<void> InSemaphore(const Step& step);
  workflow::Coro<void> Child(const Step& step);
  workflow::Coro<void> LeftChild(const Step& step);
  workflow::Coro<void> CancelledChild(const Step& step);
  workflow::Coro<void> SignalledChild(const Step& step);
  workflow::Coro<void> SignalOther(const Step& step);
  workflow::Coro<void> CancelOther(const Step& step);
  void ContinueAsNew(const Step& step);

  workflow::Coro<void> Poke(int how);
  workflow::Coro<std::string> Add(int how);

  workflow::ChildWorkflowOptions ChildOptions(const Step& step) const;
  Program ChildProgram(const Step& step) const;
  std::string Digest() const;
  void See(const std::string& text);
  // What came of something that was awaited. A cancel may end the program.
  template <class T>
  void See(const workflow::Result<T>& result);

  Program program_;
  std::uint64_t seen_ = 0;
  int signals_ = 0;
  workflow::Mutex mutex_;
  workflow::Semaphore semaphore_{2};
};

}  // namespace groundhog::random_workflows
