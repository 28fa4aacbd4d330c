// Permissions and principals of the wire into conditions.
#pragma once

#include <envoy/config/rbac/v3/rbac.pb.h>

#include "base/error.h"
#include "decide/authorization/access_condition.h"

namespace weft::decide {

Result<AccessCondition> compile_permission(const envoy::config::rbac::v3::Permission& wire);
Result<AccessCondition> compile_principal(const envoy::config::rbac::v3::Principal& wire);

}  // namespace weft::decide
