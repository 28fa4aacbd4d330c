#include "decide/compile/route_actions.h"

#include <algorithm>

#include "base/strings.h"
#include "decide/compile/route_conditions.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {
namespace {

namespace route = envoy::config::route::v3;

Result<PathRewrite> regex_rewrite(const envoy::type::matcher::v3::RegexMatchAndSubstitute& wire) {
  PathRewrite rewrite{PathRewrite::Kind::regex, wire.substitution(), std::nullopt};
  WEFT_TRY(rewrite.regex, to_regex(wire.pattern()));
  if (!rewrite.regex->check_rewrite(rewrite.text)) {
    return fail(Reason::invalid, "substitution '" + rewrite.text + "' names a group that its pattern does not have");
  }
  return rewrite;
}

Result<HostRewrite> host_rewrite(const route::RouteAction& wire) {
  using Kind = HostRewrite::Kind;
  switch (wire.host_rewrite_specifier_case()) {
    case route::RouteAction::kHostRewriteLiteral:
      return HostRewrite{Kind::literal, wire.host_rewrite_literal(), {}};
    case route::RouteAction::kHostRewriteHeader:
      return HostRewrite{Kind::from_header, to_lower(wire.host_rewrite_header()), {}};
    case route::RouteAction::kHostRewritePathRegex: {
      WEFT_TRY(auto rewrite, regex_rewrite(wire.host_rewrite_path_regex()));
      return HostRewrite{Kind::from_path_regex, std::move(rewrite.text), std::move(rewrite.regex)};
    }
    // auto_host_rewrite takes a name from DNS clusters; no cluster here has one.
    default:
      return HostRewrite{};
  }
}

Result<> append_weighted(const route::WeightedCluster& wire, Ids& ids, std::vector<WeightedCluster>& clusters) {
  uint64_t sum = 0;
  for (const auto& one : wire.clusters()) {
    if (one.name().empty()) return fail(Reason::unsupported, "a weighted cluster without a name");
    if (one.typed_per_filter_config_size() > 0) {
      return fail(Reason::unsupported, "filter settings of weighted cluster '" + one.name() + "'");
    }
    sum += one.weight().value();
    WeightedCluster cluster{.cluster = ids.clusters.id_of(one.name()), .weight_up_to = sum};
    WEFT_CHECK(append_edits(one.request_headers_to_add(), one.request_headers_to_remove(), cluster.request_edits));
    WEFT_CHECK(append_edits(one.response_headers_to_add(), one.response_headers_to_remove(), cluster.response_edits));
    if (one.has_host_rewrite_literal()) {
      cluster.host_rewrite = {HostRewrite::Kind::literal, one.host_rewrite_literal(), {}};
    }
    clusters.push_back(std::move(cluster));
  }
  if (clusters.empty()) return fail(Reason::invalid, "weighted_clusters names no cluster");
  if (sum == 0 || sum > UINT32_MAX) return fail(Reason::invalid, "the sum of the weights must be 1 to 4294967295");
  return {};
}

// Its configuration is one number, read without its type: a varint in field 1 (PreviousPrioritiesConfig).
Result<uint32_t> priorities_left_after(const route::RetryPolicy& wire) {
  if (!wire.has_retry_priority()) return 0;
  constexpr std::string_view kName = "envoy.retry_priorities.previous_priorities";
  const auto& priority = wire.retry_priority();
  if (priority.name() != kName) return fail(Reason::unsupported, "retry priority '" + priority.name() + "'");
  const std::string& config = priority.typed_config().value();
  const bool is_small = config.size() == 2 && config[0] == '\x08' && config[1] > 0;
  if (!is_small) return fail(Reason::invalid, "previous_priorities wants an update_frequency of 1 to 127");
  return static_cast<uint32_t>(config[1]);
}

// The first wait is an hour at most, so that no later one, which is up to 2^20 times as long, overflows.
Result<> fill_backoff(const route::RetryPolicy& wire, RetryPolicy& policy) {
  if (!wire.has_retry_back_off()) return {};
  const auto& backoff = wire.retry_back_off();
  constexpr Duration kShortest = std::chrono::milliseconds(1);  // Envoy's
  policy.backoff_base = std::clamp<Duration>(to_duration(backoff.base_interval()), kShortest, std::chrono::hours(1));
  policy.backoff_max = policy.backoff_base * 10;
  if (!backoff.has_max_interval()) return {};
  policy.backoff_max = to_duration(backoff.max_interval());
  if (policy.backoff_max >= policy.backoff_base) return {};
  return fail(Reason::invalid, "a retry_back_off whose max_interval is below its base_interval");
}

Result<RetryPolicy> retry_policy(const route::RetryPolicy& wire) {
  RetryPolicy policy;
  policy.add_conditions(wire.retry_on());
  policy.retries_max = wire.has_num_retries() ? wire.num_retries().value() : 1;
  policy.per_try_timeout = to_duration(wire.per_try_timeout());
  for (const uint32_t status : wire.retriable_status_codes()) {
    if (status <= UINT16_MAX) policy.status_codes.push_back(static_cast<uint16_t>(status));
  }
  WEFT_CHECK(fill_backoff(wire, policy));
  for (const auto& predicate : wire.retry_host_predicate()) {
    if (predicate.name() != "envoy.retry_host_predicates.previous_hosts") {
      return fail(Reason::unsupported, "retry host predicate '" + predicate.name() + "'");
    }
    policy.avoids_tried_endpoints = true;
  }
  const int64_t attempts = wire.host_selection_retry_max_attempts();
  policy.selection_attempts_max = static_cast<uint32_t>(std::clamp<int64_t>(attempts, 1, 100));
  for (const auto& one : wire.retriable_headers()) {
    WEFT_TRY(policy.response_headers.emplace_back(), compile_header_match(one));
  }
  for (const auto& one : wire.retriable_request_headers()) {
    WEFT_TRY(policy.request_headers.emplace_back(), compile_header_match(one));
  }
  WEFT_TRY(policy.leaves_priorities_after, priorities_left_after(wire));
  return policy;
}

uint16_t unknown_cluster_status(const route::RouteAction& wire) {
  switch (wire.cluster_not_found_response_code()) {
    case route::RouteAction::NOT_FOUND:
      return 404;
    case route::RouteAction::INTERNAL_SERVER_ERROR:
      return 500;
    default:
      return 503;
  }
}

Result<> check_supported(const route::RouteAction& wire) {
  const auto refuse = [](const char* what) {
    return fail(Reason::unsupported, std::string(what) + " is not supported");
  };
  if (wire.rate_limits_size() > 0) return refuse("rate_limits");
  if (wire.has_internal_redirect_policy()) return refuse("internal_redirect_policy");
  if (wire.has_path_rewrite_policy()) return refuse("path_rewrite_policy");
  if (wire.has_hedge_policy()) return refuse("hedge_policy");
  if (wire.has_metadata_match()) return refuse("metadata_match");
  return {};
}

// The attributes are written to clients as they are: nothing in them may begin another attribute or field.
Result<HashCookie> to_hash_cookie(const route::RouteAction::HashPolicy::Cookie& wire) {
  HashCookie cookie{.name = wire.name()};
  if (!wire.has_ttl()) return cookie;
  cookie.lifetime = to_duration(wire.ttl());
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(*cookie.lifetime);
  if (age.count() > 0) cookie.attributes += "; Max-Age=" + std::to_string(age.count());
  std::string words = cookie.name;
  const auto add = [&](const std::string& name, const std::string& value) {
    cookie.attributes += "; " + name + (value.empty() ? "" : "=" + value);
    words += name + value;
  };
  if (!wire.path().empty()) add("Path", wire.path());
  for (const auto& attribute : wire.attributes()) add(attribute.name(), attribute.value());
  cookie.attributes += "; HttpOnly";
  if (std::ranges::any_of(words, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == ';'; })) {
    return fail(Reason::invalid, "a hash_policy's cookie with characters that no cookie may have");
  }
  return cookie;
}

// Whether it is to look at something that has a name, and has been given none.
bool lacks_name(const route::RouteAction::HashPolicy& wire) {
  return (wire.has_header() && wire.header().header_name().empty()) ||
         (wire.has_cookie() && wire.cookie().name().empty()) ||
         (wire.has_query_parameter() && wire.query_parameter().name().empty());
}

Result<HashPolicy> to_hash_policy(const route::RouteAction::HashPolicy& wire) {
  if (lacks_name(wire)) return fail(Reason::invalid, "a hash_policy without a name");
  HashPolicy policy{.terminal = wire.terminal()};
  switch (wire.policy_specifier_case()) {
    case route::RouteAction::HashPolicy::kHeader:
      if (wire.header().has_regex_rewrite()) return fail(Reason::unsupported, "regex_rewrite of a hash_policy");
      policy.source = HashHeader{to_lower(wire.header().header_name())};
      return policy;
    case route::RouteAction::HashPolicy::kCookie: {
      WEFT_TRY(policy.source, to_hash_cookie(wire.cookie()));
      return policy;
    }
    case route::RouteAction::HashPolicy::kQueryParameter:
      policy.source = HashQueryParameter{wire.query_parameter().name()};
      return policy;
    case route::RouteAction::HashPolicy::kConnectionProperties:
      if (!wire.connection_properties().source_ip()) break;
      policy.source = HashSourceIp{};
      return policy;
    default:
      break;
  }
  return fail(Reason::unsupported, "a hash_policy of something other than header, cookie, query parameter or address");
}

// Whether a copy is traced (trace_sampled) does not matter: Weft samples none.
Result<Mirror> to_mirror(const route::RouteAction::RequestMirrorPolicy& wire, Ids& ids) {
  if (wire.cluster().empty()) return fail(Reason::unsupported, "a request_mirror_policy without a cluster");
  Mirror mirror{.cluster = ids.clusters.id_of(wire.cluster())};
  if (wire.has_runtime_fraction()) mirror.share = to_fraction(wire.runtime_fraction().default_value());
  if (!wire.disable_shadow_host_suffix_append()) mirror.host = MirroredHost::shadow;
  return mirror;
}

Result<> fill_mirrors_and_hashes(const route::RouteAction& wire, Ids& ids, Forward& forward) {
  for (const auto& one : wire.request_mirror_policies()) {
    WEFT_TRY(forward.mirrors.emplace_back(), to_mirror(one, ids));
  }
  for (const auto& one : wire.hash_policy()) {
    WEFT_TRY(forward.hash_policies.emplace_back(), to_hash_policy(one));
  }
  return {};
}

Result<> fill_upgrades(const route::RouteAction& wire, Forward& forward) {
  for (const auto& one : wire.upgrade_configs()) {
    const UpgradeRule& rule = forward.upgrades.emplace_back(
        UpgradeRule{to_lower(one.upgrade_type()), !one.has_enabled() || one.enabled().value()});
    if (!one.has_connect_config()) continue;
    if (rule.name != "connect") return fail(Reason::invalid, "connect_config of an upgrade that is not CONNECT");
    if (one.connect_config().has_proxy_protocol_config())
      return fail(Reason::unsupported, "PROXY protocol in a CONNECT");
    if (one.connect_config().allow_post()) return fail(Reason::unsupported, "connect_config.allow_post");
    forward.connect = ConnectMode::terminate;
  }
  return {};
}

Result<> fill_timeouts(const route::RouteAction& wire, Forward& forward) {
  constexpr Duration kEnvoyDefault = std::chrono::seconds(15);
  forward.timeout = wire.has_timeout() ? to_duration(wire.timeout()) : kEnvoyDefault;
  if (wire.has_idle_timeout()) forward.idle_timeout = to_duration(wire.idle_timeout());
  if (wire.has_max_grpc_timeout()) forward.grpc_timeout_max = to_duration(wire.max_grpc_timeout());
  const auto& stream = wire.max_stream_duration();
  if (stream.has_grpc_timeout_header_max()) forward.grpc_timeout_max = to_duration(stream.grpc_timeout_header_max());
  if (stream.has_max_stream_duration() && to_duration(stream.max_stream_duration()) > Duration::zero()) {
    return fail(Reason::unsupported, "max_stream_duration is not supported");
  }
  return {};
}

}  // namespace

Result<Forward> compile_forward(const route::RouteAction& wire, const route::RetryPolicy* inherited, Ids& ids) {
  WEFT_CHECK(check_supported(wire));
  Forward forward{.unknown_cluster_status = unknown_cluster_status(wire)};
  if (wire.has_weighted_clusters()) {
    WEFT_CHECK(append_weighted(wire.weighted_clusters(), ids, forward.clusters));
  } else if (!wire.cluster().empty()) {
    forward.clusters.push_back({.cluster = ids.clusters.id_of(wire.cluster()), .weight_up_to = 1});
  } else {
    return fail(Reason::unsupported, "a destination other than cluster or weighted_clusters");
  }
  WEFT_CHECK(fill_timeouts(wire, forward));
  WEFT_CHECK(fill_upgrades(wire, forward));
  WEFT_CHECK(fill_mirrors_and_hashes(wire, ids, forward));
  const route::RetryPolicy* retry = wire.has_retry_policy() ? &wire.retry_policy() : inherited;
  if (retry != nullptr) {
    WEFT_TRY(forward.retry, retry_policy(*retry));
  }
  if (!wire.prefix_rewrite().empty())
    forward.path_rewrite = {PathRewrite::Kind::replace_matched, wire.prefix_rewrite(), {}};
  if (wire.has_regex_rewrite()) {
    WEFT_TRY(forward.path_rewrite, regex_rewrite(wire.regex_rewrite()));
  }
  WEFT_TRY(forward.host_rewrite, host_rewrite(wire));
  return forward;
}

Result<Redirect> compile_redirect(const route::RedirectAction& wire) {
  constexpr std::array<uint16_t, 5> kStatuses = {301, 302, 303, 307, 308};
  if (!route::RedirectAction::RedirectResponseCode_IsValid(wire.response_code())) {
    return fail(Reason::invalid, "redirect code " + std::to_string(wire.response_code()));
  }
  Redirect redirect{.status = kStatuses[static_cast<size_t>(wire.response_code())],
                    .scheme = wire.https_redirect() ? "https" : wire.scheme_redirect(),
                    .host = wire.host_redirect(),
                    .drop_query = wire.strip_query()};
  if (wire.port_redirect() > 65535) return fail(Reason::invalid, "redirect port over 65535");
  if (wire.port_redirect() != 0) redirect.port = static_cast<uint16_t>(wire.port_redirect());
  if (!wire.path_redirect().empty()) redirect.path = {PathRewrite::Kind::replace_all, wire.path_redirect(), {}};
  if (!wire.prefix_rewrite().empty()) redirect.path = {PathRewrite::Kind::replace_matched, wire.prefix_rewrite(), {}};
  if (wire.has_regex_rewrite()) {
    WEFT_TRY(redirect.path, regex_rewrite(wire.regex_rewrite()));
  }
  return redirect;
}

Result<DirectResponse> compile_direct_response(const route::DirectResponseAction& wire) {
  if (wire.status() < 200 || wire.status() > 599) {
    return fail(Reason::invalid, "direct response status " + std::to_string(wire.status()));
  }
  DirectResponse response{.status = static_cast<uint16_t>(wire.status())};
  switch (wire.body().specifier_case()) {
    case envoy::config::core::v3::DataSource::kInlineString:
      response.body = wire.body().inline_string();
      break;
    case envoy::config::core::v3::DataSource::kInlineBytes:
      response.body = wire.body().inline_bytes();
      break;
    case envoy::config::core::v3::DataSource::SPECIFIER_NOT_SET:
      break;
    default:
      return fail(Reason::unsupported, "a direct response body that is not inline");
  }
  return response;
}

}  // namespace weft::decide
