// Envoy's RBAC filters of the wire, for HTTP and for TCP, into one Authorization. What is not understood is refused,
// never passed over: it could be what guards a service.
#pragma once

#include <google/protobuf/any.pb.h>

#include "base/error.h"
#include "decide/authorization/authorization.h"

namespace envoy::config::rbac::v3 {
class RBAC;
}

namespace weft::decide {

// Appends the filter; nothing where it neither enforces nor tells anything.
Result<> append_http_authorization(const google::protobuf::Any& config, Authorization& authorization);
Result<> append_tcp_authorization(const google::protobuf::Any& config, Authorization& authorization);

Result<AccessRules> compile_access_rules(const envoy::config::rbac::v3::RBAC& wire);

}  // namespace weft::decide
