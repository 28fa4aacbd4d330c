// Service addresses: spec.clusterIP of Services, from 10.96.0.0/16, given at creation and kept for the Service's life.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "api/tree.h"
#include "control/apiserver/refusal.h"
#include "control/workloads/world.h"

namespace weft::control {

// For one commit: what is taken in the world, and what the commit itself takes. Control thread.
class ServiceAddresses {
 public:
  explicit ServiceAddresses(const World& world);

  // Gives the Service an address if it needs one and has none; checks one that it brings along (422: outside the range
  // or taken). `body` has its defaults. The first choice follows from the name, so a Service that is made again tends
  // to get its old address.
  Reply<> assign(api::Json& body);

 private:
  Reply<std::string> choose(std::string_view space, std::string_view name) const;
  Reply<> check_given(const std::string& address, const std::string& name) const;

  std::set<std::string> taken_;
};

}  // namespace weft::control
