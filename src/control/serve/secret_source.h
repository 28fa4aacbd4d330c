// SecretSource: where a proxy's stream finds the secrets that it asks for by name.
#pragma once

#include <string>
#include <string_view>

#include "control/ca/pod_tokens.h"
#include "xds/server/resource.h"

namespace weft::control {

// Control thread. Outlives the sessions.
class SecretSource {
 public:
  virtual ~SecretSource() = default;

  // What this pod may have under that name now; null when there is no such secret, or it is not for this pod.
  virtual xds::ResourcePtr find(const PodIdentity& pod, std::string_view name) const = 0;

  // The pod asks for this name: what has to be made for it is made, and offered by a later push.
  virtual void expect(const PodIdentity& pod, std::string_view name) = 0;
};

}  // namespace weft::control
