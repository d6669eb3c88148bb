// Lanes: which processes a trace has, and in which order a reader wants them side by side: those
// who ask left of those who answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace.h"

namespace groundhog::reports {

class Lanes {
 public:
  explicit Lanes(std::span<const sim::TraceRecord> records);

  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }
  // REQUIRES: the process is in the trace; names that are not are given lane 0.
  std::size_t Of(std::string_view process) const;
  // Whether messages between the two from `from` are replies: of any two, the one who spoke first
  // is the one who asks.
  bool IsReply(sim::Symbol from, sim::Symbol to) const;

 private:
  enum class Part : std::uint8_t { kClient, kServer, kWorker, kService };
  struct Pair {
    std::uint64_t asks;
    std::uint64_t answers;
  };
  void Note(const sim::TraceRecord& record, std::vector<Part>& parts);
  std::size_t LaneOf(sim::Symbol process, std::vector<Part>& parts);

  std::vector<std::string> names_;
  std::vector<Pair> pairs_;
};

}  // namespace groundhog::reports
