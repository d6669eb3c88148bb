#include <algorithm>

#include <fmt/format.h>

#include "reports/time_text.h"
#include "reports/timeline.h"
#include "reports/timeline_rows.h"

namespace groundhog::reports {
namespace {

using Kind = TimelineRow::Kind;
using Weight = TimelineRow::Weight;

constexpr std::size_t kTimeWidth = 9;

// To say that one row was left out takes as much room as the row.
void ShowLoneRows(const std::vector<TimelineRow>& rows, std::vector<bool>& shown) {
  std::size_t hidden = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i <= rows.size(); ++i) {
    if (i == rows.size() || shown[i]) {
      if (hidden == 1) shown[last] = true;
      hidden = 0;
    } else if (rows[i].weight != Weight::kDetail) {
      ++hidden;
      last = i;
    }
  }
}

// Which rows are shown: all, or those that matter most and what stands around them.
std::vector<bool> ChooseRows(const std::vector<TimelineRow>& rows, std::size_t most) {
  std::vector<bool> shown(rows.size(), most == 0);
  if (most == 0) return shown;
  struct Candidate {
    std::size_t row;
    std::size_t rank;
  };
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].weight == Weight::kKey || rows[i].fault) keys.push_back(i);
  }
  const auto distance = [&keys](std::size_t row) {
    std::size_t nearest = ~std::size_t{0};
    for (const std::size_t key : keys)
      nearest = std::min(nearest, key > row ? key - row : row - key);
    return nearest;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].weight != Weight::kDetail || rows[i].fault) candidates.push_back({i, distance(i)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
  if (keys.size() > most) {
    // Even what matters is too much: the beginning and the end of it.
    for (std::size_t i = 0; i < most / 2; ++i)
      shown[keys[i]] = shown[keys[keys.size() - 1 - i]] = true;
    return shown;
  }
  for (std::size_t i = 0; i < std::min(most, candidates.size()); ++i)
    shown[candidates[i].row] = true;
  ShowLoneRows(rows, shown);
  return shown;
}

class LaneDrawer {
 public:
  LaneDrawer(const TimelineRows& timeline, const TimelineOptions& options)
      : timeline_(timeline), options_(options), style_(options.style) {
    constexpr std::size_t kLeastText = 40;
    constexpr std::size_t kLeastSpacing = 3;
    const std::size_t lanes = std::max<std::size_t>(timeline.lanes.size(), 1);
    std::size_t longest = 5;
    for (const std::string& name : timeline.lanes)
      longest = std::max(longest, DisplayWidth(name) + 2);
    const std::size_t room =
        style_.width > kTimeWidth + 2 + kLeastText ? style_.width - kTimeWidth - 2 - kLeastText : 0;
    spacing_ = std::max(kLeastSpacing, std::min(longest, room / lanes));
    lanes_width_ = (lanes - 1) * spacing_ + 1;
    const std::size_t before = 2 + kTimeWidth + 2 + lanes_width_ + 3;
    constexpr std::size_t kLeastWrapped = 24;
    text_width_ = std::max(kLeastWrapped, style_.width > before ? style_.width - before : 0);
  }

  std::string Draw();

 private:
  void DrawNames();
  void DrawRow(const TimelineRow& row);
  void DrawGap(std::size_t rows);
  void DrawLine(std::string_view time, const std::vector<std::string>& cells, Ink lane_ink,
                std::string_view text, Ink ink);
  std::vector<std::string> Cells(const std::vector<LaneState>& states) const;
  void DrawArrow(const TimelineRow& row, std::vector<std::string>& cells) const;
  std::string_view PointOf(const TimelineRow& row) const;
  std::vector<std::string> EventLines(const TimelineRow& row) const;

  const TimelineRows& timeline_;
  const TimelineOptions& options_;
  const TextStyle& style_;
  std::size_t spacing_ = 8;
  std::size_t lanes_width_ = 1;
  std::size_t text_width_ = 40;
  std::string last_time_;
  std::string out_;
};

std::string LaneDrawer::Draw() {
  DrawNames();
  const std::vector<bool> shown = ChooseRows(timeline_.rows, options_.max_rows);
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < timeline_.rows.size(); ++i) {
    if (!shown[i]) {
      if (timeline_.rows[i].weight != Weight::kDetail) ++left_out;
      continue;
    }
    if (left_out != 0) DrawGap(left_out);
    left_out = 0;
    DrawRow(timeline_.rows[i]);
  }
  if (left_out != 0) DrawGap(left_out);
  return std::move(out_);
}

void LaneDrawer::DrawNames() {
  const bool fits =
      std::all_of(timeline_.lanes.begin(), timeline_.lanes.end(), [this](const std::string& name) {
        return DisplayWidth(name) < spacing_ || &name == &timeline_.lanes.back();
      });
  const auto indent = [] { return "  " + PadTo("", kTimeWidth) + "  "; };
  if (fits) {
    std::string names;
    for (const std::string& name : timeline_.lanes) names += PadTo(Printable(name), spacing_);
    while (!names.empty() && names.back() == ' ') names.pop_back();
    out_ += indent() + Paint(style_, Ink::kBold, names) + "\n";
    return;
  }
  // One name a line, each above its own lane.
  for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
    std::string before;
    for (std::size_t i = 0; i < lane; ++i) before += PadTo("│", spacing_);
    out_ += indent() + Paint(style_, Ink::kDim, before) +
            Paint(style_, Ink::kBold, Printable(timeline_.lanes[lane])) + "\n";
  }
}

std::vector<std::string> LaneDrawer::Cells(const std::vector<LaneState>& states) const {
  std::vector<std::string> cells(lanes_width_, " ");
  for (std::size_t lane = 0; lane < states.size(); ++lane) {
    switch (states[lane]) {
      case LaneState::kUp:
        cells[lane * spacing_] = "│";
        break;
      case LaneState::kPaused:
        cells[lane * spacing_] = "┆";
        break;
      case LaneState::kDown:
        break;
    }
  }
  return cells;
}

std::string_view LaneDrawer::PointOf(const TimelineRow& row) const {
  if (row.kind == Kind::kDeath) return "✖";
  if (row.kind == Kind::kBooking) return "◆";
  if (row.kind == Kind::kNote) return "·";
  return "●";
}

void LaneDrawer::DrawArrow(const TimelineRow& row, std::vector<std::string>& cells) const {
  const std::size_t from = row.from * spacing_;
  const std::size_t to = row.to * spacing_;
  if (from == to) {
    cells[from] = PointOf(row);
    return;
  }
  const bool right = from < to;
  const std::size_t end = row.kind == Kind::kLost ? (from + to) / 2 : to;
  for (std::size_t i = std::min(from, end); i <= std::max(from, end); ++i) {
    cells[i] = cells[i] == "│" ? "┼" : "─";
  }
  cells[from] = "●";
  cells[end] = row.kind == Kind::kLost ? "✖" : right ? "▶" : "◀";
}

void LaneDrawer::DrawLine(std::string_view time, const std::vector<std::string>& cells,
                          Ink lane_ink, std::string_view text, Ink ink) {
  std::string lanes;
  for (const std::string& cell : cells) lanes += cell;
  std::string line = fmt::format("  {:>{}}  {}", time, kTimeWidth, Paint(style_, lane_ink, lanes));
  if (!text.empty()) line += "   " + Paint(style_, ink, text);
  while (line.back() == ' ') line.pop_back();
  out_ += line + "\n";
}

// As many events a line as fit; one is broken only if it is wider than a line.
std::vector<std::string> LaneDrawer::EventLines(const TimelineRow& row) const {
  const std::size_t room = text_width_ - 2;
  std::vector<std::string> lines;
  for (const std::string& event : row.events) {
    // In an extract the workflow tasks are noise.
    if (options_.max_rows != 0 && event.find(" WorkflowTask") != std::string::npos) continue;
    const bool joins =
        !lines.empty() && DisplayWidth(lines.back()) + 2 + DisplayWidth(event) + 1 <= room;
    if (joins) {
      lines.back() += ", " + event;
      continue;
    }
    if (!lines.empty()) lines.back() += ",";
    for (std::string& line : Wrap(event, room - 1)) lines.push_back(std::move(line));
  }
  for (std::string& line : lines) line = "  " + line;
  return lines;
}

void LaneDrawer::DrawRow(const TimelineRow& row) {
  std::string time = TimeText(row.time - sim::kEpoch);
  const bool same = time == last_time_;
  last_time_ = time;
  if (same) time.clear();

  std::vector<std::string> cells = Cells(row.lanes);
  DrawArrow(row, cells);
  std::string text = row.text;
  if (row.more != 0) {
    text += fmt::format(" ({} more until {})", row.more, TimeText(row.last_time - sim::kEpoch));
  }
  std::vector<std::string> lines;
  if (!text.empty()) lines = Wrap(row.fault ? "✖ " + text : text, text_width_);
  const std::size_t own = lines.size();
  std::vector<std::string> events = EventLines(row);
  if (own == 0 && !events.empty()) events.front().erase(0, 2);
  lines.insert(lines.end(), events.begin(), events.end());
  if (lines.empty()) lines.emplace_back();

  const Ink ink = row.fault                                             ? Ink::kBad
                  : row.kind == Kind::kBooking                          ? Ink::kAccent
                  : row.kind == Kind::kNote                             ? Ink::kWarning
                  : row.kind == Kind::kLost || row.kind == Kind::kDeath ? Ink::kWarning
                                                                        : Ink::kPlain;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Ink line_ink = i < own ? ink : Ink::kDim;
    if (i == 0) {
      DrawLine(time, cells, row.fault ? Ink::kBad : Ink::kPlain, lines[i], line_ink);
    } else {
      DrawLine("", Cells(row.lanes), Ink::kPlain, lines[i], line_ink);
    }
  }
}

void LaneDrawer::DrawGap(std::size_t rows) {
  std::vector<std::string> cells(lanes_width_, " ");
  for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) cells[lane * spacing_] = "⋮";
  DrawLine("", cells, Ink::kDim, fmt::format("({} row{} left out)", rows, rows == 1 ? "" : "s"),
           Ink::kDim);
  last_time_.clear();
}

}  // namespace

std::string LanesText(const FinishedSimulation& simulation, const TimelineOptions& options) {
  const TimelineRows timeline = MakeTimelineRows(simulation);
  if (timeline.lanes.empty()) return "  nothing happened\n";
  return LaneDrawer(timeline, options).Draw();
}

}  // namespace groundhog::reports
