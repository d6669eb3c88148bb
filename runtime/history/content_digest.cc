#include "runtime/history/content_digest.h"

#include <bit>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/hash.h"
#include "runtime/history/event_fields.h"

namespace groundhog::history {
namespace {

// A visitor of fields (event_fields.h): what JSON calls them and how
// it nests them makes no difference.
class Digester {
 public:
  explicit Digester(std::uint64_t seed) : hash_(seed) {}

  template <class T>
  void operator()(std::string_view, const T& value, Presence = Presence::kIfSet) {
    Add(value);
  }
  void Named(std::string_view, const std::string& value) { Add(value); }
  template <class Entries>
  void Map(std::string_view, std::string_view, const Entries& map, Presence = Presence::kIfSet) {
    Add(map);
  }
  void Attempt(std::string_view, std::int32_t value) { Add(value); }
  template <class Fields>
  void Group(std::string_view, const Fields& fields) {
    fields(*this);
  }
  template <class... Infos>
  void OneOf(const std::variant<std::monostate, Infos...>& info) {
    Add(std::uint64_t{info.index()});
    std::visit(Overloaded{[](const std::monostate&) {},
                          [this](const auto& fields) { ForEachField(fields, *this); }},
               info);
  }

  // An event without it has the digest that it had before there was such a field.
  template <class T>
  void Rare(std::string_view name, T value) {
    if (value == T{}) return;
    Add(HashText(name));
    Add(value);
  }
  template <class T>
  void Rare(const Shared<T>& part) {
    if (part) AddRare(*part);
  }

  void Add(std::uint64_t value) { hash_ = Mixed(hash_, value); }
  ContentDigest digest() const { return {MixBits(hash_), bytes_}; }

 private:
  void Add(std::int64_t value) { Add(static_cast<std::uint64_t>(value)); }
  void Add(std::int32_t value) {
    Add(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  void Add(bool value) { Add(std::uint64_t{value}); }
  void Add(Duration value) { Add(value.count()); }
  // Times are not part of it: it has to be the same for two histories that differ in nothing else.
  void Add(Timestamp) {}
  void Add(double value) { Add(std::bit_cast<std::uint64_t>(value)); }
  template <class E>
  requires std::is_enum_v<E>
  void Add(E value) { Add(static_cast<std::uint64_t>(value)); }
  void Add(std::string_view text) {
    bytes_ += static_cast<std::int64_t>(text.size());
    std::uint64_t hash = text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) hash = Mixed(hash, Word(text, 8));
    if (!text.empty()) hash = Mixed(hash, Word(text, text.size()));
    Add(hash);
  }
  void Add(const std::string& text) { Add(std::string_view(text)); }
  template <class T>
  void Add(const std::optional<T>& value) {
    Add(value.has_value());
    if (value) Add(*value);
  }
  template <class T>
  void Add(const std::vector<T>& list) {
    Add(std::uint64_t{list.size()});
    for (const T& element : list) Add(element);
  }
  template <class T>
  void Add(const std::pair<std::string, T>& entry) {
    Add(entry.first);
    Add(entry.second);
  }
  void Add(const Payload& payload) {
    Add(payload.encoding());
    Add(payload.data());
    for (const auto& entry : payload.content().metadata) Add(entry);
  }
  void Add(const FailurePtr& failure) {
    for (const Failure* at = failure.get(); at != nullptr; at = at->cause.get()) {
      Add(at->message);
      Add(at->source);
      Add(at->stack_trace);
      if (at->encoded_attributes) AddHidden(*at->encoded_attributes);
      OneOf(at->info);
    }
    Add(failure != nullptr);
  }
  // Rare; out of line, so that what is common stays in line.
  [[gnu::noinline, gnu::cold]] void AddHidden(const Payload& attributes) {
    Add(Payloads{attributes});
  }
  // Out of line, as above.
  template <class T>
  [[gnu::noinline, gnu::cold]] void AddRare(const T& part) {
    ForEachField(part, *this);
  }
  // A part with fields of its own.
  template <class T>
  requires requires(const T& part, Digester& digester) { ForEachField(part, digester); }
  void Add(const T& part) { ForEachField(part, *this); }

  // One multiplication: each waits for the one before, and there is one for every field.
  static std::uint64_t Mixed(std::uint64_t hash, std::uint64_t value) {
    return (std::rotl(hash, 29) ^ value) * 0x9e3779b97f4a7c15ULL;
  }
  // The first `count` bytes as a number that does not depend on the machine's byte order.
  static std::uint64_t Word(std::string_view text, std::size_t count) {
    std::uint64_t word = 0;
    if (std::endian::native == std::endian::little && count == sizeof(word)) {
      std::memcpy(&word, text.data(), sizeof(word));
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
      }
    }
    return word;
  }

  std::uint64_t hash_;
  std::int64_t bytes_ = 0;
};

}  // namespace

ContentDigest DigestOf(const HistoryEvent& event) {
  Digester digester(static_cast<std::uint64_t>(event.event_id));
  digester.Add(static_cast<std::uint64_t>(TypeOf(event)));
  Visit(event, [&digester](const auto& attributes) { ForEachField(attributes, digester); });
  if (event.user_metadata) ForEachField(*event.user_metadata, digester);
  return digester.digest();
}

}  // namespace groundhog::history
