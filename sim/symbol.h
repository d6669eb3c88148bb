// Symbol: a name of something (a process, a workflow id, a kind of message)
// as cheap as a pointer, with its content hash.
//
// Names of the code are static:    inline constexpr SymbolEntry kNames{"..."}; Symbol s(kNames);
// Names of a run are interned:     Symbol s = symbols.Intern("pay-invoice-701");
// Equality and hashes are by content, so it never matters who interned what first. Interned entries
// live as long as their SymbolTable; a table belongs to one thread and
// is reused by its simulations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include "base/hash.h"

namespace groundhog::sim {

struct SymbolEntry {
  constexpr explicit SymbolEntry(std::string_view name) : text(name), hash(HashText(name)) {}
  std::string_view text;
  std::uint64_t hash;
};

inline constexpr SymbolEntry kNoSymbol{""};

class Symbol {
 public:
  constexpr Symbol() = default;
  constexpr explicit Symbol(const SymbolEntry& entry) : entry_(&entry) {}

  constexpr std::string_view text() const { return entry_->text; }
  constexpr std::uint64_t hash() const { return entry_->hash; }
  constexpr bool empty() const { return entry_->text.empty(); }

  friend constexpr bool operator==(Symbol a, Symbol b) { return a.hash() == b.hash(); }

 private:
  const SymbolEntry* entry_ = &kNoSymbol;
};

class SymbolTable {
 public:
  SymbolTable() = default;
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  Symbol Intern(std::string_view text);
  std::size_t size() const { return entries_.size(); }
  // Forgets all names. REQUIRES: no Symbol of this table is in use.
  void Clear();

 private:
  std::deque<std::string> texts_;  // stable addresses
  std::deque<SymbolEntry> entries_;
  absl::flat_hash_map<absl::string_view, const SymbolEntry*> by_text_;  // looked up, never iterated
};

}  // namespace groundhog::sim
