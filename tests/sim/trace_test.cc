#include "sim/trace.h"

#include <set>
#include <string_view>
#include <vector>

#include "tests/catch.h"

namespace groundhog::sim {
namespace {

constexpr SymbolEntry kA{"a"};
constexpr SymbolEntry kB{"b"};

TraceRecord Example() {
  return TraceRecord{.time = kEpoch,
                     .kind = TraceKind::kSent,
                     .process = Symbol(kA),
                     .peer = Symbol(kB),
                     .label = Label(Symbol(kA), Symbol(), Symbol(), 1),
                     .value = 3};
}

std::uint64_t DigestOf(const std::vector<TraceRecord>& records) {
  Trace trace;
  for (const TraceRecord& record : records) trace.Add(record);
  return trace.digest();
}

TEST_CASE("the digest covers every part of a record") {
  std::set<std::uint64_t> digests = {DigestOf({}), DigestOf({Example()})};
  TraceRecord record = Example();
  record.time += Duration{1};
  digests.insert(DigestOf({record}));
  record = Example();
  record.kind = TraceKind::kDelivered;
  digests.insert(DigestOf({record}));
  record = Example();
  record.process = Symbol(kB);
  digests.insert(DigestOf({record}));
  record = Example();
  record.peer = Symbol(kA);
  digests.insert(DigestOf({record}));
  record = Example();
  std::swap(record.peer, record.process);
  digests.insert(DigestOf({record}));
  record = Example();
  record.label = Label(Symbol(kA), Symbol(), Symbol(), 2);
  digests.insert(DigestOf({record}));
  record = Example();
  record.value = -3;
  digests.insert(DigestOf({record}));
  CHECK(digests.size() == 9);
}

TEST_CASE("the digest covers the order of records, and what is mixed in between") {
  TraceRecord other = Example();
  other.value = 4;
  CHECK(DigestOf({Example(), other}) != DigestOf({other, Example()}));
  Trace plain;
  plain.Add(Example());
  Trace mixed;
  mixed.Mix(0);
  mixed.Add(Example());
  CHECK(plain.digest() != mixed.digest());
  CHECK(plain.records().size() == mixed.records().size());
}

TEST_CASE("a trace in the memory of another one is as good as new") {
  Trace trace;
  trace.Add(Example());
  const Trace next(std::move(trace).TakeMemory());
  CHECK(next.records().empty());
  CHECK(next.digest() == Trace().digest());
}

TEST_CASE("each kind of record has a name of its own") {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(TraceKind::kFact); ++kind) {
    const std::string_view name = NameOf(static_cast<TraceKind>(kind));
    CHECK(!name.empty());
    CHECK(names.insert(name).second);
  }
}

}  // namespace
}  // namespace groundhog::sim
