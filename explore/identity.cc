#include "explore/identity.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/hash.h"

namespace groundhog::explore {

std::string KindOf(const sim::Decision& decision) {
  std::string about = decision.kind;
  if (about.empty()) {
    about = decision.subject;
  } else if (!decision.subject.empty()) {
    about += "(" + decision.subject + ")";
  }
  return fmt::format("{}{{{}}}={}", decision.site, about, decision.answer);
}

Identity Identity::Of(std::string property, std::span<const sim::Decision> decisions) {
  Identity identity{.property = std::move(property)};
  for (const sim::Decision& decision : decisions) identity.kinds.push_back(KindOf(decision));
  std::sort(identity.kinds.begin(), identity.kinds.end());
  identity.kinds.erase(std::unique(identity.kinds.begin(), identity.kinds.end()),
                       identity.kinds.end());
  return identity;
}

std::string Identity::Text() const {
  return fmt::format("{} [{}]", property, fmt::join(kinds, ", "));
}

std::uint64_t Identity::Hash() const {
  std::uint64_t hash = HashText(property);
  for (const std::string& kind : kinds) hash = CombineHash(hash, HashText(kind));
  return hash;
}

bool Identity::Explains(const Identity& other) const {
  return property == other.property &&
         std::includes(other.kinds.begin(), other.kinds.end(), kinds.begin(), kinds.end());
}

bool Identity::Has(const std::string& kind) const {
  return std::binary_search(kinds.begin(), kinds.end(), kind);
}

}  // namespace groundhog::explore
