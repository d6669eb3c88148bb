// Dialect: how a run's code names things in its history,
// where Temporal's SDKs differ (SEMANTICS e.2, f.8).
//
//     Register<GoSelector>(kGoSelector, Dialect::kGo)
//
//                        kCore (Python, TypeScript, .NET, Ruby)    kGo
//     activity, timer    counted from 1, each kind by itself       the id that its event is expected to have
//     child workflow     a random UUID                             <run id>_<that id>
//     cancelled before   dropped                               activity, timer: sent, and their cancel
//     it was sent                                              behind them
//     local activity     marker core_local_activity                marker LocalActivity
//     bug in the code    its exception                             PanicError, not to be retried
//
// Ids that the author gives are the same in both.
// A run has to be replayed in the dialect in which it was written.
#pragma once

#include <cstdint>

namespace groundhog::workflow {

enum class Dialect : std::uint8_t { kCore, kGo };

}  // namespace groundhog::workflow
