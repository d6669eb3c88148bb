// What an Execution knows of the author's code: the object with its Run, and the handlers of
// signals, queries and updates. The templates of registry.h and handlers.h make them of the
// author's types.
#pragma once

#include <coroutine>
#include <memory>
#include <string>

#include "runtime/history/payload.h"

namespace groundhog::workflow {

template <class T>
class Coro;

namespace internal {

class Execution;
class Fiber;
struct HandlerRest;
class UpdateMachine;

// The author's object and the coroutine of its Run.
class WorkflowInstance {
 public:
  virtual ~WorkflowInstance() = default;
  // Calls Run. Throws PayloadError if the input does not fit. The frame belongs to the fiber.
  virtual std::coroutine_handle<> Start(const history::Payloads& input, Fiber& fiber) = 0;
  // REQUIRES: Run ended without an error, and its frame still exists.
  virtual history::Payloads EncodeResult() = 0;
};

class SignalHandler {
 public:
  virtual ~SignalHandler() = default;
  // What is left to do, if the handler is a coroutine. Throws SignalInputError if the input does
  // not fit, and whatever a plain handler throws.
  virtual HandlerRest Handle(const std::string& name, const history::Payloads& input) = 0;
};

class QueryHandler {
 public:
  virtual ~QueryHandler() = default;
  virtual history::Payloads Handle(const std::string& name, const history::Payloads& input) = 0;
};

// One update in the hands of its handler.
class UpdateCall {
 public:
  virtual ~UpdateCall() = default;
  // Throws what is wrong with the update.
  virtual void Validate() = 0;
  // Completes the update, or gives what is left to do until then, if the handler is a coroutine;
  // the call has to live as long. Throws whatever a plain handler throws.
  virtual Coro<void> Run(Execution& execution, UpdateMachine& update) = 0;
};
class UpdateHandler {
 public:
  virtual ~UpdateHandler() = default;
  // Throws PayloadError if the input does not fit.
  virtual std::shared_ptr<UpdateCall> Decode(const std::string& name,
                                             const history::Payloads& input) = 0;
};

}  // namespace internal
}  // namespace groundhog::workflow
