#include "decide/compile/filter_chain.h"

#include "base/strings.h"
#include "decide/compile/authorization.h"
#include "decide/compile/extensions.h"
#include "decide/compile/external_authorization.h"
#include "decide/compile/http_chain.h"
#include "decide/compile/tls_context.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace listener = envoy::config::listener::v3;
using Ranges = google::protobuf::RepeatedPtrField<envoy::config::core::v3::CidrRange>;

Result<std::vector<IpRange>> to_ranges(const Ranges& wire) {
  std::vector<IpRange> ranges;
  for (const auto& one : wire) {
    WEFT_TRY(auto range, to_range(one));
    ranges.push_back(range);
  }
  return ranges;
}

Result<uint16_t> to_port(uint32_t wire) {
  if (wire > UINT16_MAX) return fail(Reason::invalid, "port " + std::to_string(wire) + " is over 65535");
  return static_cast<uint16_t>(wire);
}

Result<ChainMatch> compile_match(const listener::FilterChainMatch& wire) {
  ChainMatch match{.transport_protocol = wire.transport_protocol(),
                   .application_protocols = {wire.application_protocols().begin(), wire.application_protocols().end()}};
  if (wire.has_destination_port()) {
    WEFT_TRY(match.destination_port, to_port(wire.destination_port().value()));
  }
  WEFT_TRY(match.destinations, to_ranges(wire.prefix_ranges()));
  WEFT_TRY(match.direct_sources, to_ranges(wire.direct_source_prefix_ranges()));
  WEFT_TRY(match.sources, to_ranges(wire.source_prefix_ranges()));
  for (const auto& name : wire.server_names()) {
    const size_t behind_wildcard = name.starts_with("*.") ? 2 : 0;
    if (name.find('*', behind_wildcard) != std::string::npos)
      return fail(Reason::invalid, "server name '" + name + "'");
    match.server_names.push_back(to_lower(name));
  }
  for (const uint32_t port : wire.source_ports()) {
    WEFT_TRY(match.source_ports.emplace_back(), to_port(port));
  }
  if (wire.source_type() == listener::FilterChainMatch::SAME_IP_OR_LOOPBACK)
    match.source_type = SourceType::same_machine;
  if (wire.source_type() == listener::FilterChainMatch::EXTERNAL) match.source_type = SourceType::external;
  if (!wire.address_suffix().empty()) return fail(Reason::unsupported, "address_suffix is not supported");
  return match;
}

// What the filters before the last one ask of it.
struct Demands {
  bool follows_server_name = false;
  Authorization authorization;
  std::shared_ptr<const ExternalAuthorization> external_authorization;
};

Result<HttpChain> compile_http(const listener::Filter& filter, const Demands& demands, Ids& ids) {
  if (demands.follows_server_name) return fail(Reason::invalid, "sni_cluster goes with a TCP proxy");
  if (!demands.authorization.filters.empty() || demands.external_authorization)
    return fail(Reason::unsupported, "authorization of connections before an HTTP connection manager");
  return compile_http_chain(filter.typed_config(), ids);
}

Result<TcpChain> compile_tcp(const listener::Filter& filter, Demands demands, Ids& ids) {
  WEFT_TRY(auto chain, compile_tcp_chain(filter.typed_config(), ids));
  chain.follows_server_name = demands.follows_server_name;
  chain.external_authorization = std::move(demands.external_authorization);
  if (!demands.authorization.filters.empty())
    chain.authorization = std::make_shared<const Authorization>(std::move(demands.authorization));
  return chain;
}

// The one filter that decides what happens, after those that ask something of it and any that are passed over.
Result<> fill_action(const listener::FilterChain& wire, Ids& ids, FilterChain& chain) {
  Demands demands;
  for (const auto& filter : wire.filters()) {
    if (!filter.has_typed_config())
      return fail(Reason::unsupported, "filter '" + filter.name() + "' without configuration");
    WEFT_TRY(const auto disposition, disposition_of(filter.typed_config()));
    switch (disposition) {
      case Disposition::ignored:
        continue;
      case Disposition::sni_cluster:
        demands.follows_server_name = true;
        continue;
      case Disposition::tcp_authorization:
        WEFT_CHECK(append_tcp_authorization(filter.typed_config(), demands.authorization));
        continue;
      case Disposition::tcp_authorizer: {
        if (demands.external_authorization) return fail(Reason::unsupported, "a second authorizer");
        WEFT_TRY(auto external, compile_tcp_authorizer(filter.typed_config(), demands.authorization, ids));
        demands.external_authorization = std::make_shared<const ExternalAuthorization>(std::move(external));
        continue;
      }
      case Disposition::http_connection_manager: {
        WEFT_TRY(chain.action, compile_http(filter, demands, ids));
        return {};
      }
      case Disposition::tcp_proxy: {
        WEFT_TRY(chain.action, compile_tcp(filter, std::move(demands), ids));
        return {};
      }
      case Disposition::router:
      case Disposition::token_rules:
      case Disposition::http_authorization:
      case Disposition::http_authorizer:
        return fail(Reason::invalid, "filter '" + filter.name() + "' is not a network filter");
    }
  }
  return fail(Reason::invalid, "there is neither an HTTP connection manager nor a TCP proxy");
}

Result<FilterChain> compile(const listener::FilterChain& wire, Ids& ids) {
  FilterChain chain{.name = wire.name()};
  WEFT_TRY(chain.tls, compile_server_tls(wire.transport_socket(), ids));
  WEFT_TRY(chain.match, compile_match(wire.filter_chain_match()));
  WEFT_CHECK(fill_action(wire, ids, chain));
  return chain;
}

Result<PortCondition> compile_condition(const listener::ListenerFilterChainMatchPredicate& wire);

Result<std::vector<PortCondition>> compile_rules(const listener::ListenerFilterChainMatchPredicate::MatchSet& wire) {
  std::vector<PortCondition> rules;
  for (const auto& rule : wire.rules()) {
    WEFT_TRY(auto compiled, compile_condition(rule));
    rules.push_back(std::move(compiled));
  }
  return rules;
}

Result<PortCondition> compile_condition(const listener::ListenerFilterChainMatchPredicate& wire) {
  using Wire = listener::ListenerFilterChainMatchPredicate;
  switch (wire.rule_case()) {
    case Wire::kOrMatch: {
      WEFT_TRY(auto rules, compile_rules(wire.or_match()));
      return PortCondition::any_of(std::move(rules));
    }
    case Wire::kAndMatch: {
      WEFT_TRY(auto rules, compile_rules(wire.and_match()));
      return PortCondition::all_of(std::move(rules));
    }
    case Wire::kNotMatch: {
      WEFT_TRY(auto rule, compile_condition(wire.not_match()));
      return PortCondition::negated(std::move(rule));
    }
    case Wire::kAnyMatch:
      return PortCondition();
    case Wire::kDestinationPortRange: {
      const auto& range = wire.destination_port_range();
      if (range.start() < 0 || range.start() >= range.end()) return fail(Reason::invalid, "a range of ports");
      return PortCondition::range(static_cast<uint32_t>(range.start()), static_cast<uint32_t>(range.end()));
    }
    default:
      return fail(Reason::unsupported, "a listener filter condition of a kind that is not known");
  }
}

}  // namespace

Result<FilterChain> compile_filter_chain(const listener::FilterChain& wire, Ids& ids) {
  auto chain = compile(wire, ids);
  if (!chain) return fail(std::move(chain.error()).during("filter chain '" + wire.name() + "'"));
  return chain;
}

Result<PortCondition> compile_enabled_ports(const listener::ListenerFilter& wire) {
  if (!wire.has_filter_disabled()) return PortCondition();
  WEFT_TRY(auto disabled, compile_condition(wire.filter_disabled()));
  return PortCondition::negated(std::move(disabled));
}

}  // namespace weft::decide
