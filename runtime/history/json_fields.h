// GROUNDHOG_FIELDS: how a struct of one's own becomes a payload and comes back, said once.
//
//     struct PaymentDetails {
//       std::string source_account;
//       std::int64_t amount = 0;
//     };
//     GROUNDHOG_FIELDS(PaymentDetails, source_account, amount)   // in the struct's namespace
//
// The JSON is that of NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE, which the macro also defines: the same
// bytes out, the same texts taken, the same errors. It is only faster, because texts, integers,
// truth values, lists of these and structs with such fields are read and written without a tree of
// values in between. A struct with other fields goes the library's way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/history/plain_json.h"

namespace groundhog::history {

// The names of a struct's fields and where they are.
template <class... Members>
struct JsonFields {
  static constexpr std::size_t kCount = sizeof...(Members);

  template <class Member>
  consteval auto With(std::string_view name, Member member) const {
    JsonFields<Members..., Member> more;
    for (std::size_t i = 0; i < kCount; ++i) more.names[i] = names[i];
    more.names[kCount] = name;
    more.members = std::tuple_cat(members, std::tuple(member));
    return more;
  }
  // The fields' indices as the library orders them: by name.
  consteval std::array<std::size_t, kCount> ByName() const {
    std::array<std::size_t, kCount> order{};
    for (std::size_t i = 0; i < kCount; ++i) {
      std::size_t rank = 0;
      for (const std::string_view name : names) rank += name < names[i] ? 1 : 0;
      order[rank] = i;
    }
    return order;
  }

  std::array<std::string_view, kCount> names{};
  std::tuple<Members...> members{};
};

namespace internal {

template <class T>
inline constexpr auto kFieldsOf = GroundhogFieldsOf(std::type_identity<T>{});

template <class T>
concept HasJsonFields = requires {
  GroundhogFieldsOf(std::type_identity<T>{});
};

template <class T>
concept PlainScalar = std::is_same_v<T, std::string> || std::is_integral_v<T>;

template <class T>
struct ListOfScalars : std::false_type {};
template <PlainScalar T>
struct ListOfScalars<std::vector<T>> : std::bool_constant<!std::is_same_v<T, bool>> {};

template <class T>
consteval bool IsDirect();

template <class T, class... Members>
consteval bool AllDirect(const JsonFields<Members...>&) {
  return (IsDirect<std::remove_cvref_t<decltype(std::declval<T&>().*std::declval<Members>())>>() &&
          ...);
}

// Whether a T is read and written without the library. A struct cannot hold itself in such fields,
// so depth is bounded by the type.
template <class T>
consteval bool IsDirect() {
  if constexpr (HasJsonFields<T>) {
    return AllDirect<T>(kFieldsOf<T>);
  } else {
    return PlainScalar<T> || ListOfScalars<T>::value;
  }
}

// Both give up with false where the library has to decide.
template <class T>
bool WriteDirect(const T& value, std::string& text);
template <class T>
bool ReadDirect(PlainScanner& scanner, T& value);

template <class T>
bool WriteFields(const T& value, std::string& text) {
  static constexpr auto kOrder = kFieldsOf<T>.ByName();
  const auto write = [&]<std::size_t kRank>() {
    static constexpr std::size_t kField = kOrder[kRank];
    text += kRank == 0 ? "{\"" : ",\"";
    text += kFieldsOf<T>.names[kField];
    text += "\":";
    return WriteDirect(value.*std::get<kField>(kFieldsOf<T>.members), text);
  };
  const bool plain = [&]<std::size_t... kRank>(std::index_sequence<kRank...>) {
    return (write.template operator()<kRank>() && ...);
  }
  (std::make_index_sequence<kOrder.size()>());
  text += '}';
  return plain;
}

template <class T>
bool WriteDirect(const T& value, std::string& text) {
  if constexpr (HasJsonFields<T>) {
    return WriteFields(value, text);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return WritePlainText(value, text);
  } else if constexpr (std::is_same_v<T, bool>) {
    text += value ? "true" : "false";
    return true;
  } else if constexpr (std::is_integral_v<T>) {
    using Widest = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    WriteInteger(static_cast<Widest>(value), text);
    return true;
  } else {
    char separator = '[';
    for (const auto& element : value) {
      text += std::exchange(separator, ',');
      if (!WriteDirect(element, text)) return false;
    }
    if (value.empty()) text += '[';
    text += ']';
    return true;
  }
}

template <class T>
bool ReadFields(PlainScanner& scanner, T& value) {
  static constexpr std::size_t kCount = kFieldsOf<T>.names.size();
  static_assert(kCount <= 64, "so many fields are known as bits of one word");
  std::uint64_t seen = 0;
  const auto read_field = [&]<std::size_t... kField>(std::string_view name,
                                                     std::index_sequence<kField...>) {
    bool read = false;
    static_cast<void>(
        ((kFieldsOf<T>.names[kField] == name &&
          ((read = ReadDirect(scanner, value.*std::get<kField>(kFieldsOf<T>.members))),
           seen |= std::uint64_t{1} << kField, true)) ||
         ...));
    return read;
  };
  if (!scanner.Take('{')) return false;
  do {
    std::string_view name;
    scanner.SkipBlanks();
    if (!scanner.TakeText(name)) return false;
    scanner.SkipBlanks();
    if (!scanner.Take(':')) return false;
    scanner.SkipBlanks();
    if (!read_field(name, std::make_index_sequence<kCount>())) return false;
    scanner.SkipBlanks();
  } while (scanner.Take(','));
  return scanner.Take('}') && seen == ~std::uint64_t{0} >> (64 - kCount);
}

template <class T>
bool ReadNumber(PlainScanner& scanner, T& value) {
  bool negative = false;
  std::uint64_t magnitude = 0;
  if (!scanner.TakeInteger(negative, magnitude)) return false;
  const auto number = negative ? -static_cast<std::int64_t>(magnitude)
                               : static_cast<std::int64_t>(magnitude);  // 18 digits fit
  if (!std::in_range<T>(number)) return false;
  value = static_cast<T>(number);
  return true;
}

template <class T>
bool ReadList(PlainScanner& scanner, std::vector<T>& list) {
  list.clear();
  if (!scanner.Take('[')) return false;
  scanner.SkipBlanks();
  if (scanner.Take(']')) return true;
  do {
    scanner.SkipBlanks();
    if (!ReadDirect(scanner, list.emplace_back())) return false;
    scanner.SkipBlanks();
  } while (scanner.Take(','));
  return scanner.Take(']');
}

template <class T>
bool ReadDirect(PlainScanner& scanner, T& value) {
  if constexpr (HasJsonFields<T>) {
    return ReadFields(scanner, value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::string_view text;
    if (!scanner.TakeText(text)) return false;
    value = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    value = scanner.TakeWord("true");
    return value || scanner.TakeWord("false");
  } else if constexpr (std::is_integral_v<T>) {
    return ReadNumber(scanner, value);
  } else {
    return ReadList(scanner, value);
  }
}

// The value in a whole text.
template <class T>
bool ReadWhole(std::string_view text, T& value) {
  PlainScanner scanner(text);
  scanner.SkipBlanks();
  if (!ReadDirect(scanner, value)) return false;
  scanner.SkipBlanks();
  return scanner.AtEnd();
}

}  // namespace internal
}  // namespace groundhog::history

#define GROUNDHOG_INTERNAL_FIELD(member) .With(#member, &Described::member)

#define GROUNDHOG_FIELDS(Type, ...)                                                   \
  NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Type, __VA_ARGS__)                               \
  consteval auto GroundhogFieldsOf(std::type_identity<Type>) {                        \
    using Described = Type;                                                           \
    return ::groundhog::history::JsonFields<> {}                                      \
    NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(GROUNDHOG_INTERNAL_FIELD, __VA_ARGS__)); \
  }
