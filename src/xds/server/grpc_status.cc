#include "xds/server/grpc_status.h"

#include <vector>

namespace weft::xds {

std::string to_string(const ::grpc::ByteBuffer& buffer) {
  std::vector<::grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

::grpc::ByteBuffer to_buffer(const std::string& bytes) {
  const ::grpc::Slice slice(bytes);
  return ::grpc::ByteBuffer(&slice, 1);
}

::grpc::StatusCode code_of(StreamEnd why) {
  switch (why) {
    case StreamEnd::invalid_argument:
      return ::grpc::StatusCode::INVALID_ARGUMENT;
    case StreamEnd::unauthenticated:
      return ::grpc::StatusCode::UNAUTHENTICATED;
    case StreamEnd::permission_denied:
      return ::grpc::StatusCode::PERMISSION_DENIED;
    case StreamEnd::unavailable:
      return ::grpc::StatusCode::UNAVAILABLE;
    case StreamEnd::resource_exhausted:
      return ::grpc::StatusCode::RESOURCE_EXHAUSTED;
  }
  return ::grpc::StatusCode::INTERNAL;
}

}  // namespace weft::xds
