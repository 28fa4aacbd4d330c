// What checks across objects say, with the place in the object that they say it about.
#pragma once

#include <string>

#include "api/finding.h"
#include "api/resource.h"

namespace weft::api {

// About `path` of the object ("spec.hosts[0]"), or of the nearest thing around it that exists.
Finding finding_at(const Resource& resource, std::string path, Severity severity, Code code, std::string message);

// "VirtualService shop/web, web.yaml:3": another object, for a message.
std::string name_with_place(const Resource& resource);

}  // namespace weft::api
