// Requests and responses between bytes and values. Pure; the one place here that knows protobuf.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "xds/server/message.h"

namespace weft::xds {

// The bytes of a DeltaDiscoveryRequest or DiscoveryRequest.
Result<Request> decode_request(Dialect dialect, std::string_view bytes);

// The bytes of a DeltaDiscoveryResponse or DiscoveryResponse.
std::string encode_response(Dialect dialect, const Response& response);

}  // namespace weft::xds
