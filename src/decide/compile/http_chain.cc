#include "decide/compile/http_chain.h"

#include <algorithm>

#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>

#include "base/strings.h"
#include "decide/compile/authorization.h"
#include "decide/compile/extensions.h"
#include "decide/compile/external_authorization.h"
#include "decide/compile/route_table.h"
#include "decide/compile/token_rules.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

// One filter that stands before a workload, into the chain.
Result<> fill_filter(const google::protobuf::Any& config, Disposition disposition, Ids& ids,
                     Authorization& authorization, HttpChain& chain) {
  switch (disposition) {
    case Disposition::token_rules: {
      if (chain.token_rules) return fail(Reason::unsupported, "a second filter of tokens");
      WEFT_TRY(chain.token_rules, compile_token_rules(config));
      return {};
    }
    case Disposition::http_authorization:
      return append_http_authorization(config, authorization);
    case Disposition::http_authorizer: {
      if (chain.external_authorization) return fail(Reason::unsupported, "a second authorizer");
      if (chain.token_rules) return fail(Reason::unsupported, "an authorizer behind a filter of tokens");
      WEFT_TRY(auto external, compile_http_authorizer(config, authorization, ids));
      // Who refuses first would see the request as it was, and the authorizer may change it.
      if (std::ranges::any_of(authorization.filters,
                              [](const AccessFilter& filter) { return filter.enforced.has_value(); }))
        return fail(Reason::unsupported, "an authorizer behind rules that refuse");
      chain.external_authorization = std::make_shared<const ExternalAuthorization>(std::move(external));
      return {};
    }
    case Disposition::tcp_authorization:
    case Disposition::tcp_authorizer:
      return fail(Reason::invalid, "it is for TCP");
    default:
      return {};
  }
}

// The filters in their order.
Result<> fill_filters(const HttpConnectionManager& wire, Ids& ids, HttpChain& chain) {
  Authorization authorization;
  bool ends_in_router = false;
  for (const auto& filter : wire.http_filters()) {
    const std::string where = "HTTP filter '" + filter.name() + "'";
    if (filter.disabled()) continue;
    if (!filter.has_typed_config()) return fail(Reason::unsupported, where + " has no configuration of its own");
    auto disposition = disposition_of(filter.typed_config());
    if (!disposition) return fail(std::move(disposition.error()).during(where));
    ends_in_router = *disposition == Disposition::router;
    if (auto filled = fill_filter(filter.typed_config(), *disposition, ids, authorization, chain); !filled)
      return fail(std::move(filled.error()).during(where));
  }
  if (!ends_in_router) return fail(Reason::invalid, "the last HTTP filter must be the router");
  if (!authorization.filters.empty())
    chain.authorization = std::make_shared<const Authorization>(std::move(authorization));
  return {};
}

Result<> fill_routes(const HttpConnectionManager& wire, Ids& ids, HttpChain& chain) {
  if (wire.has_rds()) {
    if (wire.rds().route_config_name().empty()) return fail(Reason::invalid, "rds without a name");
    chain.routes = ids.route_tables.id_of(wire.rds().route_config_name());
    return {};
  }
  if (!wire.has_route_config()) return fail(Reason::unsupported, "routes other than rds or route_config");
  WEFT_TRY(chain.routes, compile_route_table(wire.route_config(), ids));
  return {};
}

PathPolicy to_path_policy(const HttpConnectionManager& wire) {
  PathPolicy policy{.normalizes = wire.normalize_path().value(), .merges_slashes = wire.merge_slashes()};
  switch (wire.path_with_escaped_slashes_action()) {
    case HttpConnectionManager::REJECT_REQUEST:
      policy.escaped_slashes = EscapedSlashes::reject;
      break;
    case HttpConnectionManager::UNESCAPE_AND_REDIRECT:
      policy.escaped_slashes = EscapedSlashes::redirect;
      break;
    case HttpConnectionManager::UNESCAPE_AND_FORWARD:
      policy.escaped_slashes = EscapedSlashes::decode;
      break;
    default:
      policy.escaped_slashes = EscapedSlashes::keep;
  }
  return policy;
}

void fill_client_cert(const HttpConnectionManager& wire, HttpChain& chain) {
  switch (wire.forward_client_cert_details()) {
    case HttpConnectionManager::FORWARD_ONLY:
      chain.client_cert_forwarding = ClientCertForwarding::forward_only;
      break;
    case HttpConnectionManager::APPEND_FORWARD:
      chain.client_cert_forwarding = ClientCertForwarding::append_forward;
      break;
    case HttpConnectionManager::SANITIZE_SET:
      chain.client_cert_forwarding = ClientCertForwarding::sanitize_set;
      break;
    case HttpConnectionManager::ALWAYS_FORWARD_ONLY:
      chain.client_cert_forwarding = ClientCertForwarding::always_forward_only;
      break;
    default:
      chain.client_cert_forwarding = ClientCertForwarding::sanitize;
  }
  const auto& parts = wire.set_current_client_cert_details();
  chain.client_cert_parts = {.subject = parts.subject().value(),
                             .uri = parts.uri(),
                             .dns = parts.dns(),
                             .cert = parts.cert(),
                             .chain = parts.chain()};
}

void fill_headers(const HttpConnectionManager& wire, HttpChain& chain) {
  chain.server_name = wire.server_name();
  switch (wire.server_header_transformation()) {
    case HttpConnectionManager::APPEND_IF_ABSENT:
      chain.server_header = ServerHeader::set_if_absent;
      break;
    case HttpConnectionManager::PASS_THROUGH:
      chain.server_header = ServerHeader::pass_through;
      break;
    default:
      chain.server_header = ServerHeader::overwrite;
  }
  chain.trusts_peer_address = wire.use_remote_address().value();
  chain.trusted_proxies = wire.xff_num_trusted_hops();
  fill_client_cert(wire, chain);
  chain.generates_request_id = !wire.has_generate_request_id() || wire.generate_request_id().value();
  chain.keeps_request_id = wire.preserve_external_request_id();
  chain.returns_request_id = wire.always_set_request_id_in_response();
}

Result<> fill_limits(const HttpConnectionManager& wire, HttpChain& chain) {
  using envoy::config::core::v3::HttpProtocolOptions;
  const auto& common = wire.common_http_protocol_options();
  if (wire.has_stream_idle_timeout()) chain.stream_idle_timeout = to_duration(wire.stream_idle_timeout());
  chain.request_timeout = to_duration(wire.request_timeout());
  chain.head_timeout = to_duration(wire.request_headers_timeout());
  if (common.has_idle_timeout()) chain.idle_timeout = to_duration(common.idle_timeout());
  chain.connection_age_max = to_duration(common.max_connection_duration());
  chain.requests_per_connection_max = common.max_requests_per_connection().value();
  if (common.has_max_headers_count()) chain.fields_max = common.max_headers_count().value();
  if (wire.has_max_request_headers_kb()) chain.head_kib_max = wire.max_request_headers_kb().value();
  if (chain.head_kib_max == 0 || chain.head_kib_max > 8192)
    return fail(Reason::invalid, "max_request_headers_kb must be 1 to 8192");
  if (chain.fields_max == 0) return fail(Reason::invalid, "max_headers_count must be at least 1");
  chain.refuses_underscores = common.headers_with_underscores_action() != HttpProtocolOptions::ALLOW;
  chain.accepts_http10 = wire.http_protocol_options().accept_http_10();
  if (wire.http2_protocol_options().has_max_concurrent_streams())
    chain.streams_max = wire.http2_protocol_options().max_concurrent_streams().value();
  if (chain.streams_max == 0) return fail(Reason::invalid, "max_concurrent_streams must be at least 1");
  chain.accepts_http2 = wire.codec_type() != HttpConnectionManager::HTTP1;
  chain.accepts_http1 = wire.codec_type() != HttpConnectionManager::HTTP2;
  return {};
}

// Whose word counts about the retries and times of requests.
Result<> fill_trust(const HttpConnectionManager& wire, HttpChain& chain) {
  for (const auto& range : wire.internal_address_config().cidr_ranges()) {
    WEFT_TRY(chain.internal_ranges.emplace_back(), to_range(range));
  }
  for (const auto& filter : wire.http_filters()) {
    envoy::extensions::filters::http::router::v3::Router router;
    if (!filter.typed_config().UnpackTo(&router)) continue;
    chain.respects_expected_timeout = router.respect_expected_rq_timeout();
  }
  return {};
}

Result<> check_supported(const HttpConnectionManager& wire) {
  const auto refuse = [](const char* what) {
    return fail(Reason::unsupported, std::string(what) + " is not supported");
  };
  if (wire.codec_type() == HttpConnectionManager::HTTP3) return refuse("codec_type HTTP3");
  if (wire.has_local_reply_config()) return refuse("local_reply_config");
  if (wire.original_ip_detection_extensions_size() > 0) return refuse("original_ip_detection_extensions");
  if (wire.early_header_mutation_extensions_size() > 0) return refuse("early_header_mutation_extensions");
  if (wire.has_path_normalization_options()) return refuse("path_normalization_options");
  return {};
}

}  // namespace

Result<HttpChain> compile_http_chain(const google::protobuf::Any& config, Ids& ids) {
  WEFT_TRY(auto wire, unpack<HttpConnectionManager>(config, "the filter's configuration"));
  HttpChain chain{.stat_prefix = wire.stat_prefix(), .path_policy = to_path_policy(wire)};
  WEFT_CHECK(check_supported(wire));
  WEFT_CHECK(fill_filters(wire, ids, chain));
  WEFT_CHECK(fill_routes(wire, ids, chain));
  WEFT_CHECK(fill_limits(wire, chain));
  fill_headers(wire, chain);
  WEFT_CHECK(fill_trust(wire, chain));
  for (const auto& upgrade : wire.upgrade_configs()) {
    if (upgrade.filters_size() > 0) return fail(Reason::unsupported, "filters of an upgrade");
    if (!upgrade.has_enabled() || upgrade.enabled().value()) chain.upgrades.push_back(to_lower(upgrade.upgrade_type()));
  }
  chain.accepts_extended_connect = wire.http2_protocol_options().allow_connect() || !chain.upgrades.empty();
  return chain;
}

}  // namespace weft::decide
