// Comparison: what was recorded against what the simulation gave, value by value;
// a line a difference.
//
// Everything must be equal, but for what a machine's clock added to a recording: lengths and
// moments of time may differ by kClockTolerance (members t, at, seconds…, currentRetryInterval),
// and one UUID in a text is as good as another.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace groundhog::recorded {

inline constexpr double kClockTolerance = 0.25;  // seconds

class Comparison {
 public:
  void Compare(const std::string& what, const nlohmann::json& recorded,
               const nlohmann::json& simulated);
  void Note(std::string difference) { differences_.push_back(std::move(difference)); }
  std::vector<std::string> Take() { return std::move(differences_); }

 private:
  void Differ(const std::string& what, const nlohmann::json* recorded,
              const nlohmann::json* simulated);
  void CompareMembers(const std::string& what, const nlohmann::json& recorded,
                      const nlohmann::json& simulated);

  std::vector<std::string> differences_;
};

}  // namespace groundhog::recorded
