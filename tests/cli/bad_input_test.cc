// Every wrong command line and every wrong input gets one clear message on standard error, nothing
// on standard output, exit status 2.

#include <algorithm>
#include <unistd.h>

#include <sys/stat.h>

#include "cli/input_error.h"
#include "tests/catch.h"
#include "tests/cli/command/command.h"

namespace groundhog::cli {
namespace {

using Catch::Matchers::ContainsSubstring;

void CheckRefused(const std::vector<std::string>& arguments, const std::string& because) {
  const Finished finished = RunTiny(arguments);
  CAPTURE(arguments, because);
  CHECK(finished.status == 2);
  CHECK(finished.out == "");
  CHECK(finished.err.find('\x1b') == std::string::npos);
  CHECK_THAT(finished.err, ContainsSubstring(because));
  CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
  CHECK_THAT(finished.err, ContainsSubstring("tiny_groundhog: "));
}

TEST_CASE("unknown names come with a suggestion") {
  CheckRefused({"run", "tikcet"}, "there is no scenario 'tikcet'; did you mean ticket?");
  CheckRefused({"run", "quite_another"},
               "(there are: ticket, ticket_careful, ticket_free, throws)");
  CheckRefused({"expore", "ticket"}, "there is no command 'expore'; did you mean explore?");
  CheckRefused({"run", "ticket", "--decide", "net/loose{Poll(pay, 1)}"},
               "there is no site 'net/loose'; did you mean net/lose?");
  CheckRefused({"run", "ticket", "--decide", "net/delay{Poll(pay, 1)}=long"},
               "net/delay has no answer 'long'; it has brief, outlasts_attempt");
  CheckRefused({"explore", "ticket", "--faults", "net/loose"}, "did you mean net/lose");
  CheckRefused({"explore", "ticket", "--strategy", "sweeping"}, "there is no strategy 'sweeping'");
}

TEST_CASE("what is not built yet says so") {
  CheckRefused({"merge", "a", "b"}, "the command 'merge' is not built yet");
  CheckRefused({"report", "a"}, "the command 'report' is not built yet");
  CheckRefused({"explore", "ticket", "--db", "x"}, "--db is not built yet");
  CheckRefused({"explore", "ticket", "--shard=1/2"}, "--shard is not built yet");
  CheckRefused({"explore", "ticket", "--resume"}, "--resume is not built yet");
  for (const char* strategy : {"pct", "coverage", "portfolio"}) {
    CheckRefused({"explore", "ticket", "--strategy", strategy}, "is not built yet");
  }
}

TEST_CASE("a broken command line is refused") {
  CheckRefused({}, "see tiny_groundhog --help");
  CheckRefused({"run"}, "see tiny_groundhog run --help");
  CheckRefused({"run", "ticket", "--frobnicate"}, "there is no option --frobnicate; see");
  CheckRefused({"explore", "ticket", "--rnus", "5"},
               "there is no option --rnus; did you mean --runs? see tiny_groundhog explore --help");
  CheckRefused({"--josn"}, "there is no option --josn");
  CheckRefused({"history", "chek", "x.json"},
               "tiny_groundhog history has no command 'chek'; did you mean check?");
  CheckRefused({"run", "ticket", "another"}, "another");
  CheckRefused({"history"}, "see tiny_groundhog history --help");
  CheckRefused({"run", "ticket", "--seed", "1", "--decide", "net/lose{Poll(pay, 1)}"},
               "neither --decide nor --tape");
  CheckRefused({"run", "ticket", "--faults", "net"}, "give --seed as well");
  CheckRefused({"explore", "ticket", "--strategy", "sweep", "--max-faults", "2"},
               "use --strategy bounded");
}

TEST_CASE("numbers that are none, or out of range, are refused") {
  CheckRefused({"explore", "ticket", "--runs", "-5"}, "--runs -5: expected a whole number");
  CheckRefused({"explore", "ticket", "--runs", "0"}, "--runs 0: expected a whole number from 1");
  CheckRefused({"explore", "ticket", "--runs", "many"}, "--runs many");
  CheckRefused({"explore", "ticket", "--runs", "99999999999999999999"},
               "--runs 99999999999999999999");
  CheckRefused({"explore", "ticket", "--jobs", "-1"}, "--jobs -1");
  CheckRefused({"explore", "ticket", "--max-faults", "-1"}, "--max-faults -1");
  CheckRefused({"explore", "ticket", "--seed", "-1"}, "--seed -1");
  CheckRefused({"run", "ticket", "--seed", "1.5"}, "--seed 1.5");
  for (const char* length : {"-5s", "0s", "60", "soon", "nans", "infs", "1e400s"}) {
    CheckRefused({"explore", "ticket", "--for", length}, "expected a length of time above 0");
  }
}

TEST_CASE("an empty value is refused, not taken for none") {
  CheckRefused({"explore", "ticket", "--for", ""}, "behind --for is empty");
  CheckRefused({"explore", "ticket", "--report", ""}, "behind --report is empty");
  CheckRefused({"run", "ticket", "--decide", ""}, "behind --decide is empty");
  CheckRefused({"run", "ticket", "--tape="}, "--tape=: a value is missing");
  CheckRefused({""}, "is empty");
}

TEST_CASE("a decision that cannot be read is refused") {
  CheckRefused({"run", "ticket", "--decide", "net/lose"}, "--decide: ");
  CheckRefused({"run", "ticket", "--decide", "net/lose{Poll(pay, 5..1)}"}, "--decide: ");
  CheckRefused({"run", "ticket", "--decide", "net/lose{\x1b[2J"}, "--decide: ");
}

TEST_CASE("a tape that is broken is refused, with its name") {
  const TemporaryDirectory folder;
  const auto tape = [&folder](const std::string& text) { return folder.Write("tape.json", text); };
  CheckRefused({"run", "ticket", "--tape", folder.Path("absent.json")},
               "absent.json: there is no such file");
  CheckRefused({"run", "ticket", "--tape", folder.Path("")}, "is a directory");
  CheckRefused({"run", "ticket", "--tape", tape("")}, "tape.json: the file is empty");
  CheckRefused({"run", "ticket", "--tape", tape("{\"decisions\": [")}, "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape("{}")}, "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape("[1, 2]")}, "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape("{\"version\": 7, \"decisions\": []}")},
               "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape("{\"decisions\": [{\"site\": 5}]}")}, "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape(std::string(100'000, '['))}, "tape.json");
  CheckRefused({"run", "ticket", "--tape", tape("{\"decisions\": [{\"site\": \"net/loose\"}]}")},
               "there is no site 'net/loose'");
}

TEST_CASE("a saved failure that is none is refused") {
  const TemporaryDirectory folder;
  CheckRefused({"reproduce", folder.Path("absent.json")}, "there is no such file");
  CheckRefused({"reproduce", folder.Path("")}, "is a directory");
  CheckRefused({"reproduce", folder.Write("a.json", "")}, "the file is empty");
  CheckRefused({"reproduce", folder.Write("a.json", "{\"version\": 1, \"decisions\": []}")},
               "a.json");
  CheckRefused({"reproduce", folder.Write("a.json", "{\"version\": 1,")},
               "a.json: not JSON: parse");
  CheckRefused({"reproduce", "/dev/zero"}, "/dev/zero: larger than 256 MiB");
  CheckRefused({"reproduce", "/proc/self/mem"}, "/proc/self/mem: cannot be read");
}

TEST_CASE("a history that is none is refused, by every command that reads one") {
  const TemporaryDirectory folder;
  const std::string deep =
      "{\"events\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::vector<std::string> files = {
      folder.Write("empty.json", ""),
      folder.Write("truncated.json", "{\"events\": [{\"eventId\": \"1\", \"eventTi"),
      folder.Write("deep.json", deep),
      folder.Write("other.json", "{\"name\": \"groundhog\"}"),
      folder.Write("list.json", "[1, 2, 3]"),
      folder.Write("binary.json", std::string("\0\x01\xff\xfe", 4)),
      folder.Path("absent.json")};
  for (const std::string& file : files) {
    const std::string name = file.substr(file.rfind('/') + 1);
    CheckRefused({"replay", file}, name);
    CheckRefused({"history", "check", file}, name);
    CheckRefused({"history", "show", file}, name);
    CheckRefused({"history", "convert", file}, name);
  }
}

TEST_CASE("a directory without histories is refused") {
  const TemporaryDirectory folder;
  CheckRefused({"replay", folder.Path("")}, "no *.json file in this directory");
}

TEST_CASE("a directory that cannot be written is refused before anything runs") {
  const TemporaryDirectory folder;
  const std::string file = folder.Write("file", "x");
  CheckRefused({"run", "ticket", "--histories", file}, file);
  CheckRefused({"run", "ticket", "--histories", file + "/below"}, file);
  CheckRefused({"explore", "ticket", "--runs", "10", "--report", file}, file);
  CheckRefused({"explore", "ticket", "--runs", "10", "--report", "/proc/nowhere"}, "/proc/nowhere");
  CheckRefused({"history", "convert", file, "--out", file + "/x"}, "file");
  if (geteuid() != 0) {
    const std::string closed = folder.Path("closed");
    REQUIRE(mkdir(closed.c_str(), 0500) == 0);
    CheckRefused({"run", "ticket", "--histories", closed}, closed);
  }
}

TEST_CASE("several histories are not converted into one stream, nor onto one another") {
  const TemporaryDirectory folder;
  RunTiny({"run", "ticket", "--histories", folder.Path("a")});
  RunTiny({"run", "ticket", "--histories", folder.Path("b")});
  const std::string a = folder.Path("a/ticket-1.json");
  const std::string b = folder.Path("b/ticket-1.json");
  CheckRefused({"history", "convert", a, b}, "--out DIR");
  const Finished both = RunTiny({"history", "convert", a, b, "--out", folder.Path("c")});
  CHECK(both.status == 2);
  CHECK_THAT(both.err, ContainsSubstring("would both become"));
}

TEST_CASE("with --json a refusal prints nothing on standard output either") {
  CheckRefused({"run", "tikcet", "--json"}, "there is no scenario");
  CheckRefused({"explore", "ticket", "--runs", "-5", "--json"}, "--runs -5");
}

}  // namespace
}  // namespace groundhog::cli
