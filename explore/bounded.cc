#include "explore/bounded.h"

#include <algorithm>
#include <bit>

#include <absl/container/flat_hash_map.h>

#include "base/hash.h"

namespace groundhog::explore {

class BoundedExplorer final : public Explorer {
 public:
  explicit BoundedExplorer(BoundedStrategy& strategy) : strategy_(strategy) {
    extending_.KeepPoints();
  }

  void Explore(std::uint64_t unit, RunLog& log) override {
    unit_ = &strategy_.units_[unit];
    log_ = &log;
    log.SetLevel(strategy_.level_);
    index_ = unit_->first_run;
    path_.clear();
    if (strategy_.level_ == 0) return ExploreUneventful();
    extensions_.resize(strategy_.level_);
    const BoundedStrategy::Extension& first = strategy_.singles_[unit];
    path_.push_back(first.decision);
    Descend(first.at_created_point);
  }

 private:
  using Extension = BoundedStrategy::Extension;

  void ExploreUneventful() {
    if (!RunPath(false)) return;
    strategy_.leaves_inputs_ = LeavesInputs();
    if (strategy_.most_decisions_ == 0) return;
    for (const std::uint64_t point : PointsOf(extending_, 0)) {
      strategy_.uneventful_points_.insert(point);
    }
    FindExtensions(strategy_.singles_);
    unit_->extensions = strategy_.singles_.size();
  }

  // Runs all sets of the level that begin with `path_`. False: no further run may be made.
  bool Descend(bool at_created_point) {
    if (path_.size() == strategy_.level_) return RunPath(at_created_point);
    if (!log_->MayRun(index_) || log_->TimeIsUp()) return false;
    extending_.Load(path_);
    log_->RunAgain(extending_);
    if (!extending_.followed()) {
      log_->NoteLostWay(index_, extending_);
      return true;
    }
    std::vector<Extension>& extensions = extensions_[path_.size()];
    FindExtensions(extensions);
    for (const Extension& extension : extensions) {
      path_.push_back(extension.decision);
      const bool go_on = Descend(extension.at_created_point);
      path_.pop_back();
      if (!go_on) return false;
    }
    return true;
  }

  bool RunPath(bool at_created_point) {
    if (!log_->MayRun(index_) || log_->TimeIsUp()) return false;
    const bool will_be_extended = path_.size() < strategy_.most_decisions_;
    EnumeratedChoices& choices = will_be_extended || path_.empty() ? extending_ : last_;
    choices.Load(path_);
    log_->Run(index_, choices);
    if (!choices.followed()) {
      log_->NoteLostWay(index_, choices);
    } else if (will_be_extended && !path_.empty()) {
      unit_->extensions += CountExtensions();
    }
    if (at_created_point) log_->NoteCreatedPoint();
    ++index_;
    return true;
  }

  bool LeavesInputs() const {
    const std::vector<sim::ChoicePoint>& points = extending_.points();
    return std::any_of(points.begin(), points.end(), [this](const sim::ChoicePoint& point) {
      return point.site->choice_class == sim::ChoiceClass::kInput &&
             strategy_.faults_.AllowedAnswers(*point.site) == 0;
    });
  }

  std::size_t BehindLastDecision() const { return path_.empty() ? 0 : path_.back().position + 1; }

  std::uint64_t CountExtensions() const {
    const std::vector<sim::ChoicePoint>& points = extending_.points();
    std::uint64_t count = 0;
    for (std::size_t position = BehindLastDecision(); position < points.size(); ++position) {
      count += std::popcount(strategy_.faults_.AllowedAnswers(*points[position].site));
    }
    return count;
  }

  // What the points from `begin` on are told apart by: address and occurrence.
  const std::vector<std::uint64_t>& PointsOf(const sim::Choices& choices, std::size_t begin) {
    occurrences_.clear();
    identities_.clear();
    const std::vector<sim::ChoicePoint>& points = choices.points();
    for (std::size_t position = 0; position < points.size(); ++position) {
      const std::uint64_t address = AddressOf(points[position]);
      const std::uint32_t occurrence = ++occurrences_[address];
      if (position >= begin) identities_.push_back(CombineHash(address, occurrence));
    }
    return identities_;
  }

  static std::uint64_t AddressOf(const sim::ChoicePoint& point) {
    return CombineHash(point.site->hash, point.label.hash());
  }

  // The extensions of the run that `extending_` was last used for.
  void FindExtensions(std::vector<Extension>& extensions) {
    extensions.clear();
    const std::vector<sim::ChoicePoint>& points = extending_.points();
    const std::size_t begin = BehindLastDecision();
    const std::vector<std::uint64_t>& identities = PointsOf(extending_, begin);
    for (std::size_t position = begin; position < points.size(); ++position) {
      const sim::ChoicePoint& point = points[position];
      std::uint64_t allowed = strategy_.faults_.AllowedAnswers(*point.site);
      const bool created = !strategy_.uneventful_points_.contains(identities[position - begin]);
      for (; allowed != 0; allowed &= allowed - 1) {
        extensions.push_back(
            Extension{.decision = {.address = AddressOf(point),
                                   .position = static_cast<std::uint32_t>(position),
                                   .answer = static_cast<sim::Answer>(std::countr_zero(allowed))},
                      .at_created_point = created});
      }
    }
  }

  BoundedStrategy& strategy_;
  BoundedStrategy::Unit* unit_ = nullptr;
  RunLog* log_ = nullptr;
  std::uint64_t index_ = 0;
  std::vector<PlacedDecision> path_;
  std::vector<std::vector<Extension>> extensions_;  // by depth
  EnumeratedChoices extending_;                     // keeps its points
  EnumeratedChoices last_;                          // of runs that nobody extends
  absl::flat_hash_map<std::uint64_t, std::uint32_t> occurrences_;
  std::vector<std::uint64_t> identities_;
};

BoundedStrategy::BoundedStrategy(const faults::Faults& faults, std::uint32_t most_decisions)
    : faults_(faults), most_decisions_(most_decisions) {}

std::uint64_t BoundedStrategy::NextRound() {
  if (!begun_) {
    begun_ = true;
    units_.assign(1, Unit{});
    return 1;
  }
  if (level_ == most_decisions_) return 0;
  ++level_;
  std::vector<Unit> next(singles_.size());
  std::uint64_t first_run = level_ == 1 ? 1 : runs_below_;
  const std::uint64_t begin = first_run;
  for (std::size_t i = 0; i < next.size(); ++i) {
    next[i].first_run = first_run;
    first_run += level_ == 1 ? 1 : units_[i].extensions;
  }
  runs_below_ = first_run;
  totals_.push_back(first_run - begin);
  units_ = std::move(next);
  return totals_.back() == 0 ? 0 : units_.size();
}

std::unique_ptr<Explorer> BoundedStrategy::NewExplorer() {
  return std::make_unique<BoundedExplorer>(*this);
}

}  // namespace groundhog::explore
