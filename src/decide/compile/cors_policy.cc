#include "decide/compile/cors_policy.h"

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

// The two messages have the same fields.
template <class Wire>
Result<CorsPolicy> compile_either(const Wire& wire) {
  if (wire.allow_private_network_access().value()) {
    return fail(Reason::unsupported, "allow_private_network_access of a CORS policy is not supported");
  }
  CorsPolicy policy{.methods = wire.allow_methods(),
                    .headers = wire.allow_headers(),
                    .exposed_headers = wire.expose_headers(),
                    .age_max = wire.max_age(),
                    .allows_credentials = wire.allow_credentials().value()};
  for (const auto* text : {&policy.methods, &policy.headers, &policy.exposed_headers, &policy.age_max}) {
    // They are written into responses as they are.
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(*text, is_control)) return fail(Reason::invalid, "control characters in a CORS policy");
  }
  for (const auto& origin : wire.allow_origin_string_match()) {
    WEFT_TRY(auto match, to_text_match(origin));
    policy.origins.push_back(std::move(match));
  }
  if (wire.has_filter_enabled()) policy.enabled = to_fraction(wire.filter_enabled().default_value());
  const bool tells = wire.has_forward_not_matching_preflights();
  policy.forwards_unmatched_preflights = !tells || wire.forward_not_matching_preflights().value();
  return policy;
}

}  // namespace

Result<CorsPolicy> compile_cors(const envoy::extensions::filters::http::cors::v3::CorsPolicy& wire) {
  return compile_either(wire);
}

Result<CorsPolicy> compile_cors(const envoy::config::route::v3::CorsPolicy& wire) {
  return compile_either(wire);
}

}  // namespace weft::decide
