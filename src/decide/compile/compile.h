// From xDS bytes to compiled values, one resource at a time. Pure and off the data path; the protobufs are freed before
// these functions return (D4). An error names the resource and what in it is not acceptable: it becomes the NACK's
// text.
#pragma once

#include <string_view>

#include "base/error.h"
#include "decide/cluster.h"
#include "decide/listener.h"
#include "decide/names.h"
#include "decide/routing/route_table.h"

namespace weft::decide {

// Each takes the serialized resource of its type: Listener, Cluster, RouteConfiguration, ClusterLoadAssignment. Names
// of clusters and route tables that are mentioned get their ids here, whether or not such a resource exists.
Result<ListenerPtr> compile_listener(std::string_view resource, Ids& ids);
Result<ClusterPtr> compile_cluster(std::string_view resource, Ids& ids);
Result<RouteTablePtr> compile_route_table(std::string_view resource, Ids& ids);
Result<EndpointSetPtr> compile_endpoints(std::string_view resource);

}  // namespace weft::decide
