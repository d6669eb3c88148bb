// The place where an outside service (a bank) may go down. Whoever runs services asks it; faults/
// lists it.
//
// Asked when a request reaches the service. The answer says for how long the service is away from
// there on.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "sim/choice.h"

namespace groundhog::sim {

inline constexpr auto kServiceOutages =
    std::to_array<std::string_view>({"brief", "outlasts_attempt", "outlasts_retries"});
inline constexpr ChoiceSite kServiceDown{"service/down", ChoiceClass::kFault, kServiceOutages,
                                         "from this request on, an outside service is down for {}"};
inline constexpr auto kServiceSites = std::to_array<const ChoiceSite*>({&kServiceDown});

inline std::span<const ChoiceSite* const> ServiceSites() { return kServiceSites; }

}  // namespace groundhog::sim
