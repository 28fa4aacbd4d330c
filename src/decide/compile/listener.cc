// Listener of the wire into Listener of ours.
#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.pb.h>

#include "decide/authorization/external_authorization.h"
#include "decide/compile/compile.h"
#include "decide/compile/filter_chain.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace wire_listener = envoy::config::listener::v3;

// TLVs are for filters that read metadata, of which there are none here: rules about them change nothing.
Result<ProxyProtocol> to_proxy_protocol(const wire_listener::ListenerFilter& filter) {
  using envoy::config::core::v3::ProxyProtocolConfig;
  using Wire = envoy::extensions::filters::listener::proxy_protocol::v3::ProxyProtocol;
  if (filter.has_filter_disabled()) return fail(Reason::unsupported, "proxy_protocol on some ports alone");
  WEFT_TRY(const auto wire, unpack<Wire>(filter.typed_config(), "the proxy_protocol filter's configuration"));
  ProxyProtocol compiled{.allows_none = wire.allow_requests_without_proxy_protocol()};
  for (const int version : wire.disallowed_versions()) {
    bool& takes = version == ProxyProtocolConfig::V1 ? compiled.takes_v1 : compiled.takes_v2;
    takes = false;
  }
  return compiled;
}

Result<> fill_listener_filters(const wire_listener::Listener& wire, Listener& compiled) {
  constexpr std::string_view kFilters = "envoy.extensions.filters.listener.";
  for (const auto& filter : wire.listener_filters()) {
    const std::string_view type = type_name(filter.typed_config());
    if (!type.starts_with(kFilters))
      return fail(Reason::unsupported, "listener filter of type '" + std::string(type) + "'");
    const std::string_view kind = type.substr(kFilters.size());
    WEFT_TRY(auto ports, compile_enabled_ports(filter));
    if (kind == "original_dst.v3.OriginalDst") {
      compiled.reads_destination = true;
    } else if (kind == "proxy_protocol.v3.ProxyProtocol") {
      WEFT_TRY(compiled.proxy_protocol, to_proxy_protocol(filter));
    } else if (kind == "http_inspector.v3.HttpInspector") {
      compiled.http_inspector = std::move(ports);
    } else if (kind == "tls_inspector.v3.TlsInspector") {
      compiled.tls_inspector = std::move(ports);
    } else {
      return fail(Reason::unsupported, "listener filter of type '" + std::string(type) + "'");
    }
  }
  constexpr Duration kEnvoyDefault = std::chrono::seconds(15);
  compiled.detection_timeout =
      wire.has_listener_filters_timeout() ? to_duration(wire.listener_filters_timeout()) : kEnvoyDefault;
  compiled.continues_after_timeout = wire.continue_on_listener_filters_timeout();
  return {};
}

void note_references(const FilterChain& chain, Listener& compiled) {
  if (const auto* tcp = std::get_if<TcpChain>(&chain.action)) {
    for (const auto& weighted : tcp->clusters) compiled.clusters.push_back(weighted.cluster);
    if (tcp->external_authorization) compiled.clusters.push_back(tcp->external_authorization->cluster);
    return;
  }
  const auto& http = std::get<HttpChain>(chain.action);
  if (http.external_authorization) compiled.clusters.push_back(http.external_authorization->cluster);
  const auto& routes = http.routes;
  if (const auto* id = std::get_if<RouteTableId>(&routes)) {
    compiled.route_tables.push_back(*id);
  } else {
    const auto& clusters = std::get<RouteTablePtr>(routes)->clusters;
    compiled.clusters.insert(compiled.clusters.end(), clusters.begin(), clusters.end());
  }
}

Result<> fill_chains(const wire_listener::Listener& wire, Ids& ids, Listener& compiled) {
  for (const auto& one : wire.filter_chains()) {
    WEFT_TRY(auto chain, compile_filter_chain(one, ids));
    WEFT_CHECK(compiled.index.add(chain.match, static_cast<uint32_t>(compiled.chains.size())));
    compiled.chains.push_back(std::move(chain));
  }
  if (wire.has_default_filter_chain()) {
    WEFT_TRY(compiled.default_chain, compile_filter_chain(wire.default_filter_chain(), ids));
  }
  if (compiled.chains.empty() && !compiled.default_chain) return fail(Reason::invalid, "there is no filter chain");
  for (const auto& chain : compiled.chains) note_references(chain, compiled);
  if (compiled.default_chain) note_references(*compiled.default_chain, compiled);
  std::ranges::sort(compiled.clusters);
  return {};
}

Direction to_direction(envoy::config::core::v3::TrafficDirection wire) {
  if (wire == envoy::config::core::v3::INBOUND) return Direction::inbound;
  return wire == envoy::config::core::v3::OUTBOUND ? Direction::outbound : Direction::unspecified;
}

Result<> fill(const wire_listener::Listener& wire, Ids& ids, Listener& compiled) {
  const auto refuse = [](const char* what) {
    return fail(Reason::unsupported, std::string(what) + " is not supported");
  };
  if (wire.has_filter_chain_matcher()) return refuse("filter_chain_matcher");
  if (wire.additional_addresses_size() > 0) return refuse("additional_addresses");
  if (wire.transparent().value()) return refuse("transparent");
  WEFT_TRY(compiled.address, to_endpoint_address(wire.address()));
  compiled.file_mode = wire.address().pipe().mode();
  compiled.binds = !wire.has_bind_to_port() || wire.bind_to_port().value();
  if (compiled.address.is_socket_file() && !compiled.binds) return refuse("a socket file without bind_to_port");
  compiled.hands_off = wire.use_original_dst().value();
  compiled.direction = to_direction(wire.traffic_direction());
  WEFT_CHECK(fill_listener_filters(wire, compiled));
  return fill_chains(wire, ids, compiled);
}

}  // namespace

Result<ListenerPtr> compile_listener(std::string_view resource, Ids& ids) {
  wire_listener::Listener wire;
  if (!wire.ParseFromArray(resource.data(), static_cast<int>(resource.size()))) {
    return fail(Reason::malformed, "bytes that are not a Listener");
  }
  if (wire.name().empty()) return fail(Reason::invalid, "a listener without a name");
  auto compiled = std::make_shared<Listener>();
  compiled->name = wire.name();
  auto filled = fill(wire, ids, *compiled);
  if (!filled) return fail(std::move(filled.error()).during("listener '" + wire.name() + "'"));
  return compiled;
}

}  // namespace weft::decide
