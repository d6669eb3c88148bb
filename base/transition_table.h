// TransitionTable: which state follows which on which input.
// Everything that stands in no row is illegal.
//
//     constexpr Row<TaskPhase, TaskInput> kRows[] = {
//         {TaskPhase::kNone, TaskInput::kSchedule, TaskPhase::kScheduled}, …};
//     constexpr TransitionTable<TaskPhase, TaskInput, 3, 6> kTable(kRows);
//     std::optional<TaskPhase> next = kTable.Next(phase, input);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <typeinfo>

namespace groundhog {

// Is told of each row that is taken at run time, and of which machine: the type of its states. Null
// but where coverage is counted (tests/transitions); to be set before other threads run.
using RowTaken = void (*)(const std::type_info& machine, std::size_t from, std::size_t input);
inline constinit RowTaken on_row_taken = nullptr;

template <class State, class Input>
struct Row {
  State from;
  Input input;
  State to;
};

template <class State, class Input, std::size_t states, std::size_t inputs>
class TransitionTable {
 public:
  template <std::size_t n>
  explicit constexpr TransitionTable(const Row<State, Input> (&rows)[n]) {
    for (auto& row : next_) row.fill(kIllegal);
    for (const Row<State, Input>& row : rows) {
      next_[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.input)] =
          static_cast<std::uint8_t>(row.to);
    }
  }

  constexpr std::optional<State> Next(State from, Input input) const {
    const std::uint8_t to = next_[static_cast<std::size_t>(from)][static_cast<std::size_t>(input)];
    if (to == kIllegal) return std::nullopt;
    if (!std::is_constant_evaluated() && on_row_taken != nullptr) {
      on_row_taken(typeid(State), static_cast<std::size_t>(from), static_cast<std::size_t>(input));
    }
    return static_cast<State>(to);
  }

 private:
  static constexpr std::uint8_t kIllegal = 0xff;
  std::array<std::array<std::uint8_t, inputs>, states> next_{};
};

}  // namespace groundhog
