// Simulation: one run of everything: a scenario under one set of answers, judged by all properties.
//
//     Workspace workspace;                      // one a thread, reused: memory, never meaning
//     sim::RecordedChoices choices(decisions);
//     Simulation simulation(entry, choices, workspace);
//     const Verdict verdict = simulation.Run();
//
// After Run the object holds what reports are made of. Same answers, same Verdict and same digest,
// on every compiler and machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "properties/evidence.h"
#include "properties/violation.h"
#include "runtime/server/options.h"
#include "sim/choice.h"
#include "sim/kernel.h"
#include "sim/symbol.h"
#include "sim/trace.h"
#include "world/scenario.h"
#include "world/verdict.h"

namespace groundhog {

// What simulations of one thread reuse.
class Workspace {
 public:
  sim::SymbolTable& symbols() { return symbols_; }
  // The choice site of an input that a scenario asks for; it outlives the simulation,
  // as decisions refer to it.
  const sim::ChoiceSite& InputSite(const std::string& name,
                                   const std::vector<std::string>& alternatives);
  // The memory of the last simulation's trace, and back with it.
  sim::Trace::Records TakeTraceMemory() { return std::exchange(trace_memory_, {}); }
  void KeepTraceMemory(sim::Trace::Records memory);

 private:
  struct Input {
    std::string site_name;
    std::vector<std::string> texts;
    std::vector<std::string_view> answers;
    sim::ChoiceSite site;
  };
  sim::SymbolTable symbols_;
  std::vector<std::unique_ptr<Input>> inputs_;
  sim::Trace::Records trace_memory_;
};

struct SimulationOptions {
  sim::Bounds bounds = {};
  bool check_properties = true;
  // Without records there is a digest, though no evidence of what happened. REQUIRES:
  // !check_properties.
  bool keep_trace = true;
  server::ServerOptions server = {};
};

// A line that author code logged (workflow::Logger, activity logger), with when and where.
struct LogLine {
  sim::Time time = sim::kEpoch;
  std::string process = {};
  std::string text = {};
};

// How often something that the scenario wants to see "sometimes" was seen in this run.
struct SometimesMark {
  std::string name = {};
  bool seen = false;
};

class Simulation {
 public:
  Simulation(const ScenarioEntry& scenario, sim::Choices& choices, Workspace& workspace,
             SimulationOptions options = {});
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // REQUIRES: called once.
  Verdict Run();

  // REQUIRES: Run() was called.
  const properties::Evidence& evidence() const;
  const std::vector<LogLine>& log() const;
  const std::vector<SometimesMark>& sometimes() const;
  // Names of the scenario's own claims, violated or not.
  const std::vector<std::string>& claims() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace groundhog
