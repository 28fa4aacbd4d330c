// Configuration from a file: a JSON array of xDS resources, each with its "@type" (google.protobuf.Any in proto JSON).
// It takes the same path as what a control plane sends.
#pragma once

#include <string>

#include "proxy/config/configuration.h"

namespace weft::proxy {

// Applies the file's clusters, endpoints, routes and listeners, in this order. Fails, naming the resource, if one of
// them is rejected; the others are then in force.
runtime::Task<Result<>> load_static(Configuration& configuration, std::string path);

}  // namespace weft::proxy
