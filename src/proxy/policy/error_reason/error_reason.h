// ErrorReason: a sidecar tells its own pod's application in a word why it answered in place of the endpoint:
// "x-weft-error: UF,URX connect_refused; why=8d0e41aa", where the last is what `weft why` takes. So is told who uses a
// port of `weft up --expose`, which is this machine's alone. Nobody else is: not clients of gateways; and nobody is
// told anything of refusals, whose reasons are for operators.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless. Costs nothing where all went well, and allocates only for what is told.
class ErrorReason final : public Policy {
 public:
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
