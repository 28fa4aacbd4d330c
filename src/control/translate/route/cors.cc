// VirtualService.http[].corsPolicy.
#include <envoy/config/route/v3/route_components.pb.h>
#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>

#include "control/translate/encode.h"
#include "control/translate/route/policies.h"
#include "control/translate/route/string_match.h"

namespace weft::control::translate {
namespace {

using envoy::extensions::filters::http::cors::v3::CorsPolicy;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : ",").append(word);
  return text;
}

void fill_origins(const api::istio::CorsPolicy& cors, CorsPolicy& policy) {
  for (const auto& origin : cors.allow_origins) {
    auto& matcher = *policy.add_allow_origin_string_match();
    if (origin.is_presence()) {
      matcher.mutable_safe_regex()->set_regex(".*");
    } else {
      fill_string_match(origin, matcher);
    }
  }
  for (const auto& origin : cors.allow_origin) {  // deprecated: exact names, "*" for any
    auto& matcher = *policy.add_allow_origin_string_match();
    if (origin == "*") {
      matcher.mutable_safe_regex()->set_regex(".*");
    } else {
      matcher.set_exact(origin);
    }
  }
}

}  // namespace

void apply_cors(const api::istio::HttpRoute& rule, Route& route) {
  if (!rule.cors_policy) return;
  const auto& cors = *rule.cors_policy;
  CorsPolicy policy;
  fill_origins(cors, policy);
  policy.set_allow_methods(joined(cors.allow_methods));
  policy.set_allow_headers(joined(cors.allow_headers));
  policy.set_expose_headers(joined(cors.expose_headers));
  if (cors.max_age) {
    policy.set_max_age(std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*cors.max_age).count()));
  }
  if (cors.allow_credentials) policy.mutable_allow_credentials()->set_value(*cors.allow_credentials);
  policy.mutable_filter_enabled()->mutable_default_value()->set_numerator(100);
  policy.mutable_forward_not_matching_preflights()->set_value(cors.unmatched_preflights !=
                                                              api::istio::UnmatchedPreflights::ignore);
  pack(policy, (*route.mutable_typed_per_filter_config())["envoy.filters.http.cors"]);
}

}  // namespace weft::control::translate
