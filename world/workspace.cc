#include <algorithm>

#include "world/simulation.h"

namespace groundhog {

const sim::ChoiceSite& Workspace::InputSite(const std::string& name,
                                            const std::vector<std::string>& alternatives) {
  const std::string site_name = "input/" + name;
  for (const auto& input : inputs_) {
    if (input->site_name == site_name && input->texts == alternatives) return input->site;
  }
  auto input = std::make_unique<Input>(
      Input{site_name, alternatives, {}, sim::ChoiceSite("", sim::ChoiceClass::kInput, {}, "")});
  // The first alternative is the uneventful one, which no answer names.
  for (std::size_t i = 1; i < input->texts.size(); ++i) input->answers.push_back(input->texts[i]);
  input->site = sim::ChoiceSite(input->site_name, sim::ChoiceClass::kInput, input->answers,
                                "what the scenario is run with");
  return inputs_.emplace_back(std::move(input))->site;
}

void Workspace::KeepTraceMemory(sim::Trace::Records memory) {
  constexpr std::size_t kMost = std::size_t{1} << 18;  // records: 20 MiB
  if (memory.capacity() <= kMost) trace_memory_ = std::move(memory);
}

}  // namespace groundhog
