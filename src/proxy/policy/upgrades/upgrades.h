// UpgradesAllowed: a client may only leave HTTP for a protocol that its listener allows (upgrade_configs); 403
// otherwise.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

class UpgradesAllowed final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
