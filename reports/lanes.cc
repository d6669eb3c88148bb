#include "reports/lanes.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace groundhog::reports {

using sim::TraceKind;
using sim::TraceRecord;

Lanes::Lanes(std::span<const TraceRecord> records) {
  std::vector<Part> parts;
  for (const TraceRecord& record : records) Note(record, parts);
  std::vector<std::size_t> order(names_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return parts[a] < parts[b]; });
  std::vector<std::string> sorted;
  for (const std::size_t lane : order) sorted.push_back(names_[lane]);
  names_ = std::move(sorted);
}

std::size_t Lanes::LaneOf(sim::Symbol process, std::vector<Part>& parts) {
  const auto found = std::find(names_.begin(), names_.end(), process.text());
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  names_.emplace_back(process.text());
  parts.push_back(process.text() == "server" ? Part::kServer : Part::kService);
  return names_.size() - 1;
}

void Lanes::Note(const TraceRecord& record, std::vector<Part>& parts) {
  const std::size_t lane = LaneOf(record.process, parts);
  if (record.kind != TraceKind::kSent) return;
  const std::size_t peer = LaneOf(record.peer, parts);
  const std::uint64_t from = record.process.hash();
  const std::uint64_t to = record.peer.hash();
  const bool known = std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return (pair.asks == from && pair.answers == to) || (pair.asks == to && pair.answers == from);
  });
  if (!known) {
    pairs_.push_back(Pair{from, to});
    if (parts[lane] == Part::kService) parts[lane] = Part::kClient;  // it asks
  }
  // Whoever gets the answer to a poll is a worker; so is who calls a service.
  const bool brings_task = record.label.kind().text().starts_with("Poll");
  if (brings_task && parts[peer] == Part::kClient) parts[peer] = Part::kWorker;
}

std::size_t Lanes::Of(std::string_view process) const {
  const auto found = std::find(names_.begin(), names_.end(), process);
  return found == names_.end() ? 0 : static_cast<std::size_t>(found - names_.begin());
}

bool Lanes::IsReply(sim::Symbol from, sim::Symbol to) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.asks == to.hash() && pair.answers == from.hash();
  });
}

}  // namespace groundhog::reports
