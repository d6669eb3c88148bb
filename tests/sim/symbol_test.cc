#include "sim/symbol.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace groundhog::sim {
namespace {

inline constexpr SymbolEntry kStatic{"withdraw"};

TEST_CASE("a symbol is equal to another by what it says, whoever made it") {
  SymbolTable one;
  SymbolTable two;
  const Symbol interned = one.Intern("withdraw");
  CHECK(interned == two.Intern("withdraw"));
  CHECK(interned == Symbol(kStatic));
  CHECK(!(interned == one.Intern("deposit")));
  CHECK(interned.hash() == HashText("withdraw"));
  CHECK(interned.text() == "withdraw");
}

TEST_CASE("a table keeps each text once, and does not keep the caller's") {
  SymbolTable table;
  std::string text = "pay-invoice-701";
  const Symbol symbol = table.Intern(text);
  text.assign("something else");
  CHECK(symbol.text() == "pay-invoice-701");
  table.Intern("pay-invoice-701");
  CHECK(table.size() == 1);
}

TEST_CASE("texts stay where they are while the table grows") {
  SymbolTable table;
  std::vector<Symbol> symbols;
  for (int i = 0; i < 10'000; ++i) symbols.push_back(table.Intern("s" + std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) CHECK(symbols[i].text() == "s" + std::to_string(i));
}

TEST_CASE("no text is no symbol") {
  SymbolTable table;
  CHECK(table.Intern("").empty());
  CHECK(Symbol().empty());
  CHECK(Symbol() == table.Intern(""));
  CHECK(table.size() == 0);
}

TEST_CASE("a cleared table starts over") {
  SymbolTable table;
  table.Intern("a");
  table.Clear();
  CHECK(table.size() == 0);
  CHECK(table.Intern("b").text() == "b");
}

}  // namespace
}  // namespace groundhog::sim
