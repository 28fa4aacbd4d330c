// What a route makes of a request's path and authority, and where a redirect points. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decide/routing/request_head.h"
#include "decide/routing/route.h"

namespace weft::decide {

// The path to send, query included; nothing if the route leaves it alone.
std::optional<std::string> rewritten_path(const PathRewrite& rewrite, const RouteMatch& match,
                                          const RequestHead& request);

// The authority to send; nothing if the route leaves it alone.
std::optional<std::string> rewritten_host(const HostRewrite& rewrite, const RequestHead& request);

// The Location of a redirect: an absolute URL. Ports 80 with http and 443 with https are not written.
std::string redirect_location(const Redirect& redirect, const RouteMatch& match, const RequestHead& request);

}  // namespace weft::decide
