// What the recordings note of a described workflow; times as seconds from `now`.
#pragma once

#include <nlohmann/json.hpp>

#include "runtime/history/time.h"
#include "runtime/protocol/workflow_service.h"

namespace groundhog::recorded {

nlohmann::json DescribedAsRecorded(const protocol::DescribeWorkflowExecutionResponse& described,
                                   history::Timestamp now);

}  // namespace groundhog::recorded
