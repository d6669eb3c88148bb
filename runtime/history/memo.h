// Memo: values that a client or the workflow keeps with a workflow execution, for people and programs that look at it. They are
// not indexed (SEMANTICS f.9).
//
//     const Memo memo{{"note", "first"}, {"extra", 1}};
//     std::optional<std::string> note = memo.Get<std::string>("note");
//
// In an update (workflow::UpsertMemo) the value nullptr takes a field away.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/payload_map.h"

namespace groundhog {

class Memo {
 public:
  class Field {
   public:
    template <class T>
    Field(std::string_view name, const T& value)  // NOLINT(google-explicit-constructor)
        : name_(name), value_(history::ToPayload(value)) {}

   private:
    friend class Memo;
    std::string name_;
    history::Payload value_;
  };

  Memo() = default;
  Memo(std::initializer_list<Field> fields) {
    for (const Field& field : fields) history::Put(fields_, field.name_, field.value_);
  }
  explicit Memo(history::PayloadMap fields) : fields_(std::move(fields)) {}

  template <class T>
  void Set(std::string_view name, const T& value) {
    history::Put(fields_, name, history::ToPayload(value));
  }
  // Nothing if there is no such field; PayloadError if it is no T.
  template <class T>
  std::optional<T> Get(std::string_view name) const {
    const history::Payload* payload = history::Find(fields_, name);
    if (payload == nullptr) return std::nullopt;
    return history::FromPayload<T>(*payload);
  }
  bool empty() const { return fields_.empty(); }
  const history::PayloadMap& fields() const { return fields_; }

  friend bool operator==(const Memo&, const Memo&) = default;

 private:
  history::PayloadMap fields_;
};

}  // namespace groundhog
