// Label: what a message, a commit or a step of work is about, in words that a reader would use.
//
// It is what choice points, trace records and reports name things by:  kind(scope, subject,
// number), for example RespondActivityTaskCompleted(pay-invoice-701, withdraw, 1). Scope is the
// wider thing (a workflow id), subject the narrower one (an activity), number an attempt (0: none).
// A label never holds an id that a counter made: those shift with every edit.
#pragma once

#include <cstdint>
#include <string>

#include "base/hash.h"
#include "sim/symbol.h"

namespace groundhog::sim {

class Label {
 public:
  constexpr Label() = default;
  constexpr Label(Symbol kind, Symbol scope, Symbol subject, std::int32_t number)
      : kind_(kind), scope_(scope), subject_(subject), number_(number), hash_(Hash()) {}

  constexpr Symbol kind() const { return kind_; }
  constexpr Symbol scope() const { return scope_; }
  constexpr Symbol subject() const { return subject_; }
  constexpr std::int32_t number() const { return number_; }
  constexpr std::uint64_t hash() const { return hash_; }

  // Whether there is anything to name: an empty label is no choice point.
  constexpr bool named() const { return hash_ != 0; }
  // The same thing seen as another kind: a task's label becomes that of its report.
  constexpr Label WithKind(Symbol kind) const { return Label(kind, scope_, subject_, number_); }

  // "RespondActivityTaskCompleted(pay-invoice-701, withdraw, 1)";
  // without a kind "pay-invoice-701, withdraw, attempt=1".
  std::string Text() const;

  friend constexpr bool operator==(const Label& a, const Label& b) { return a.hash_ == b.hash_; }

 private:
  static constexpr std::uint64_t kHashOfNothing =
      CombineHash(CombineHash(CombineHash(HashText(""), HashText("")), HashText("")), 0) | 1;

  constexpr std::uint64_t Hash() const {
    const std::uint64_t names =
        CombineHash(CombineHash(kind_.hash(), scope_.hash()), subject_.hash());
    const std::uint64_t hash = CombineHash(names, static_cast<std::uint64_t>(number_)) | 1;
    return hash == kHashOfNothing ? 0 : hash;
  }

  Symbol kind_;
  Symbol scope_;
  Symbol subject_;
  std::int32_t number_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace groundhog::sim
