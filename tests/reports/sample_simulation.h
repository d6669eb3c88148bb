// SampleSimulation: a money transfer that never ran: trace, history, ledger and log written by
// hand, so that what reports make of them depends on nothing else. Its withdrawal's report is lost,
// the worker crashes, and a partition swallows what follows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "explore/result.h"
#include "reports/finished_simulation.h"
#include "sim/symbol.h"
#include "sim/trace.h"

namespace groundhog::reports {

class SampleSimulation {
 public:
  SampleSimulation();
  SampleSimulation(const SampleSimulation&) = delete;
  SampleSimulation& operator=(const SampleSimulation&) = delete;

  FinishedSimulation View() const;
  explore::FoundViolation Found() const;

  Verdict verdict;
  properties::Evidence evidence;
  std::vector<LogLine> log;
  std::vector<sim::Decision> decisions;

 private:
  sim::Symbol Name(const std::string& name) { return symbols_.Intern(name); }
  sim::Label About(const std::string& kind, const std::string& subject = {}, int number = 0) {
    return sim::Label(Name(kind), Name("pay-invoice-701"), Name(subject), number);
  }
  void Add(int millis, sim::TraceKind kind, const std::string& process,
           const std::string& peer = {}, const sim::Label& label = {}, std::int64_t value = 0);
  void Message(int millis, const std::string& from, const std::string& to, const sim::Label& label);
  void Event(int millis, int id, const std::string& type);
  void MakeTrace();
  void MakeStart();
  void MakeTrouble();
  void MakeEnd();
  void MakeHistory();
  void MakeLedger();

  sim::SymbolTable symbols_;
  sim::Trace trace_;
};

// A campaign that found it.
explore::CampaignResult SampleCampaign(const SampleSimulation& sample);

}  // namespace groundhog::reports
