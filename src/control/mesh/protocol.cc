#include "control/mesh/protocol.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"

namespace weft::control::mesh {
namespace {

constexpr std::array<std::pair<std::string_view, Protocol>, 15> kWords = {{
    {"http", Protocol::http},
    {"http2", Protocol::http2},
    {"grpc", Protocol::grpc},
    {"grpc-web", Protocol::http},
    {"http-proxy", Protocol::http},
    {"kubernetes.io/h2c", Protocol::http2},
    {"kubernetes.io/ws", Protocol::http},
    {"kubernetes.io/wss", Protocol::tls},
    {"https", Protocol::tls},
    {"tls", Protocol::tls},
    {"tcp", Protocol::tcp},
    {"udp", Protocol::udp},
    {"mongo", Protocol::tcp},
    {"mysql", Protocol::tcp},
    {"redis", Protocol::tcp},
}};

std::optional<Protocol> of_word(std::string_view word) {
  for (const auto& [known, protocol] : kWords) {
    if (equal_ignoring_case(known, word)) return protocol;
  }
  return std::nullopt;
}

// "<protocol>[-suffix]"; "grpc-web" is the one protocol that has a dash itself.
std::optional<Protocol> of_name(std::string_view name) {
  constexpr std::string_view kGrpcWeb = "grpc-web";
  if (equal_ignoring_case(name.substr(0, kGrpcWeb.size()), kGrpcWeb)) return Protocol::http;
  return of_word(name.substr(0, name.find('-')));
}

// Ports on which the server speaks first: waiting for the client's first bytes would hang (SMTP, DNS, MySQL, MongoDB).
constexpr bool is_server_first(uint32_t number) {
  return number == 25 || number == 53 || number == 3306 || number == 27017;
}

}  // namespace

Protocol protocol_of(const PortWords& port) {
  if (equal_ignoring_case(port.transport, "UDP")) return Protocol::udp;
  if (!port.app_protocol.empty()) {
    if (auto protocol = of_word(port.app_protocol)) return *protocol;
  } else if (auto protocol = of_name(port.name)) {
    return *protocol;
  }
  return is_server_first(port.number) ? Protocol::tcp : Protocol::sniffed;
}

Protocol protocol_of(std::string_view declared, uint32_t number) {
  auto protocol = to_lower(declared);
  if (protocol == "http_proxy") protocol = "http-proxy";
  return protocol_of({.name = {}, .app_protocol = protocol, .transport = "TCP", .number = number});
}

}  // namespace weft::control::mesh
