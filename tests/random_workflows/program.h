// Program: what a random workflow does: a tree of steps, which is the workflow's input, so that the
// code which carries it out (interpreter.h) is the same for all of them and deterministic in its
// input.
//
//     const Program program = DrawProgram(world, "w0", {.is_redeployed = true});
//
// Each step is drawn as an input of the world (World::Input), named by its place in the tree.
// Answer 0 is always the least: nothing, the plain way, no further step. So an explorer shrinks a
// program as it shrinks faults, and what is left can be read.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace groundhog {
class World;
}

namespace groundhog::random_workflows {

// What a step does. `how` says in which of a few ways (each op has its own), `body` what is done
// within it, if anything can be.
#define GROUNDHOG_RANDOM_OPS(X)                                                     \
  X(Nothing)                                                                        \
  X(Activity)          /* succeeds, fails, hangs, is retried, heartbeats */         \
  X(CancelledActivity) /* of each cancellation type, before or after it was sent */ \
  X(AbandonedActivity) /* while a worker is at it */                                \
  X(DynamicActivity)   /* of a type that nobody registers; or a local one */        \
  X(OpenActivity)      /* left open by its code, for a client to end */             \
  X(UnpolledActivity)  /* on a task queue that nobody polls */                      \
  X(LocalActivity)                                                                  \
  X(CancelledLocal)                                                                 \
  X(Sleep)                                                                          \
  X(CancelledTimer)                                                                 \
  X(WaitForSignal) /* a condition, with a limit */                                  \
  X(ReceiveSignal) /* from a signal channel, by a selector */                       \
  X(SideEffect)                                                                     \
  X(Random)                                                                         \
  X(Patch)                                                                          \
  X(Version)                                                                        \
  X(Changed) /* something else in the second version of the code */                 \
  X(Broken)  /* a bug that the second version does not have */                      \
  X(Memo)                                                                           \
  X(Attributes)                                                                     \
  X(Details)                                                                        \
  X(Block)    /* its thread, for a moment */                                        \
  X(Spawn)    /* the body, twice, side by side */                                   \
  X(Shielded) /* the body */                                                        \
  X(Scoped)   /* the body in a cancellation scope, or with a limit of time */       \
  X(Gather)   /* activities as they complete */                                     \
  X(Piped)    /* the body, and values through a channel */                          \
  X(Locked)   /* the body, twice side by side, under a mutex or a semaphore */      \
  X(Child)    /* the body as a workflow of its own, of each close policy */         \
  X(LeftChild)                                                                      \
  X(CancelledChild)                                                                 \
  X(SignalledChild)                                                                 \
  X(CronChild) /* the body, again and again, until its time is over */              \
  X(SignalOther)                                                                    \
  X(CancelOther)                                                                    \
  X(ContinueAsNew)                                                                  \
  X(Fail)                                                                           \
  X(AwaitHandlers)                                                                  \
  X(DynamicHandlers) /* take what nobody else takes, from now on */                 \
  X(Ask)             /* looks at Info() */

enum class Op : std::uint8_t {
#define X(Name) k##Name,
  GROUNDHOG_RANDOM_OPS(X)
#undef X
};

const std::vector<std::string>& OpNames();

struct Step {
  Op op = Op::kNothing;
  int how = 0;
  std::string place = {};  // in its program: "2.0"
  std::vector<Step> body = {};
};

// The way of kCancelledChild that cancels a running child with TRY_CANCEL.
inline constexpr int kTriesToCancel = 5;

struct Program {
  std::vector<Step> steps = {};
  int generation = 0;           // how often it was continued as new
  bool ends_on_cancel = false;  // else it goes on
};

void to_json(nlohmann::json& json, const Step& step);
void from_json(const nlohmann::json& json, Step& step);
void to_json(nlohmann::json& json, const Program& program);
void from_json(const nlohmann::json& json, Program& program);

struct Surroundings {
  bool is_redeployed = false;  // all workers have the second version of the code in the end
};
Program DrawProgram(World& world, const std::string& name, const Surroundings& surroundings);

// The n-th of a few ways, eight at most, which are named: "0", "1", …
int DrawHow(World& world, const std::string& name, int count);

}  // namespace groundhog::random_workflows
