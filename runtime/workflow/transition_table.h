// TransitionTable: which state follows which on which input; everything else is illegal.
//
//     constexpr Transition<S, I> kRows[] = {{S::kStarted, I::kFired, S::kFired}, …};
//     constexpr TransitionTable<S, I, kStates, kInputs> kTable(kRows);
//     std::optional<S> next = kTable.Next(state, input);        // nullopt: illegal
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace groundhog::workflow::internal {

template <class State, class Input>
struct Transition {
  State from;
  Input input;
  State to;
};

template <class State, class Input, std::size_t kStates, std::size_t kInputs>
class TransitionTable {
 public:
  static constexpr std::uint8_t kIllegal = 0xff;

  template <std::size_t n>
  explicit constexpr TransitionTable(const Transition<State, Input> (&rows)[n]) {
    for (auto& row : next_) row.fill(kIllegal);
    for (const auto& [from, input, to] : rows) {
      next_[static_cast<std::size_t>(from)][static_cast<std::size_t>(input)] =
          static_cast<std::uint8_t>(to);
    }
  }

  constexpr std::optional<State> Next(State from, Input input) const {
    const std::uint8_t to = next_[static_cast<std::size_t>(from)][static_cast<std::size_t>(input)];
    if (to == kIllegal) return std::nullopt;
    return static_cast<State>(to);
  }

 private:
  std::array<std::array<std::uint8_t, kInputs>, kStates> next_{};
};

}  // namespace groundhog::workflow::internal
