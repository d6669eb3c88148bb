// CommandMachine: what the queue of commands knows of something that code asks for with one command
// of its own, apart from activities and timers.
//
// Its command waits in the queue until history shows the event that it became; further events name
// that event, and are routed here by its id. What an event means for the code is kept until the
// activation that tells it (Resolve).
#pragma once

#include <optional>
#include <string>

#include "runtime/history/command.h"
#include "runtime/history/event.h"
#include "runtime/workflow/completion.h"
#include "runtime/workflow/task_result.h"

namespace groundhog::workflow::internal {

class Execution;

class CommandMachine : public Completion {
 public:
  // The command in words, with what identifies it: "StartChildWorkflowExecution(Ship, id s-1)".
  virtual std::string Describe() const = 0;
  // Whether it was taken back before it was sent: then there is neither command nor event.
  virtual bool dropped_before_sent() const { return false; }
  // Whether the command can be sent. One that was made while replaying may lack its input.
  virtual bool sendable() const { return true; }
  // REQUIRES: sendable(). Once.
  virtual history::Command TakeCommand() = 0;

  // The event that stands where the command's event has to stand.
  virtual std::optional<Nondeterminism> OnCommandEvent(const history::HistoryEvent& event) = 0;
  // A later event. Sets `tells` if the code is to be told.
  virtual std::optional<Nondeterminism> OnEvent(const history::HistoryEvent& event,
                                                bool& tells) = 0;
  // Tells the code; called once for each event that set `tells`, in their order.
  virtual void Resolve() = 0;

  // Whether its command will be sent, so that the input has to be encoded.
  bool is_to_be_sent() const;
  void Detach() { execution_ = nullptr; }

 protected:
  explicit CommandMachine(Execution* execution) : execution_(execution) {}
  // Null: its run is gone, or it was made while the run was being destroyed.
  Execution* execution() const { return execution_; }

 private:
  Execution* execution_;
};

}  // namespace groundhog::workflow::internal
