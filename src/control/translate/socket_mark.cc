#include "control/translate/socket_mark.h"

#include <sys/socket.h>

namespace weft::control::translate {

void add_socket_mark(envoy::config::core::v3::BindConfig& bind) {
  constexpr int64_t kMark = 1337;
  auto& option = *bind.add_socket_options();
  option.set_description("weft: not to be captured");
  option.set_level(SOL_SOCKET);
  option.set_name(SO_MARK);
  option.set_int_value(kMark);
  option.set_state(envoy::config::core::v3::SocketOption::STATE_PREBIND);
}

void bind_to_magic_address(envoy::config::core::v3::BindConfig& bind) {
  bind.mutable_source_address()->set_address("127.0.0.6");
  bind.mutable_source_address()->set_port_value(0);
}

}  // namespace weft::control::translate
