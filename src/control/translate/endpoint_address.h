// Where an endpoint is, as the wire says it. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include <envoy/config/core/v3/address.pb.h>

namespace weft::control::translate {

// "unix:///PATH" and "unix://@NAME", Istio's form of socket files.
bool is_socket_file(std::string_view address);

// A socket file has no port: its path is a pipe's.
void fill_endpoint_address(std::string_view address, uint32_t port, envoy::config::core::v3::Address& wire);

}  // namespace weft::control::translate
