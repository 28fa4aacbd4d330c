// Route tables from their parsed wire form, for compile() and for tables that a listener carries inside.
#pragma once

#include <envoy/config/route/v3/route.pb.h>

#include "base/error.h"
#include "decide/names.h"
#include "decide/routing/route_table.h"

namespace weft::decide {

Result<RouteTablePtr> compile_route_table(const envoy::config::route::v3::RouteConfiguration& wire, Ids& ids);

}  // namespace weft::decide
