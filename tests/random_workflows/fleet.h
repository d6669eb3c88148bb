// Fleet: the workers of a random scenario, and the operator who stops them, kills them, and gives
// them the second version of the code (interpreter.h); all of it drawn as inputs.
//
//     Fleet fleet(world);
//     fleet.Add(kDefault, script);        // a worker, or two; the script runs in the first one
//     fleet.AddOperator();                // after the workers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/history/payload_codec.h"
#include "tests/random_workflows/program.h"
#include "world/world.h"

namespace groundhog::random_workflows {

class Fleet {
 public:
  explicit Fleet(World& world);

  // Whether all workers have the second version of the code in the end.
  bool is_redeployed() const { return deployment_ != 0; }
  // Workers of that namespace; empty: "default". Without a script (it is null) they are alone in
  // their processes. Returns how the namespace's payloads are encoded.
  history::DataConverter Add(const std::string& name_space, World::Script script);
  void AddOperator();

 private:
  struct Kind {
    std::string name_space = {};
    history::DataConverter converter = {};
    bool polls_workflow_tasks = true;
    bool polls_activity_tasks = true;
  };
  struct Member {
    sim::Process* process;
    Kind kind;
  };
  World::MakeWorker Make(const Kind& kind, int version) const;
  void AddWorker(const std::string& name, const Kind& kind, World::Script script);
  sim::Coro<void> Operate(client::Client& client);
  static sim::Coro<void> Restart(client::Client& client, sim::Process& worker, bool gracefully);

  World& world_;
  std::uint32_t cached_ = 0;
  bool eager_ = false;
  std::uint32_t slots_ = 100;
  double activities_per_second_ = 0;
  double queue_activities_per_second_ = 0;
  std::optional<history::Duration> grace_ = {};
  int deployment_ = 0;
  int restart_ = 0;
  history::Duration after_{0};
  std::vector<Member> members_;
};

}  // namespace groundhog::random_workflows
