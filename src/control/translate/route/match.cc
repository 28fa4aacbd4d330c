// VirtualService.http[].match.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/claim_condition.h"
#include "control/translate/route/policies.h"
#include "control/translate/route/string_match.h"

namespace weft::control::translate {
namespace {

using api::istio::StringMatch;
using envoy::config::route::v3::HeaderMatcher;
using envoy::config::route::v3::RouteMatch;

void apply_path(const api::istio::HttpMatchRequest& match, RouteMatch& message) {
  if (match.uri && match.uri->exact) {
    message.set_path(*match.uri->exact);
  } else if (match.uri && match.uri->prefix) {
    message.set_prefix(*match.uri->prefix);
  } else if (match.uri && match.uri->regex && !match.uri->is_presence()) {
    message.mutable_safe_regex()->set_regex(*match.uri->regex);  // Envoy's match is of the whole path, as Istio's
  } else {
    message.set_prefix("/");
  }
  message.mutable_case_sensitive()->set_value(!match.ignore_uri_case);
}

void fill_header(const std::string& name, const StringMatch& match, HeaderMatcher& header) {
  header.set_name(name);
  if (match.is_presence()) {
    header.set_present_match(true);
  } else {
    fill_string_match(match, *header.mutable_string_match());
  }
}

void add_pseudo_header(const char* name, const std::optional<StringMatch>& match, RouteMatch& message) {
  if (match) fill_header(name, *match, *message.add_headers());
}

// An absent header counts as an empty one, so that "not this value" holds for it.
void add_inverted_header(const std::string& name, const StringMatch& match, RouteMatch& message) {
  auto& header = *message.add_headers();
  fill_header(name, match, header);
  header.set_invert_match(true);
  if (!match.is_presence()) header.set_treat_missing_header_as_empty(true);
}

enum class Wanted : uint8_t { yes, no };

// False: the name is that of a header field. What stands for no claim, such as "@request.auth.principal", is never
// there: no client can send a field of that name.
bool add_claim(const std::string& name, const StringMatch& match, Wanted wanted, RouteMatch& message) {
  const auto claim = routing_claim(name);
  if (!claim) return false;
  auto& condition = *message.add_dynamic_metadata() = claim_condition(*claim, match);
  condition.set_invert(wanted == Wanted::no);
  return true;
}

}  // namespace

bool is_for_client(const RuleContext& context, const api::istio::HttpMatchRequest& match) {
  if (match.port != 0 && match.port != context.port) return false;
  if (!match.source_namespace.empty() && match.source_namespace != context.scope.space) return false;
  // A match that names its gateways is not asked about labels.
  if (!match.gateways.empty()) return context.is_among(match.gateways);
  const auto& gateways = context.virtual_service.spec.gateways;
  if (!gateways.empty() && !context.is_among(gateways)) return false;
  return model::selects(match.source_labels, context.scope.labels);
}

void apply_match(const api::istio::HttpMatchRequest* match, RouteMatch& message) {
  if (!match) {
    message.set_prefix("/");
    return;
  }
  apply_path(*match, message);
  add_pseudo_header(":scheme", match->scheme, message);
  add_pseudo_header(":method", match->method, message);
  add_pseudo_header(":authority", match->authority, message);
  for (const auto& [name, value] : match->headers) {
    if (!add_claim(name, value, Wanted::yes, message)) fill_header(name, value, *message.add_headers());
  }
  for (const auto& [name, value] : match->without_headers) {
    if (!add_claim(name, value, Wanted::no, message)) add_inverted_header(name, value, message);
  }
  for (const auto& [name, value] : match->query_params) {
    auto& parameter = *message.add_query_parameters();
    parameter.set_name(name);
    if (value.is_presence()) {
      parameter.set_present_match(true);
    } else {
      fill_string_match(value, *parameter.mutable_string_match());
    }
  }
}

}  // namespace weft::control::translate
