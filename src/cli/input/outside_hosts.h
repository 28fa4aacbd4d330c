// How weftd reaches hosts outside of the mesh for itself, such as token issuers: `hosts:` and `caFile:` of weft.yaml.
// weftd keeps them as ConfigMap weft-system/weft-outside.
#pragma once

#include <map>
#include <string>

#include "api/tree.h"

namespace weft::cli {

// A value. `roots` is the text of the file that caFile names.
struct OutsideHosts {
  std::map<std::string, std::string> addresses;  // of a name: ADDRESS or ADDRESS:PORT
  std::string roots;

  bool empty() const { return addresses.empty() && roots.empty(); }
};

api::Json outside_config_map(const OutsideHosts& outside);

}  // namespace weft::cli
