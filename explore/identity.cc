#include "explore/identity.h"

#include <algorithm>

#include <absl/strings/ascii.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/hash.h"

namespace groundhog::explore {
namespace {

// Each number, with its fraction, becomes '#'.
std::string WithoutNumbers(std::string_view text) {
  std::string bare;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!absl::ascii_isdigit(text[i])) {
      bare += text[i];
      continue;
    }
    const auto goes_on = [&text](std::size_t at) {
      if (at >= text.size()) return false;
      return absl::ascii_isdigit(text[at]) ||
             (text[at] == '.' && at + 1 < text.size() && absl::ascii_isdigit(text[at + 1]));
    };
    while (goes_on(i + 1)) ++i;
    bare += '#';
  }
  return bare;
}

std::string WithoutName(std::string text, const std::string& name) {
  if (name.empty()) return text;
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    text.replace(at, name.size(), "…");
  }
  return text;
}

}  // namespace

Identity Identity::Of(const properties::Violation& violation) {
  const std::string& wrong = violation.wrong.empty() ? violation.message : violation.wrong;
  return {.property = violation.property,
          .wrong = WithoutNumbers(WithoutName(wrong, violation.workflow_id)),
          .outline = violation.outline};
}

std::string Identity::Text() const {
  return fmt::format("{} [{}]", property, outline.empty() ? wrong : outline);
}

std::uint64_t Identity::Hash() const {
  return CombineHash(CombineHash(HashText(property), HashText(wrong)), HashText(outline));
}

std::string KindOf(const sim::Decision& decision) {
  std::string about = decision.kind;
  if (about.empty()) {
    about = decision.subject;
  } else if (!decision.subject.empty()) {
    about += "(" + decision.subject + ")";
  }
  return fmt::format("{}{{{}}}={}", decision.site, about, decision.answer);
}

Kinds KindsOf(std::span<const sim::Decision> decisions) {
  Kinds kinds;
  for (const sim::Decision& decision : decisions) kinds.push_back(KindOf(decision));
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

bool HasAll(const Kinds& kinds, const Kinds& wanted) {
  return std::includes(kinds.begin(), kinds.end(), wanted.begin(), wanted.end());
}

bool Has(const Kinds& kinds, const std::string& wanted) {
  return std::binary_search(kinds.begin(), kinds.end(), wanted);
}

std::string TextOf(const Kinds& kinds) { return fmt::format("[{}]", fmt::join(kinds, ", ")); }

std::uint64_t HashOf(const Kinds& kinds) {
  std::uint64_t hash = kinds.size();
  for (const std::string& kind : kinds) hash = CombineHash(hash, HashText(kind));
  return hash;
}

}  // namespace groundhog::explore
