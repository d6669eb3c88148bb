#include "reports/fault_marks.h"

#include <vector>

#include "sim/symbol.h"
#include "tests/catch.h"

namespace groundhog::reports {
namespace {

using sim::Decision;
using sim::Label;
using sim::Symbol;
using sim::TraceKind;
using sim::TraceRecord;

class Records {
 public:
  Records& Add(TraceKind kind, const std::string& process, const std::string& peer = {},
               const std::string& label = {}, int number = 0) {
    const Label about =
        label.empty() ? Label() : Label(Name(label), Name("wf"), Name("pay"), number);
    records_.push_back({sim::kEpoch, kind, Name(process), Name(peer), about, 0});
    return *this;
  }
  std::vector<std::size_t> Marked(const std::vector<Decision>& decisions) {
    std::vector<std::size_t> marked;
    for (const FaultMark& mark : FindFaultMarks(decisions, records_)) marked.push_back(mark.record);
    return marked;
  }
  const std::vector<TraceRecord>& records() const { return records_; }

 private:
  Symbol Name(const std::string& name) { return symbols_.Intern(name); }
  sim::SymbolTable symbols_;
  std::vector<TraceRecord> records_;
};

Decision About(std::string site, std::string kind, int number, std::string answer) {
  return {.site = std::move(site),
          .kind = std::move(kind),
          .scope = "wf",
          .subject = "pay",
          .number = number,
          .answer = std::move(answer)};
}

TEST_CASE("a loss is marked where the message of that name is lost, and not where another is") {
  Records records;
  records.Add(TraceKind::kLost, "worker", "server", "Report", 1)
      .Add(TraceKind::kLost, "worker", "server", "Report", 2);
  CHECK(records.Marked({About("net/lose", "Report", 2, "lost")}) == std::vector<std::size_t>{1});
  CHECK(records.Marked({About("net/lose", "Report", 3, "lost")}).empty());
}

TEST_CASE("two decisions of one kind mark two records") {
  Records records;
  records.Add(TraceKind::kCrashed, "worker")
      .Add(TraceKind::kStarted, "worker")
      .Add(TraceKind::kCrashed, "worker");
  const Decision crash = About("worker/activity.after_effect", "", 1, "crash");
  CHECK(records.Marked({crash, crash}) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("a crash of the server is not taken for one of the worker") {
  Records records;
  records.Add(TraceKind::kCrashed, "server").Add(TraceKind::kCrashed, "worker");
  CHECK(records.Marked({About("worker/workflow_task", "", 0, "crash")}) ==
        std::vector<std::size_t>{1});
  CHECK(records.Marked({About("server/commit.after", "Report", 1, "crash")}) ==
        std::vector<std::size_t>{0});
}

TEST_CASE("a partition is found by the message that it began with") {
  Records records;
  records.Add(TraceKind::kPartition, "worker", "server")
      .Add(TraceKind::kLost, "worker", "server", "Other", 1)
      .Add(TraceKind::kPartition, "worker", "server")
      .Add(TraceKind::kLost, "worker", "server", "Report", 1);
  CHECK(records.Marked({About("net/partition", "Report", 1, "brief")}) ==
        std::vector<std::size_t>{2});
}

TEST_CASE("a service that goes down is found by the request that reached it") {
  Records records;
  records.Add(TraceKind::kCrashed, "bank")
      .Add(TraceKind::kDelivered, "worker", "bank", "Book", 1)
      .Add(TraceKind::kCrashed, "bank");
  CHECK(records.Marked({About("service/down", "Book", 1, "brief")}) == std::vector<std::size_t>{2});
}

TEST_CASE("an injected error, which leaves no record, is marked at the task's arrival") {
  Records records;
  records.Add(TraceKind::kDelivered, "server", "worker", "PollActivityTaskQueue", 1)
      .Add(TraceKind::kDelivered, "server", "worker", "PollActivityTaskQueue", 2);
  const std::vector<Decision> decisions = {About("worker/activity.before_effect", "", 2, "error")};
  const std::vector<FaultMark> marks = FindFaultMarks(decisions, records.records());
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].record == 1);
  CHECK_FALSE(marks[0].is_effect);
}

TEST_CASE("an input marks nothing") {
  Records records;
  records.Add(TraceKind::kCrashed, "worker");
  CHECK(records.Marked({{.site = "input/amount", .kind = "input", .answer = "many"}}).empty());
}

}  // namespace
}  // namespace groundhog::reports
