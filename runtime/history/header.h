// Header: values that travel beside a call's arguments, for what goes round the code: a tenant, a
// trace (Temporal's `Header`). A start, a signal, a query, an update, an activity each carry one.
//
//     const Header header{{"tenant", "acme"}, {"trace", 7}};
//     std::optional<std::string> tenant = header.Get<std::string>("tenant");
//
// It is given with the options of a call, and read in workflow::Info().header, CurrentHeader() and
// activity::Info::header. Some travel on by themselves: runtime/workflow/propagation.h.
// Headers stand in the history in the clear: payload codecs leave them alone.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/history/converter.h"
#include "runtime/history/payload_map.h"

namespace groundhog {

class Header {
 public:
  class Field {
   public:
    template <class T>
    Field(std::string_view name, const T& value)  // NOLINT(google-explicit-constructor)
        : name_(name), value_(history::ToPayload(value)) {}

   private:
    friend class Header;
    std::string name_;
    history::Payload value_;
  };

  Header() = default;
  Header(std::initializer_list<Field> fields) {
    for (const Field& field : fields) history::Put(fields_, field.name_, field.value_);
  }
  explicit Header(history::PayloadMap fields) : fields_(std::move(fields)) {}

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

  friend bool operator==(const Header&, const Header&) = default;

 private:
  history::PayloadMap fields_;
};

}  // namespace groundhog
