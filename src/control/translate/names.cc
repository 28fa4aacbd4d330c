#include "control/translate/names.h"

#include <fmt/format.h>

namespace weft::control::translate {

std::string outbound_cluster(uint32_t port, std::string_view subset, std::string_view host) {
  return fmt::format("outbound|{}|{}|{}", port, subset, host);
}
std::string sni_cluster(uint32_t port, std::string_view subset, std::string_view host) {
  return fmt::format("outbound_.{}_.{}_.{}", port, subset, host);
}
std::string inbound_cluster(uint32_t port) {
  return fmt::format("inbound|{}||", port);
}
std::string listener_name(std::string_view address, uint32_t port) {
  return fmt::format("{}_{}", address, port);
}
std::string sniffed_route_name(std::string_view host, uint32_t port) {
  return fmt::format("{}:{}", host, port);
}
std::string gateway_route_name(uint32_t port, std::string_view bind) {
  return bind.empty() ? fmt::format("http.{}", port) : fmt::format("http.{}.{}", port, bind);
}
std::string gateway_https_route_name(uint32_t port, std::string_view port_name, std::string_view gateway,
                                     std::string_view space) {
  std::string name = "https." + std::to_string(port);
  for (const auto part : {port_name, gateway, space}) name.append(".").append(part);
  return name;
}

std::string credential_secret(std::string_view name) {
  return "kubernetes://" + std::string(name);
}

std::string authorities_secret(std::string_view name) {
  return credential_secret(name) + "-cacert";
}

std::string expose_name(uint32_t host_port) {
  return fmt::format("expose_{}", host_port);
}

}  // namespace weft::control::translate
