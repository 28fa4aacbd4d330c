#include "control/translate/security/authorizer_filter.h"

#include <algorithm>
#include <chrono>

#include <envoy/extensions/filters/http/ext_authz/v3/ext_authz.pb.h>
#include <envoy/extensions/filters/network/ext_authz/v3/ext_authz.pb.h>

#include "base/strings.h"
#include "control/mesh/reading.h"
#include "control/translate/encode.h"
#include "control/translate/names.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

using api::istio::ExtensionProvider;
using api::istio::ExternalAuthorization;
using envoy::config::core::v3::GrpcService;
using envoy::extensions::filters::http::ext_authz::v3::AuthorizationResponse;
using envoy::type::matcher::v3::ListStringMatcher;
using HttpExtAuthz = envoy::extensions::filters::http::ext_authz::v3::ExtAuthz;
using TcpExtAuthz = envoy::extensions::filters::network::ext_authz::v3::ExtAuthz;

// "HOST", or "NAMESPACE/HOST".
std::string host_of(const ExternalAuthorization& provider) {
  const size_t slash = provider.service.find('/');
  if (slash == std::string::npos) return to_lower(provider.service);
  return model::full_host_name(provider.service.substr(slash + 1), provider.service.substr(0, slash), mesh::kDomain);
}

Duration answer_time(const ExternalAuthorization& provider) {
  constexpr Duration kIstioDefault = std::chrono::seconds(600);
  return provider.timeout.value_or(kIstioDefault);
}

// "abc", "abc*", "*abc"; names of header fields are the same in any case. Every name would be too much ("*").
void fill_names(const std::vector<std::string>& names, ListStringMatcher& list) {
  for (const std::string& name : names) {
    auto& pattern = *list.add_patterns();
    pattern.set_ignore_case(true);
    if (name.starts_with('*')) {
      pattern.set_suffix(name.substr(1));
    } else if (name.ends_with('*')) {
      pattern.set_prefix(name.substr(0, name.size() - 1));
    } else {
      pattern.set_exact(name);
    }
  }
}

const std::vector<std::string>& shown_names(const ExternalAuthorization& provider) {
  return provider.include_request_headers_in_check.empty() ? provider.include_headers_in_check
                                                           : provider.include_request_headers_in_check;
}

// Empty: Envoy's own 403. Nothing: no status that there is.
std::optional<uint32_t> status_on_error(const ExternalAuthorization& provider) {
  if (provider.status_on_error.empty()) return 0;
  const auto number = parse_unsigned(provider.status_on_error);
  const bool is_known =
      number && *number != 0 && *number <= 599 && envoy::type::v3::StatusCode_IsValid(static_cast<int>(*number));
  return is_known ? std::optional(static_cast<uint32_t>(*number)) : std::nullopt;
}

// The API refuses what is not; a MeshConfig that was stored before a check was there fails closed.
bool is_usable(const ExternalAuthorization& provider) {
  const auto lists = {&shown_names(provider), &provider.headers_to_upstream_on_allow,
                      &provider.headers_to_downstream_on_deny, &provider.headers_to_downstream_on_allow};
  const bool has_bare_star =
      std::ranges::any_of(lists, [](const auto* list) { return std::ranges::find(*list, "*") != list->end(); });
  const bool has_path = provider.path_prefix.empty() || provider.path_prefix.starts_with('/');
  const bool has_body =
      !provider.include_request_body_in_check || provider.include_request_body_in_check->max_request_bytes > 0;
  return has_path && has_body && !has_bare_star && status_on_error(provider);
}

void fill_common(const ExternalAuthorization& provider, HttpExtAuthz& filter) {
  filter.set_transport_api_version(envoy::config::core::v3::V3);
  filter.set_failure_mode_allow(provider.fail_open);
  filter.set_clear_route_cache(provider.clear_route_cache);
  if (const uint32_t status = *status_on_error(provider); status != 0)
    filter.mutable_status_on_error()->set_code(static_cast<envoy::type::v3::StatusCode>(status));
  if (const auto& shown = provider.include_request_body_in_check) {
    auto& body = *filter.mutable_with_request_body();
    body.set_max_request_bytes(shown->max_request_bytes);
    body.set_allow_partial_message(shown->allow_partial_message);
    body.set_pack_as_bytes(shown->pack_as_bytes);
  }
}

// What of its answer's fields goes on. A list without names is left out: Envoy refuses the listener for one.
void fill_answer(const ExternalAuthorization& provider, AuthorizationResponse& answer) {
  const auto& allowed = provider.headers_to_upstream_on_allow;
  const auto& refused = provider.headers_to_downstream_on_deny;
  const auto& told_to_allowed = provider.headers_to_downstream_on_allow;
  if (!allowed.empty()) fill_names(allowed, *answer.mutable_allowed_upstream_headers());
  if (!refused.empty()) fill_names(refused, *answer.mutable_allowed_client_headers());
  if (!told_to_allowed.empty()) fill_names(told_to_allowed, *answer.mutable_allowed_client_headers_on_success());
}

void fill_http(const ExternalAuthorization& provider, HttpExtAuthz& filter) {
  auto& service = *filter.mutable_http_service();
  service.set_path_prefix(provider.path_prefix);
  auto& uri = *service.mutable_server_uri();
  const std::string host = host_of(provider);
  uri.set_uri("http://" + host);  // required, and read by nobody
  uri.set_cluster(outbound_cluster(provider.port, "", host));
  set_duration(answer_time(provider), *uri.mutable_timeout());
  if (const auto& shown = shown_names(provider); !shown.empty()) fill_names(shown, *filter.mutable_allowed_headers());
  for (const auto& [name, value] : provider.include_additional_headers_in_check) {
    auto& field = *service.mutable_authorization_request()->add_headers_to_add();
    field.set_key(name);
    field.set_value(value);
  }
  fill_answer(provider, *service.mutable_authorization_response());
}

GrpcService grpc_service(const ExternalAuthorization& provider) {
  const std::string host = host_of(provider);
  GrpcService service;
  service.mutable_envoy_grpc()->set_cluster_name(outbound_cluster(provider.port, "", host));
  service.mutable_envoy_grpc()->set_authority(sni_cluster(provider.port, "", host));  // '|' is none of an authority's
  set_duration(answer_time(provider), *service.mutable_timeout());
  return service;
}

// On only where a rule of the provider's has matched.
template <class ExtAuthz>
void fill_trigger(const std::string& provider, const char* rules, ExtAuthz& filter) {
  auto& trigger = *filter.mutable_filter_enabled_metadata();
  trigger.set_filter(rules);
  trigger.add_path()->set_key(std::string(kAskedPrefix) + "shadow_effective_policy_id");
  trigger.mutable_value()->mutable_string_match()->set_prefix(asked_rule_prefix(provider));
}

envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter http_authorizer(
    const ExtensionProvider& provider, const ExternalAuthorization& service) {
  HttpExtAuthz config;
  fill_common(service, config);
  if (provider.envoy_ext_authz_http) {
    fill_http(service, config);
  } else {
    *config.mutable_grpc_service() = grpc_service(service);
  }
  fill_trigger(provider.name, "envoy.filters.http.rbac", config);
  envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter filter;
  filter.set_name("envoy.filters.http.ext_authz");
  pack(config, *filter.mutable_typed_config());
  return filter;
}

envoy::config::listener::v3::Filter tcp_authorizer(const ExtensionProvider& provider) {
  TcpExtAuthz config;
  config.set_stat_prefix("tcp.");
  config.set_transport_api_version(envoy::config::core::v3::V3);
  config.set_failure_mode_allow(provider.envoy_ext_authz_grpc->fail_open);
  *config.mutable_grpc_service() = grpc_service(*provider.envoy_ext_authz_grpc);
  fill_trigger(provider.name, "envoy.filters.network.rbac", config);
  envoy::config::listener::v3::Filter filter;
  filter.set_name("envoy.filters.network.ext_authz");
  pack(config, *filter.mutable_typed_config());
  return filter;
}

}  // namespace

std::string asked_rule_prefix(const std::string& provider) {
  return "istio-ext-authz-" + provider + "-";
}

std::optional<AuthorizerFilters> authorizer_filters(const api::istio::MeshConfig& mesh, const std::string& provider) {
  const auto& known = mesh.extension_providers;
  const auto found = std::ranges::find(known, provider, &ExtensionProvider::name);
  if (found == known.end()) return std::nullopt;
  const auto& service = found->envoy_ext_authz_http ? found->envoy_ext_authz_http : found->envoy_ext_authz_grpc;
  if (!service || !is_usable(*service)) return std::nullopt;
  AuthorizerFilters filters{.http = http_authorizer(*found, *service)};
  if (found->envoy_ext_authz_grpc) filters.tcp = tcp_authorizer(*found);
  return filters;
}

}  // namespace weft::control::translate
