#include "cli/mesh/mutual_tls.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr uint32_t kCapturePort = 15006;
constexpr std::string_view kCaptureText = "15006";

// Proto JSON spells fields in lowerCamelCase, Envoy's own dump in snake_case.
const Json* either(const Json& object, const char* snake, const char* camel) {
  if (!object.is_object()) return nullptr;
  for (const char* name : {snake, camel}) {
    if (const auto found = object.find(name); found != object.end()) return &*found;
  }
  return nullptr;
}

std::string word_of(const Json* object, const char* snake, const char* camel) {
  const Json* value = object == nullptr ? nullptr : either(*object, snake, camel);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

uint32_t port_of(const Json* match) {
  const Json* port = match == nullptr ? nullptr : either(*match, "destination_port", "destinationPort");
  return port != nullptr && port->is_number_unsigned() ? port->get<uint32_t>() : 0;
}

// The chains of one port: with some that end the mesh's TLS and some that take plain text it takes both.
struct Chains {
  bool ends_tls = false;
  bool takes_plain_text = false;
  std::string origin;

  std::string mode() const { return !ends_tls ? "DISABLE" : takes_plain_text ? "PERMISSIVE" : "STRICT"; }
};

void take_chain(const Json& chain, std::map<uint32_t, Chains>& ports) {
  const Json* match = either(chain, "filter_chain_match", "filterChainMatch");
  const uint32_t port = port_of(match);
  if (port == kCapturePort) return;  // only there to be closed
  Chains& chains = ports[port];
  if (either(chain, "transport_socket", "transportSocket") != nullptr) {
    chains.ends_tls = true;
  } else if (word_of(match, "transport_protocol", "transportProtocol") != "tls") {
    chains.takes_plain_text = true;
  }
  if (auto origin = origin_of(chain); !origin.empty()) chains.origin = std::move(origin);
}

// "inbound|3000||" is the port 3000.
uint32_t port_in(std::string_view cluster) {
  const auto parts = split(cluster, '|');
  return parts.size() < 2 ? 0 : static_cast<uint32_t>(parse_unsigned(parts[1]).value_or(0));
}

PlainCaller& caller_of(const Sample& sample, Observation& observation) {
  const std::string address(sample.label("client"));
  const auto port = static_cast<uint32_t>(parse_unsigned(sample.label("port")).value_or(0));
  const auto found = std::ranges::find_if(
      observation.callers, [&](const auto& caller) { return caller.address == address && caller.port == port; });
  if (found != observation.callers.end()) return *found;
  return observation.callers.emplace_back(PlainCaller{.address = address, .port = port});
}

}  // namespace

std::vector<PortMode> port_modes(const ProxyConfig& config) {
  std::map<uint32_t, Chains> ports;
  for (const auto& listener : config.listeners) {
    if (listener.value("name", "") != "virtualInbound") continue;
    const Json* chains = either(listener, "filter_chains", "filterChains");
    for (const auto& chain : chains == nullptr ? Json::array() : *chains) take_chain(chain, ports);
  }
  std::vector<PortMode> modes;
  for (const auto& [port, chains] : ports) {
    // "PeerAuthentication shop/default  mesh.yaml:3"
    const size_t end = chains.origin.find("  ");
    modes.push_back({.port = port,
                     .mode = chains.mode(),
                     .policy = chains.origin.substr(0, end),
                     .place = end == std::string::npos ? "" : chains.origin.substr(end + 2)});
  }
  return modes;
}

const PortMode& mode_of(const std::vector<PortMode>& modes, uint32_t port) {
  static const PortMode kNothing{.mode = "PERMISSIVE"};
  for (const uint32_t wanted : {port, 0U}) {
    const auto found = std::ranges::find(modes, wanted, &PortMode::port);
    if (found != modes.end()) return *found;
  }
  return kNothing;
}

// Cut, not rounded: 100% is said of what is all of it.
std::string Share::percent() const {
  if (all() == 0) return "-";
  const uint64_t hundredths = mutual * 10'000 / all();
  if (hundredths % 100 == 0) return fmt::format("{}%", hundredths / 100);
  return fmt::format("{}.{:02}%", hundredths / 100, hundredths % 100);
}

Observation read_observation(const std::vector<Sample>& samples) {
  Observation observation;
  for (const auto& sample : samples) {
    const auto value = static_cast<uint64_t>(std::max(0.0, sample.value));
    if (sample.label("port") == kCaptureText) continue;  // closed at once, whatever comes
    if (sample.name == "weft_plain_text_connections_total") {
      caller_of(sample, observation).connections += value;
    } else if (sample.name == "weft_plain_text_last_seen_seconds") {
      caller_of(sample, observation).last_seen = WallTime(std::chrono::seconds(value));
    } else if (sample.name == "weft_requests_total" || sample.name == "weft_tcp_connections_total") {
      if (sample.label("direction") != "inbound") continue;
      Share& share = observation.shares[port_in(sample.label("cluster"))];
      (sample.label("connection_security_policy") == "mutual_tls" ? share.mutual : share.plain) += value;
    }
  }
  return observation;
}

}  // namespace weft::cli
