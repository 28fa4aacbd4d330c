// Envoy's ext_authz filters of the wire, for HTTP and for TCP, into ours. What is not understood is refused, never
// passed over: it could be what guards a service.
#pragma once

#include <google/protobuf/any.pb.h>

#include "base/error.h"
#include "decide/authorization/external_authorization.h"
#include "decide/names.h"

namespace weft::decide {

// `before`: the RBAC filters in front of it. Those whose shadow rules say what it is asked about, which is how Istio
// says it, are taken out.
Result<ExternalAuthorization> compile_http_authorizer(const google::protobuf::Any& config, Authorization& before,
                                                      Ids& ids);
Result<ExternalAuthorization> compile_tcp_authorizer(const google::protobuf::Any& config, Authorization& before,
                                                     Ids& ids);

}  // namespace weft::decide
