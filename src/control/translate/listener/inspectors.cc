#include "control/translate/listener/inspectors.h"

#include <envoy/extensions/filters/listener/http_inspector/v3/http_inspector.pb.h>
#include <envoy/extensions/filters/listener/original_dst/v3/original_dst.pb.h>
#include <envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.pb.h>
#include <envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.pb.h>

#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::ListenerFilterChainMatchPredicate;

void match_port(uint32_t port, ListenerFilterChainMatchPredicate& predicate) {
  auto& range = *predicate.mutable_destination_port_range();
  range.set_start(static_cast<int32_t>(port));
  range.set_end(static_cast<int32_t>(port) + 1);
}

void match_ports(const std::vector<uint32_t>& ports, ListenerFilterChainMatchPredicate& predicate) {
  if (ports.size() == 1) return match_port(ports.front(), predicate);
  for (uint32_t port : ports) match_port(port, *predicate.mutable_or_match()->add_rules());
}

// What stands in the listener is where a filter does not act.
void disable_elsewhere(const InspectedPorts& where, envoy::config::listener::v3::ListenerFilter& filter) {
  if (where.ports.empty()) return;
  auto& disabled = *filter.mutable_filter_disabled();
  match_ports(where.ports, where.listed == InspectedPorts::Listed::left_out ? disabled : *disabled.mutable_not_match());
}

}  // namespace

void add_proxy_protocol(envoy::config::listener::v3::Listener& listener) {
  auto& filter = *listener.add_listener_filters();
  filter.set_name("envoy.filters.listener.proxy_protocol");
  pack(envoy::extensions::filters::listener::proxy_protocol::v3::ProxyProtocol(), *filter.mutable_typed_config());
}

void add_original_destination(envoy::config::listener::v3::Listener& listener) {
  auto& filter = *listener.add_listener_filters();
  filter.set_name("envoy.filters.listener.original_dst");
  pack(envoy::extensions::filters::listener::original_dst::v3::OriginalDst(), *filter.mutable_typed_config());
}

void add_http_inspector(const InspectedPorts& where, envoy::config::listener::v3::Listener& listener) {
  if (where.is_none()) return;
  auto& filter = *listener.add_listener_filters();
  filter.set_name("envoy.filters.listener.http_inspector");
  pack(envoy::extensions::filters::listener::http_inspector::v3::HttpInspector(), *filter.mutable_typed_config());
  disable_elsewhere(where, filter);
}

void add_tls_inspector(const InspectedPorts& where, envoy::config::listener::v3::Listener& listener) {
  if (where.is_none()) return;
  auto& filter = *listener.add_listener_filters();
  filter.set_name("envoy.filters.listener.tls_inspector");
  pack(envoy::extensions::filters::listener::tls_inspector::v3::TlsInspector(), *filter.mutable_typed_config());
  disable_elsewhere(where, filter);
}

void give_up_on_silence(Duration timeout, envoy::config::listener::v3::Listener& listener) {
  set_duration(timeout, *listener.mutable_listener_filters_timeout());
  listener.set_continue_on_listener_filters_timeout(true);
}

void wait_for_silent_clients(envoy::config::listener::v3::Listener& listener) {
  listener.mutable_listener_filters_timeout();  // 0: no time-out
  listener.set_continue_on_listener_filters_timeout(true);
}

}  // namespace weft::control::translate
