#include "runtime/protocol/activity_by_id.h"

#include <charconv>

namespace groundhog::protocol {
namespace {

// A token's fields, each as "length:bytes".
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool Read(std::string& field) {
    std::size_t length = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [at, error] = std::from_chars(rest_.data(), end, length);
    if (error != std::errc() || at == end || *at != ':') return false;
    rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()) + 1);
    if (rest_.size() < length) return false;
    field = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }
  template <class Number>
  bool Read(Number& number) {
    std::string digits;
    if (!Read(digits)) return false;
    const char* const end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, number).ptr == end && !digits.empty();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void Write(std::string& text, const std::string& field) {
  text += std::to_string(field.size()) + ":" + field;
}

}  // namespace

std::string TaskTokenText(const ActivityTaskToken& token) {
  std::string text;
  Write(text, token.execution.workflow_id);
  Write(text, token.execution.run_id);
  Write(text, std::to_string(token.scheduled_event_id));
  Write(text, token.activity_id);
  Write(text, token.activity_type);
  Write(text, std::to_string(token.attempt));
  Write(text, std::to_string(token.start_version));
  return text;
}

std::optional<ActivityTaskToken> ParseTaskToken(std::string_view text) {
  Reader reader(text);
  ActivityTaskToken token;
  const bool whole = reader.Read(token.execution.workflow_id) &&
                     reader.Read(token.execution.run_id) && reader.Read(token.scheduled_event_id) &&
                     reader.Read(token.activity_id) && reader.Read(token.activity_type) &&
                     reader.Read(token.attempt) && reader.Read(token.start_version);
  if (!whole || !reader.at_end()) return std::nullopt;
  return token;
}

}  // namespace groundhog::protocol
