#include "world/service.h"

#include "sim/lengths.h"
#include "sim/service_sites.h"

namespace groundhog {

void Service::Handle(sim::Incoming& request) {
  sim::Choices& choices = process_.kernel().choices();
  if (const sim::Answer down = choices.Choose(sim::kServiceDown, request.label()); down != 0) {
    process_.Crash(sim::LengthOf(down));
    return;
  }
  Serve(request);
  if (after_request_) after_request_();
}

}  // namespace groundhog
