#include "control/translate/endpoint_address.h"

#include <string>

namespace weft::control::translate {
namespace {

constexpr std::string_view kScheme = "unix://";

}  // namespace

bool is_socket_file(std::string_view address) {
  return address.starts_with(kScheme);
}

void fill_endpoint_address(std::string_view address, uint32_t port, envoy::config::core::v3::Address& wire) {
  if (is_socket_file(address)) {
    wire.mutable_pipe()->set_path(std::string(address.substr(kScheme.size())));
    return;
  }
  wire.mutable_socket_address()->set_address(std::string(address));
  wire.mutable_socket_address()->set_port_value(port);
}

}  // namespace weft::control::translate
