// Marks the proxy's own connections, so that capture lets them pass instead of redirecting them to the proxy again.
#pragma once

#include <envoy/config/core/v3/address.pb.h>

namespace weft::control::translate {

// SO_MARK 1337 (0x539) before the socket is bound: the mark that the capture rules exempt. weft-proxy marks by its own
// flag; stock Envoys do it because of this.
void add_socket_mark(envoy::config::core::v3::BindConfig& bind);

// Binds connections to the application to 127.0.0.6, which capture knows as the proxy's own, as Istio does.
void bind_to_magic_address(envoy::config::core::v3::BindConfig& bind);

}  // namespace weft::control::translate
