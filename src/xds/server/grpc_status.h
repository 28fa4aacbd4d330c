// What the calls of libgrpc++ have in common: statuses, and buffers as bytes.
#pragma once

#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include "xds/server/message.h"

namespace weft::xds {

::grpc::StatusCode code_of(StreamEnd why);
std::string to_string(const ::grpc::ByteBuffer& buffer);
::grpc::ByteBuffer to_buffer(const std::string& bytes);

}  // namespace weft::xds
