// Metadata matchers of the wire into conditions on claims.
#pragma once

#include <envoy/type/matcher/v3/metadata.pb.h>

#include "base/error.h"
#include "decide/authorization/access_condition.h"

namespace weft::decide {

Result<AccessCondition> compile_metadata(const envoy::type::matcher::v3::MetadataMatcher& wire);

}  // namespace weft::decide
