// HTTPFault of the wire into Fault.
#pragma once

#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>

#include "base/error.h"
#include "decide/routing/fault.h"

namespace weft::decide {

Result<Fault> compile_fault(const envoy::extensions::filters::http::fault::v3::HTTPFault& wire);

}  // namespace weft::decide
