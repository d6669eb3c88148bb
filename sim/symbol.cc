#include "sim/symbol.h"

namespace groundhog::sim {

Symbol SymbolTable::Intern(std::string_view text) {
  if (text.empty()) return Symbol();
  const auto found = by_text_.find(absl::string_view(text.data(), text.size()));
  if (found != by_text_.end()) return Symbol(*found->second);
  const std::string& kept = texts_.emplace_back(text);
  const SymbolEntry& entry = entries_.emplace_back(kept);
  by_text_.emplace(absl::string_view(kept.data(), kept.size()), &entry);
  return Symbol(entry);
}

void SymbolTable::Clear() {
  by_text_.clear();
  entries_.clear();
  texts_.clear();
}

}  // namespace groundhog::sim
