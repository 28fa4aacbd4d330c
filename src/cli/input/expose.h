// --expose SERVICE[.NAMESPACE]:PORT=HOSTPORT. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::cli {

// One port of this machine that enters the mesh at a service. A value.
struct Expose {
  std::string service;
  std::string namespace_name;
  uint16_t port = 0;
  uint16_t host_port = 0;

  // As weft-node takes it: "nodejs-api.nodejs-app:3000=18080".
  std::string to_string() const;
  friend bool operator==(const Expose&, const Expose&) = default;
};

// A name may also be the service's full one: "nodejs-api.nodejs-app.svc.cluster.local:3000=18080".
Result<Expose> parse_expose(std::string_view text, std::string_view default_namespace);

// All of them; the same host port twice is an error.
Result<std::vector<Expose>> parse_exposes(const std::vector<std::string>& texts, std::string_view default_namespace);

}  // namespace weft::cli
