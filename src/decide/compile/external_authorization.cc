#include "decide/compile/external_authorization.h"

#include <algorithm>

#include <envoy/extensions/filters/http/ext_authz/v3/ext_authz.pb.h>
#include <envoy/extensions/filters/network/ext_authz/v3/ext_authz.pb.h>

#include "base/strings.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {
namespace {

using HttpExtAuthz = envoy::extensions::filters::http::ext_authz::v3::ExtAuthz;
using TcpExtAuthz = envoy::extensions::filters::network::ext_authz::v3::ExtAuthz;
using envoy::config::core::v3::GrpcService;
using envoy::extensions::filters::http::ext_authz::v3::HttpService;
using envoy::type::matcher::v3::ListStringMatcher;
using envoy::type::matcher::v3::MetadataMatcher;

// A wait without an end would keep whoever is asked about for ever; this is Istio's longest.
constexpr Duration kAnswerTimeMax = std::chrono::seconds(600);

std::unexpected<Error> not_taken(const char* what) {
  return fail(Reason::unsupported, std::string(what) + " of ext_authz is not supported");
}

Duration answer_time(const google::protobuf::Duration& wire) {
  const Duration time = to_duration(wire);
  return time == Duration::zero() ? kAnswerTimeMax : std::min(time, kAnswerTimeMax);
}

Result<FieldNames> to_field_names(const ListStringMatcher& wire) {
  FieldNames names;
  for (const auto& pattern : wire.patterns()) {
    WEFT_TRY(auto text, to_text_match(pattern));
    // Names are kept in lower case; a pattern that is written otherwise means the same.
    if (text.kind() != TextMatch::Kind::regex) text = TextMatch(text.kind(), text.text(), Case::ignored);
    names.patterns.push_back(std::move(text));
  }
  return names;
}

Result<> check_authorizer(const HttpExtAuthz& wire) {
  if (wire.has_filter_enabled()) return not_taken("filter_enabled");
  if (wire.has_deny_at_disable()) return not_taken("deny_at_disable");
  if (wire.include_peer_certificate()) return not_taken("include_peer_certificate");
  if (wire.include_tls_session()) return not_taken("include_tls_session");
  if (wire.failure_mode_allow_header_add()) return not_taken("failure_mode_allow_header_add");
  if (wire.validate_mutations()) return not_taken("validate_mutations");
  if (wire.encode_raw_headers()) return not_taken("encode_raw_headers");
  if (wire.has_disallowed_headers()) return not_taken("disallowed_headers");
  if (wire.has_decoder_header_mutation_rules()) return not_taken("decoder_header_mutation_rules");
  const int shown_metadata = wire.metadata_context_namespaces_size() + wire.typed_metadata_context_namespaces_size() +
                             wire.route_metadata_context_namespaces_size() +
                             wire.route_typed_metadata_context_namespaces_size();
  if (shown_metadata > 0) return not_taken("metadata");
  return {};
}

Result<HttpQuestion> compile_http_question(const HttpExtAuthz& wire) {
  const HttpService& service = wire.http_service();
  HttpQuestion question{.path_prefix = service.path_prefix()};
  const auto& shown =
      wire.has_allowed_headers() ? wire.allowed_headers() : service.authorization_request().allowed_headers();
  WEFT_TRY(question.shown, to_field_names(shown));
  for (const auto& field : service.authorization_request().headers_to_add()) {
    WEFT_TRY(auto name, edited_name(field.key()));
    const bool is_plain = std::ranges::none_of(field.value(), [](unsigned char c) { return c < ' ' || c == '%'; });
    if (!is_plain) return not_taken("a value that is no plain text in headers_to_add");
    question.added.emplace_back(std::move(name), field.value());
  }
  const auto& answer = service.authorization_response();
  if (answer.has_dynamic_metadata_from_headers()) return not_taken("dynamic_metadata_from_headers");
  WEFT_TRY(question.set_for_endpoint, to_field_names(answer.allowed_upstream_headers()));
  WEFT_TRY(question.appended_for_endpoint, to_field_names(answer.allowed_upstream_headers_to_append()));
  WEFT_TRY(question.told_to_allowed, to_field_names(answer.allowed_client_headers_on_success()));
  if (answer.allowed_client_headers().patterns_size() > 0) {
    WEFT_TRY(question.told_to_refused, to_field_names(answer.allowed_client_headers()));
  }
  return question;
}

Result<GrpcQuestion> compile_grpc_question(const GrpcService& service) {
  if (!service.has_envoy_grpc() || service.initial_metadata_size() > 0 || service.has_retry_policy())
    return fail(Reason::unsupported, "a grpc_service of ext_authz other than a cluster alone");
  GrpcQuestion question{.authority = service.envoy_grpc().authority()};
  if (question.authority.empty()) question.authority = service.envoy_grpc().cluster_name();
  return question;
}

Duration answer_time_of(const GrpcService& service) {
  constexpr Duration kEnvoyDefault = std::chrono::milliseconds(200);
  return service.has_timeout() ? answer_time(service.timeout()) : kEnvoyDefault;
}

// Istio's way: shadow rules before the filter leave the name of the one that matched, and the filter is on where such a
// name begins in a certain way.
Result<AccessRules> take_trigger(const MetadataMatcher& wire, std::string_view telling_filter, Authorization& before) {
  const auto refusal = fail(Reason::unsupported, "filter_enabled_metadata of ext_authz that names no rules before it");
  const bool is_rbac = wire.filter() == telling_filter && wire.path_size() == 1 && !wire.invert();
  if (!is_rbac || !wire.value().has_string_match()) return refusal;
  WEFT_TRY(const auto wanted, to_text_match(wire.value().string_match()));
  const auto found = std::ranges::find_if(before.filters, [&](const AccessFilter& filter) {
    return filter.shadow && !filter.enforced &&
           filter.shadow_prefix + "shadow_effective_policy_id" == wire.path(0).key();
  });
  if (found == before.filters.end()) return refusal;
  AccessRules rules = *std::move(found->shadow);
  before.filters.erase(found);
  std::erase_if(rules.policies, [&](const AccessPolicy& policy) { return !wanted.matches(policy.name); });
  for (auto& policy : rules.policies) {
    const size_t bracket = policy.denial.find('[');
    policy.denial = "ext_authz_denied{" + policy.denial.substr(bracket + 1, policy.denial.size() - bracket - 2) + "}";
  }
  return rules;
}

Result<ClusterId> cluster_of(const std::string& name, Ids& ids) {
  if (name.empty()) return fail(Reason::invalid, "ext_authz without a cluster");
  return ids.clusters.id_of(name);
}

Result<> fill_question(const HttpExtAuthz& wire, Ids& ids, ExternalAuthorization& external) {
  if (wire.has_http_service()) {
    const auto& server = wire.http_service().server_uri();
    external.timeout = answer_time(server.timeout());
    WEFT_TRY(external.question, compile_http_question(wire));
    WEFT_TRY(external.cluster, cluster_of(server.cluster(), ids));
    return {};
  }
  external.timeout = answer_time_of(wire.grpc_service());
  WEFT_TRY(auto question, compile_grpc_question(wire.grpc_service()));
  if (wire.has_allowed_headers()) {
    WEFT_TRY(question.shown, to_field_names(wire.allowed_headers()));
  }
  external.question = std::move(question);
  WEFT_TRY(external.cluster, cluster_of(wire.grpc_service().envoy_grpc().cluster_name(), ids));
  return {};
}

Result<ShownBody> to_shown_body(const HttpExtAuthz& wire) {
  constexpr uint32_t kBytesMax = 1U << 20;  // it is kept in memory while the service thinks
  const auto& body = wire.with_request_body();
  if (body.max_request_bytes() == 0 || body.max_request_bytes() > kBytesMax)
    return fail(Reason::invalid, "max_request_bytes of ext_authz must be 1 to 1048576");
  return ShownBody{body.max_request_bytes(), body.allow_partial_message(), body.pack_as_bytes()};
}

}  // namespace

Result<ExternalAuthorization> compile_http_authorizer(const google::protobuf::Any& config, Authorization& before,
                                                      Ids& ids) {
  WEFT_TRY(const auto wire, unpack<HttpExtAuthz>(config, "ext_authz"));
  WEFT_CHECK(check_authorizer(wire));
  ExternalAuthorization external{.passes_on_failure = wire.failure_mode_allow(),
                                 .routes_again = wire.clear_route_cache()};
  WEFT_CHECK(fill_question(wire, ids, external));
  if (wire.has_with_request_body()) {
    WEFT_TRY(external.body, to_shown_body(wire));
  }
  if (wire.has_status_on_error()) external.status_on_failure = static_cast<uint16_t>(wire.status_on_error().code());
  if (external.status_on_failure < 200 || external.status_on_failure > 599)
    return fail(Reason::invalid, "status_on_error of ext_authz");
  if (wire.has_filter_enabled_metadata()) {
    WEFT_TRY(external.asked_about, take_trigger(wire.filter_enabled_metadata(), "envoy.filters.http.rbac", before));
  }
  return external;
}

Result<ExternalAuthorization> compile_tcp_authorizer(const google::protobuf::Any& config, Authorization& before,
                                                     Ids& ids) {
  WEFT_TRY(const auto wire, unpack<TcpExtAuthz>(config, "ext_authz"));
  if (wire.include_peer_certificate()) return not_taken("include_peer_certificate");
  if (wire.include_tls_session()) return not_taken("include_tls_session");
  ExternalAuthorization external{.timeout = answer_time_of(wire.grpc_service()),
                                 .passes_on_failure = wire.failure_mode_allow()};
  WEFT_TRY(external.question, compile_grpc_question(wire.grpc_service()));
  WEFT_TRY(external.cluster, cluster_of(wire.grpc_service().envoy_grpc().cluster_name(), ids));
  if (wire.has_filter_enabled_metadata()) {
    WEFT_TRY(external.asked_about, take_trigger(wire.filter_enabled_metadata(), "envoy.filters.network.rbac", before));
  }
  return external;
}

}  // namespace weft::decide
