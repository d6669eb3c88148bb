// Plan: what a client is to do with a program: how it starts it, and what it then does to it, after
// a while; all of it drawn as inputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/history/payload_codec.h"
#include "tests/random_workflows/program.h"

namespace groundhog::random_workflows {

inline constexpr std::string_view kQueue = "programs";

// What a client does to the workflow that it has started. `how` says in which of six ways.
#define GROUNDHOG_RANDOM_DEEDS(X)                                     \
  X(Nothing)                                                          \
  X(Signal)                                                           \
  X(Query)                                                            \
  X(Update)                                                           \
  X(StartUpdate)                                                      \
  X(Cancel)                                                           \
  X(Terminate)                                                        \
  X(Reset)                                                            \
  X(ResetBase) /* the first run */                                    \
  X(Delete)                                                           \
  X(Describe)                                                         \
  X(Follow) /* its history, event by event */                         \
  X(SignalWithStart)                                                  \
  X(UpdateWithStart)                                                  \
  X(StartAgain)                                                       \
  X(EndActivity)   /* completes or fails it from outside, or beats */ \
  X(PauseActivity) /* in half of the ways for good */                 \
  X(UnpauseActivity)                                                  \
  X(ResetActivity)                                                    \
  X(ChangeActivity)                                                   \
  X(Schedule) /* that starts the same program */                      \
  X(Batch)                                                            \
  X(Retain) /* closed runs of the namespace, for so long */

enum class Deed : std::uint8_t {
#define X(Name) k##Name,
  GROUNDHOG_RANDOM_DEEDS(X)
#undef X
};
const std::vector<std::string>& DeedNames();

struct Action {
  history::Duration after{0};
  Deed deed = Deed::kNothing;
  int how = 0;
};

struct Plan {
  client::StartOptions start = {};
  bool in_go = false;
  bool is_dynamic = false;      // its type is one that nobody registers
  bool in_worker = false;       // the client is in a worker's process, and wants eager starts
  std::string namespace_ = {};  // empty: "default"; else it is registered first
  history::DataConverter converter = {};
  Program program = {};
  std::vector<Action> actions = {};
};

// Where it runs and how it is encoded is for others to say.
Plan DrawPlan(World& world, const std::string& name, const Surroundings& surroundings);

}  // namespace groundhog::random_workflows
