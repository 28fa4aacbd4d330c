// From a ServiceEntry to services, one for each of its hosts. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/resource.h"
#include "control/mesh/objects.h"

namespace weft::control::mesh {

// Gives the address that stands for a host which has none of its own.
using AllocateAddress = std::function<std::string(std::string_view space, std::string_view host)>;

std::vector<ServicePtr> read_service_entry(const api::Resource& resource, const AllocateAddress& allocate);

}  // namespace weft::control::mesh
