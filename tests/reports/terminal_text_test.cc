#include "reports/terminal_text.h"

#include <string>

#include "tests/catch.h"
#include "tests/rapidcheck.h"

namespace groundhog::reports {
namespace {

TEST_CASE("a width counts columns, not bytes") {
  CHECK(DisplayWidth("") == 0);
  CHECK(DisplayWidth("abc") == 3);
  CHECK(DisplayWidth("│▶✖…") == 4);
  CHECK(DisplayWidth("日本") == 4);
  CHECK(DisplayWidth("e\u0301") == 1);
}

TEST_CASE("text that fits is not shortened, other text ends in an ellipsis") {
  CHECK(Shorten("abcd", 4) == "abcd");
  CHECK(Shorten("abcde", 4) == "abc…");
  CHECK(Shorten("日本語", 4) == "日…");
  CHECK(Shorten("abc", 0) == "");
}

TEST_CASE("padding counts columns") {
  CHECK(PadTo("日", 4) == "日  ");
  CHECK(PadTo("abcde", 4) == "abcde");
}

TEST_CASE("lines break at blanks, and inside a word only if it is too long") {
  CHECK(Wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(Wrap("one  two", 4) == std::vector<std::string>{"one", "two"});
  CHECK(Wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(Wrap("{\"a\":1,\"b\":2}", 9) == std::vector<std::string>{"{\"a\":1,", "\"b\":2}"});
  CHECK(Wrap("", 10) == std::vector<std::string>{""});
}

TEST_CASE("what would speak to the terminal is shown instead") {
  CHECK(Printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(Printable("line\nnext\t.") == "line\\nnext\\t.");
  CHECK(Printable("\xff\xc3(") == "\\xff\\xc3(");
  CHECK(Printable("\x7f") == "\\x7f");
  CHECK(Printable("\u009b") == "\\u009b");
  CHECK(Printable("\u202e") == "\\u202e");
  CHECK(Printable("\uffff") == "\\uffff");
  CHECK(Printable("grün 日本 ✖") == "grün 日本 ✖");
  CHECK(Printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(Printable("\xc0\x80") == "\\xc0\\x80");           // an overlong zero
}

TEST_CASE("paint is put on only where colour is wanted") {
  CHECK(Paint({.color = false}, Ink::kBad, "x") == "x");
  CHECK(Paint({.color = true}, Ink::kBad, "x") == "\x1b[1;31mx\x1b[0m");
  CHECK(Paint({.color = true}, Ink::kPlain, "x") == "x");
}

TEST_CASE("wrapped lines are never too wide and lose nothing but blanks", "[property]") {
  rc::prop("for any printable text and width", [](const std::string& raw) {
    const std::string text = Printable(raw);
    const auto width = *rc::gen::inRange<std::size_t>(2, 40);
    std::string joined;
    for (const std::string& line : Wrap(text, width)) {
      RC_ASSERT(DisplayWidth(line) <= width);
      joined += line;
    }
    const auto without_blanks = [](std::string from) {
      std::erase(from, ' ');
      return from;
    };
    RC_ASSERT(without_blanks(joined) == without_blanks(text));
  });
}

TEST_CASE("no bytes whatever make printable text unprintable", "[property]") {
  rc::prop("for any bytes", [](const std::vector<unsigned char>& bytes) {
    const std::string shown = Printable(std::string(bytes.begin(), bytes.end()));
    for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
    RC_ASSERT(Printable(shown) == shown);
  });
}

}  // namespace
}  // namespace groundhog::reports
