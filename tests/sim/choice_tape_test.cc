#include "sim/choice_tape.h"

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "sim/symbol.h"
#include "tests/rapidcheck.h"

namespace groundhog::sim {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr auto kAnswers = std::to_array<std::string_view>({"lost", "kept"});
constexpr ChoiceSite kLose{"net/lose", ChoiceClass::kFault, kAnswers, "a test"};

Decision ParseOne(std::string_view text) {
  const auto parsed = ParseDecisions(text);
  INFO(text);
  REQUIRE(parsed.ok());
  REQUIRE(parsed->size() == 1);
  return parsed->front();
}

std::string ProblemOf(std::string_view text) {
  const auto parsed = ParseDecisions(text);
  return parsed.ok() ? "no problem" : std::string(parsed.status().message());
}

std::string JsonProblemOf(std::string_view text) {
  const auto tape = ChoiceTape::FromJson(text, "f.json");
  return tape.ok() ? "no problem" : std::string(tape.status().message());
}

TEST_CASE("a decision is read as a person types it") {
  CHECK(ParseOne("net/lose{RespondActivityTaskCompleted(pay-invoice-701, withdraw, 2)}") ==
        Decision{.site = "net/lose",
                 .kind = "RespondActivityTaskCompleted",
                 .scope = "pay-invoice-701",
                 .subject = "withdraw",
                 .number = 2});
  CHECK(ParseOne(" worker/activity { pay-invoice-701 ,deposit,  attempt=1 } #3 = crash ") ==
        Decision{.site = "worker/activity",
                 .scope = "pay-invoice-701",
                 .subject = "deposit",
                 .number = 1,
                 .occurrence = 3,
                 .answer = "crash"});
  CHECK(ParseOne("net/hold_back{StartWorkflowExecution(pay-1)}#2=2_others") ==
        Decision{.site = "net/hold_back",
                 .kind = "StartWorkflowExecution",
                 .subject = "pay-1",
                 .occurrence = 2,
                 .answer = "2_others",
                 .any_scope = true});
  CHECK(ParseOne("a{Kind}") == Decision{.site = "a", .kind = "Kind", .any_scope = true});
  CHECK(ParseOne("a{Kind()}") == ParseOne("a{Kind}"));
  CHECK(ParseOne("a{Kind(4)}") ==
        Decision{.site = "a", .kind = "Kind", .number = 4, .any_scope = true});
  CHECK(ParseOne("a{}") == Decision{.site = "a"});
  CHECK(ParseOne(R"x(a{"B, (c)"("}", "\"\\", 7)})x") ==
        Decision{.site = "a", .kind = "B, (c)", .scope = "}", .subject = "\"\\", .number = 7});
  CHECK(ParseOne(R"x(a{K(b, "7")})x").subject == "7");
}

TEST_CASE("a range stands for one decision for each number") {
  const auto parsed = ParseDecisions("net/lose{Report(withdraw, 1..3)}#2=lost");
  REQUIRE(parsed.ok());
  REQUIRE(parsed->size() == 3);
  for (int i = 0; i < 3; ++i) {
    CHECK((*parsed)[i].number == i + 1);
    CHECK((*parsed)[i].occurrence == 2);
    CHECK((*parsed)[i].answer == "lost");
  }
  CHECK(ParseDecisions("a{Report(withdraw, 1..1000)}")->size() == 1'000);
  CHECK(ParseDecisions("a{Report(withdraw, 2147483647..2147483647)}")->front().number ==
        std::numeric_limits<std::int32_t>::max());
}

TEST_CASE(
    "a text that is no decision is refused, and the message says why and how it would be right") {
  CHECK_THAT(ProblemOf("net/lose"), ContainsSubstring("decision 'net/lose': no {"));
  CHECK_THAT(ProblemOf(""), ContainsSubstring("no {"));
  CHECK_THAT(ProblemOf("{a, b, 1}"), ContainsSubstring("no site before '{'"));
  CHECK_THAT(ProblemOf("a{K(b, c, 1}"), ContainsSubstring("the '(' is not closed"));
  CHECK_THAT(ProblemOf("a{K(b, c, 1)"), ContainsSubstring("the '{' is not closed"));
  CHECK_THAT(ProblemOf("a{"), ContainsSubstring("a name is missing"));
  CHECK_THAT(ProblemOf("a{("), ContainsSubstring("a name is missing"));
  CHECK_THAT(ProblemOf("a{b,,1}"), ContainsSubstring("a name is missing"));
  CHECK_THAT(ProblemOf("a{b,}"), ContainsSubstring("a name is missing"));
  CHECK_THAT(ProblemOf("a{\"b}"), ContainsSubstring("its quote is not closed"));
  CHECK_THAT(ProblemOf("a{\"b\\"), ContainsSubstring("its quote is not closed"));
  CHECK_THAT(ProblemOf("a{b, c, d, 1}"), ContainsSubstring("more than two names"));
  CHECK_THAT(ProblemOf("a{b, c, 3..1}"), ContainsSubstring("empty, negative or too long"));
  CHECK_THAT(ProblemOf("a{b, c, -1}"), ContainsSubstring("empty, negative or too long"));
  CHECK_THAT(ProblemOf("a{b, c, 0..1000}"), ContainsSubstring("empty, negative or too long"));
  CHECK_THAT(ProblemOf("a{b, c, 1..9223372036854775807}"),
             ContainsSubstring("empty, negative or too long"));
  CHECK_THAT(ProblemOf("a{b, c, 2147483648}"), ContainsSubstring("empty, negative or too long"));
  CHECK_THAT(ProblemOf("a{b, c, 1}="), ContainsSubstring("no answer after '='"));
  for (const char* tail : {"#0", "#-1", "#", "#x", "#4294967296", "x", "}", "#1#2"}) {
    CHECK_THAT(ProblemOf(std::string("a{b, c, 1}") + tail), ContainsSubstring("after '}' only #n"));
  }
  CHECK_THAT(ProblemOf("a{b, c, 1"), ContainsSubstring("A decision looks like net/lose{"));
}

TEST_CASE("a message about a hostile text is short and printable") {
  for (const std::string& text :
       {std::string(1'000'000, '{'), std::string(1'000'000, '\x01') + "{",
        "a{" + std::string(1'000'000, 'b') + "}", "a{" + std::string(50'000, '(') + "}",
        std::string(1'000'000, ',')}) {
    const std::string problem = ProblemOf(text);
    CHECK(problem.size() < 500);
    for (const char c : problem) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

TEST_CASE("no text makes the reader fail in any other way", "[property]") {
  rc::prop("texts made of the characters that mean something", [] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("aB1.{}(),\"\\#= -\n\xc3")));
    const auto parsed = ParseDecisions(text);
    RC_ASSERT(parsed.ok() || !parsed.status().message().empty());
    if (!parsed.ok()) return;
    for (const Decision& decision : *parsed) RC_ASSERT(!decision.site.empty());
  });
}

// ---- Round trips ----

rc::Gen<std::string> Name() {
  return rc::gen::oneOf(rc::gen::elementOf(std::vector<std::string>{
                            "", "pay-invoice-701", "withdraw", "7", "1..3", "attempt=2", " x ",
                            "a, b", "(c)", "}", "\"", "\\", "ä", "#2=x"}),
                        rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~')));
}

struct AnyPoint {
  std::string kind, scope, subject;
  std::int32_t number = 0;
};

rc::Gen<AnyPoint> Point() {
  return rc::gen::construct<AnyPoint>(
      Name(), Name(), Name(),
      rc::gen::oneOf(rc::gen::inRange(0, 5),
                     rc::gen::just(std::numeric_limits<std::int32_t>::max())));
}

TEST_CASE("the text of a decision, read back, names the very point it was taken at", "[property]") {
  rc::prop("for any names", [] {
    const AnyPoint point = *Point();
    SymbolTable symbols;
    const Label label(symbols.Intern(point.kind), symbols.Intern(point.scope),
                      symbols.Intern(point.subject), point.number);
    const TakenDecision taken{.point = {&kLose, label},
                              .occurrence = static_cast<std::uint32_t>(*rc::gen::inRange(1, 4)),
                              .answer = static_cast<Answer>(*rc::gen::inRange(1, 3))};
    const Decision decision = Decision::From(taken);
    RC_ASSERT(decision.Matches(kLose, label));
    RC_ASSERT(decision.Address() == CombineHash(kLose.hash, label.hash()));
    RC_ASSERT(decision.AnswerAt(kLose) == taken.answer);
    const auto parsed = ParseDecisions(decision.Text());
    RC_LOG() << decision.Text();
    RC_ASSERT(parsed.ok());
    RC_ASSERT(parsed->size() == 1U);
    const Decision& again = parsed->front();
    RC_ASSERT(again.Matches(kLose, label));
    RC_ASSERT(again.occurrence == taken.occurrence);
    RC_ASSERT(again.answer == decision.answer);
    if (!point.scope.empty() && !point.subject.empty()) RC_ASSERT(again == decision);
    RC_ASSERT(ParseDecisions(again.Text())->front() == again);
  });
}

TEST_CASE("a tape written as JSON and read back is the same tape", "[property]") {
  rc::prop("for any decisions", [] {
    ChoiceTape tape;
    tape.scenario = *Name();
    if (*rc::gen::arbitrary<bool>()) tape.seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto points = *rc::gen::container<std::vector<AnyPoint>>(Point());
    for (const AnyPoint& point : points) {
      tape.decisions.push_back(Decision{.site = "s" + *Name(),
                                        .kind = point.kind,
                                        .scope = point.scope,
                                        .subject = point.subject,
                                        .number = point.number,
                                        .occurrence = *rc::gen::inRange<std::uint32_t>(
                                            1, std::numeric_limits<std::uint32_t>::max()),
                                        .answer = *Name(),
                                        .any_scope = *rc::gen::arbitrary<bool>()});
    }
    const auto again = ChoiceTape::FromJson(tape.ToJson(), "f.json");
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == tape);
  });
}

TEST_CASE("the smallest tape is read, and what is left out has its default") {
  const auto tape = ChoiceTape::FromJson(R"({"decisions": [{"site": "net/lose"}]})", "f.json");
  REQUIRE(tape.ok());
  CHECK(!tape->seed);
  CHECK(tape->decisions == std::vector{Decision{.site = "net/lose"}});
}

// ---- Hostile tapes ----

TEST_CASE("a file that is no JSON is refused by name") {
  CHECK_THAT(JsonProblemOf(""), ContainsSubstring("f.json: not JSON"));
  CHECK_THAT(JsonProblemOf("{\"decisions\": ["), ContainsSubstring("f.json: not JSON"));
  CHECK_THAT(JsonProblemOf("{\"decisions\": []} x"), ContainsSubstring("f.json: not JSON"));
  CHECK_THAT(JsonProblemOf("\xff\xfe"), ContainsSubstring("f.json: not JSON"));
  CHECK_THAT(JsonProblemOf("{\"decisions\": [{\"site\": \"\xff\"}]}"),
             ContainsSubstring("f.json: not JSON"));
}

TEST_CASE("a file of another shape is refused") {
  for (const char* text :
       {"[]", "7", "null", "\"text\"", "{}", R"({"decisions": {}})", R"({"decisions": 3})"}) {
    CHECK_THAT(JsonProblemOf(text),
               ContainsSubstring("f.json: not a choice tape: expected an object with a list"));
  }
  CHECK_THAT(JsonProblemOf(R"({"version": 2, "decisions": []})"),
             ContainsSubstring("another version; expected 1"));
  CHECK_THAT(JsonProblemOf(R"({"version": "1", "decisions": []})"),
             ContainsSubstring("another version; expected 1"));
  CHECK_THAT(JsonProblemOf(R"({"scenario": 1, "decisions": []})"),
             ContainsSubstring("'scenario' is not a string"));
  for (const char* seed : {"-1", "1.5", "\"1\"", "null", "18446744073709551616"}) {
    CHECK_THAT(JsonProblemOf(std::string(R"({"decisions": [], "seed": )") + seed + "}"),
               ContainsSubstring("'seed' is not a number from 0 on"));
  }
}

std::string DecisionProblem(const std::string& fields) {
  return JsonProblemOf(R"({"decisions": [{"site": "a"}, )" + fields + "]}");
}

TEST_CASE("a decision that is wrong is refused by its place, field and what would be right") {
  CHECK_THAT(DecisionProblem("7"), ContainsSubstring("f.json: decisions[1]: expected an object"));
  CHECK_THAT(DecisionProblem("{}"), ContainsSubstring("decisions[1]: 'site' is missing or empty"));
  CHECK_THAT(DecisionProblem(R"({"site": ""})"), ContainsSubstring("'site' is missing or empty"));
  for (const char* field : {"site", "kind", "scope", "subject", "answer"}) {
    CHECK_THAT(DecisionProblem(R"({"site": "a", ")" + std::string(field) + R"(": 3})"),
               ContainsSubstring("'" + std::string(field) + "' must be a string"));
  }
  for (const char* value :
       {"-1", "1.5", "2147483648", "1e99", "\"1\"", "null", "[1]", "99999999999999999999"}) {
    CHECK_THAT(DecisionProblem(R"({"site": "a", "number": )" + std::string(value) + "}"),
               ContainsSubstring("'number' must be a whole number from 0 to 2147483647"));
  }
  for (const char* value : {"0", "-1", "4294967296", "1.0", "true"}) {
    CHECK_THAT(DecisionProblem(R"({"site": "a", "occurrence": )" + std::string(value) + "}"),
               ContainsSubstring("'occurrence' must be a whole number from 1 to 4294967295"));
  }
  CHECK_THAT(DecisionProblem(R"({"site": "a", "any_scope": 1})"),
             ContainsSubstring("must be true or false"));
  CHECK_THAT(DecisionProblem(R"({"site": "a", "ocurrence": 2})"),
             ContainsSubstring("'ocurrence' is no field of a decision"));
}

TEST_CASE("a million nested brackets are an error, not a crash") {
  CHECK_THAT(JsonProblemOf(std::string(1'000'000, '[')), ContainsSubstring("nested too deeply"));
  CHECK_THAT(JsonProblemOf(std::string(1'000'000, '[') + std::string(1'000'000, ']')),
             ContainsSubstring("nested too deeply"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_THAT(JsonProblemOf(objects), ContainsSubstring("nested too deeply"));
}

TEST_CASE("absurd sizes are refused, and messages about them are short") {
  std::string many = R"({"decisions": [{"site": "a"})";
  for (int i = 0; i < 100'000; ++i) many += R"(,{"site": "a"})";
  CHECK_THAT(JsonProblemOf(many + "]}"), ContainsSubstring("more than 100000 decisions"));
  const std::string long_name(1'000'000, 'x');
  CHECK_THAT(DecisionProblem(R"({"site": ")" + long_name + "\"}"),
             ContainsSubstring("longer than 10000 bytes"));
  CHECK(DecisionProblem(R"({"site": "a", ")" + long_name + R"(": 1})").size() < 500);
  CHECK(JsonProblemOf("{\"decisions\": \"" + long_name).size() < 500);
}

}  // namespace
}  // namespace groundhog::sim
