// The columns that `weft get` and the API's tables show of each kind, as kubectl shows them.
#pragma once

#include <vector>

#include "api/kinds.h"

namespace weft::api {

std::vector<Column> namespace_columns();
std::vector<Column> config_map_columns();
std::vector<Column> secret_columns();
std::vector<Column> service_columns();
std::vector<Column> destination_rule_columns();
std::vector<Column> gateway_columns();
std::vector<Column> virtual_service_columns();
std::vector<Column> service_entry_columns();
std::vector<Column> workload_entry_columns();
std::vector<Column> peer_authentication_columns();
std::vector<Column> request_authentication_columns();
std::vector<Column> authorization_policy_columns();
std::vector<Column> network_policy_columns();
std::vector<Column> deployment_columns();
std::vector<Column> pod_columns();
std::vector<Column> endpoint_slice_columns();

}  // namespace weft::api
