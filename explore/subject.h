// Subject: what is explored: something that runs one simulation under given answers and judges it.
//
//     const SubjectFactory make = SubjectOf(scenario);   // simulation_subject.h
//     Runner runner(make);                               // one a thread
//     const Verdict verdict = runner.Run(choices);
//
// A Subject belongs to one thread; the factory is called from many. The same answers give the same
// Verdict, however many runs came before. Sites and labels that a run asked about stay valid as
// long as its Subject.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/choice.h"
#include "sim/trace.h"
#include "world/verdict.h"

namespace groundhog::explore {

class Subject {
 public:
  virtual ~Subject() = default;
  virtual Verdict Run(sim::Choices& choices) = 0;
  // As Run, and keeps what happened, if the subject has a trace.
  virtual Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records);
};

using SubjectFactory = std::function<std::unique_ptr<Subject>()>;

// The property that an exception out of a simulation violates.
inline constexpr std::string_view kThrew = "the simulation threw";

// Runs a Subject that it makes when it needs one. What the author's code throws becomes a violation
// of kThrew; the next run has a new Subject, because nobody knows what the exception left behind.
class Runner {
 public:
  explicit Runner(SubjectFactory make) : make_(std::move(make)) {}

  Verdict Run(sim::Choices& choices);
  Verdict RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records);

 private:
  template <class Action>
  Verdict Guard(Action action);

  SubjectFactory make_;
  std::unique_ptr<Subject> subject_;
  // Subjects that threw: labels of their last run may still be read.
  std::unique_ptr<Subject> retired_;
};

}  // namespace groundhog::explore
