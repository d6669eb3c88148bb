#include "explore/subject.h"

#include <exception>
#include <string>

#include "base/hash.h"

namespace groundhog::explore {

Verdict Subject::RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) {
  records.clear();
  return Run(choices);
}

template <class Action>
Verdict Runner::Guard(Action action) {
  std::string what;
  try {
    if (subject_ == nullptr) subject_ = make_();
    return action(*subject_);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "something that is no std::exception";
  }
  retired_ = std::move(subject_);
  Verdict verdict;
  verdict.digest = CombineHash(HashText(kThrew), HashText(what));
  verdict.violations.push_back(properties::Violation{.property = std::string(kThrew),
                                                     .message = std::string(kThrew) + ": " + what});
  return verdict;
}

Verdict Runner::Run(sim::Choices& choices) {
  return Guard([&](Subject& subject) { return subject.Run(choices); });
}

Verdict Runner::RunTraced(sim::Choices& choices, std::vector<sim::TraceRecord>& records) {
  return Guard([&](Subject& subject) { return subject.RunTraced(choices, records); });
}

}  // namespace groundhog::explore
