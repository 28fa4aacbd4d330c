#include "api/istio/http_action_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/grpc_code_names.h"
#include "base/strings.h"

namespace weft::api::istio {

bool is_authority(std::string_view name) {
  return equal_ignoring_case(name, "host") || name == ":authority";
}

namespace {

// Of the pseudo-headers only the authority may be written, and only on requests.
void check_written(const Place& place, std::string_view name, const Texts& headers, bool authority_allowed) {
  const Place map = place.at(name);
  for (const auto& [header, value] : headers) {
    if (is_authority(header) ? authority_allowed : !header.starts_with(':')) continue;
    map.at(header).error(Code::bad_value, fmt::format("the header {} can't be changed here", header));
  }
}

void check_removed(const Place& place, const std::vector<std::string>& headers) {
  const Place list = place.at("remove");
  for (size_t i = 0; i < headers.size(); ++i) {
    if (!is_authority(headers[i]) && !headers[i].starts_with(':')) continue;
    list.at(i).error(Code::bad_value, fmt::format("the header {} can't be removed", headers[i]));
  }
}

// Only the authority may be rewritten, and only towards the service: other pseudo-headers are the protocol's.
void check_operations(const Place& place, const std::optional<HeaderOperations>& side, bool authority_allowed) {
  if (!side) return;
  check_written(place, "set", side->set, authority_allowed);
  check_written(place, "add", side->add, authority_allowed);
  check_removed(place, side->remove);
}

// The conditions of Envoy's router that Istio lets through; numbers are statuses.
constexpr std::array<std::string_view, 17> kRetryConditions = {"5xx",
                                                               "gateway-error",
                                                               "reset",
                                                               "reset-before-request",
                                                               "connect-failure",
                                                               "envoy-ratelimited",
                                                               "retriable-4xx",
                                                               "refused-stream",
                                                               "retriable-status-codes",
                                                               "retriable-headers",
                                                               "http3-post-connect-failure",
                                                               "cancelled",
                                                               "deadline-exceeded",
                                                               "internal",
                                                               "resource-exhausted",
                                                               "unavailable",
                                                               "retriable-http-methods"};

// Blanks are part of a token for Istio: "5xx, reset" knows no " reset".
void check_retry_condition(const Place& place, std::string_view condition) {
  const auto status = parse_unsigned(condition);
  if (status ? *status >= 100 && *status <= 599
             : std::ranges::find(kRetryConditions, condition) != kRetryConditions.end()) {
    return;
  }
  const auto close = nearest(trim(condition), {kRetryConditions.begin(), kRetryConditions.end()});
  place.error(Code::bad_value, fmt::format("retryOn knows no \"{}\"", condition),
              close ? fmt::format("did you mean {}? No blanks around commas", *close) : std::string());
}

}  // namespace

void check_headers(const Place& place, Headers& headers) {
  check_operations(place.at("request"), headers.request, true);
  check_operations(place.at("response"), headers.response, false);
}

// A redirect that names only a code would send the client back to where it is.
void check_redirect(const Place& place, HttpRedirect& redirect) {
  const bool nothing = redirect.uri.empty() && redirect.authority.empty() && redirect.scheme.empty() &&
                       !redirect.port && !place.has("derivePort") && redirect.prefix_rewrite.empty();
  if (nothing && !place.report().has_error_below(place.path()))
    place.error(Code::required, "the redirect changes nothing", "set uri, authority, scheme or port");
  constexpr std::array kAnswered = {301u, 302u, 303u, 307u, 308u};
  const uint32_t code = redirect.redirect_code;
  if (code / 100 == 3 && std::ranges::find(kAnswered, code) == kAnswered.end()) {
    place.at("redirectCode")
        .warn(Code::bad_value, fmt::format("proxies do not answer with {}: the rule is passed over", code),
              "use 301, 302, 303, 307 or 308");
  }
  if (!redirect.uri.empty() && !redirect.prefix_rewrite.empty()) {
    place.at("prefixRewrite").error(Code::conflicting_fields, "uri and prefixRewrite exclude each other");
  }
  if (redirect.port && place.has("derivePort")) {
    place.at("derivePort").error(Code::conflicting_fields, "port and derivePort exclude each other");
  }
}

void check_body(const Place& place, HttpBody& body) {
  constexpr size_t kLargeBody = 100 * 1024;  // Istio warns from here on; the limit is that of the object
  if (body.text && body.bytes) place.error(Code::conflicting_fields, "string and bytes exclude each other");
  const size_t size = std::max(body.text ? body.text->size() : 0, body.bytes ? body.bytes->value.size() : 0);
  if (size > kLargeBody) {
    place.warn(Code::bad_value, fmt::format("a body of {} bytes goes to every proxy", size), "serve it from a service");
  }
}

// uri replaces what the match found, uriRegexRewrite searches itself: not both.
void check_rewrite(const Place& place, HttpRewrite& rewrite) {
  const bool nothing = rewrite.uri.empty() && rewrite.authority.empty() && !rewrite.uri_regex_rewrite;
  if (nothing && !place.report().has_error_below(place.path())) {
    place.error(Code::required, "the rewrite changes nothing", "set uri, authority or uriRegexRewrite");
  }
  if (!rewrite.uri.empty() && rewrite.uri_regex_rewrite) {
    place.at("uriRegexRewrite").error(Code::conflicting_fields, "uri and uriRegexRewrite exclude each other");
  }
}

// A substitution that RE2 can't make leaves the path as it is, whatever the expression finds.
void check_regex_rewrite(const Place& place, RegexRewrite& rewrite) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(rewrite.match, options);
  std::string wrong;
  if (!regex.ok() || regex.CheckRewriteString(rewrite.rewrite, &wrong)) return;
  place.at("rewrite").warn(Code::bad_value, fmt::format("\"{}\" replaces nothing: {}", rewrite.rewrite, wrong));
}

// attempts 0 turns retries off; conditions beside it are a misunderstanding.
void check_retry(const Place& place, HttpRetry& retry) {
  if (retry.attempts == 0) {
    for (const std::string_view name : {"perTryTimeout", "retryOn", "retryRemoteLocalities"}) {
      if (place.has(name))
        place.at(name).error(Code::conflicting_fields, fmt::format("{} needs attempts above 0", name));
    }
  }
  if (retry.retry_on.empty()) return;
  const Place conditions = place.at("retryOn");
  for (const auto condition : split(retry.retry_on, ',')) check_retry_condition(conditions, condition);
}

void check_percent(const Place& place, Percent& percent) {
  if (percent.value > 0 && percent.value < 0.0001) {
    place.at("value").error(Code::out_of_range, "a percentage above 0 must be 0.0001 or more");
  }
}

void check_delay(const Place& place, FaultDelay& delay) {
  if (delay.exponential_delay) place.at("exponentialDelay").error(Code::bad_value, "exponentialDelay is not supported");
  if (!delay.percentage && delay.percent == 0) {
    place.warn(Code::bad_value, "no percentage: no request is delayed", "write percentage: {value: 100}");
  }
}

void check_abort(const Place& place, FaultAbort& abort) {
  const int kinds = abort.http_status.has_value() + abort.grpc_status.has_value() + abort.http2_error.has_value();
  if (abort.http2_error) place.at("http2Error").error(Code::bad_value, "http2Error is not supported");
  if (kinds > 1) place.error(Code::conflicting_fields, "httpStatus, grpcStatus and http2Error exclude each other");
  const bool none = !place.has("httpStatus") && !place.has("grpcStatus") && !place.has("http2Error");
  if (none) place.warn(Code::required, "the abort has no status: it does nothing", "write httpStatus: 503");
  if (!abort.percentage) {
    place.warn(Code::bad_value, "no percentage: no request is aborted", "write percentage: {value: 100}");
  }
}

void check_fault(const Place& place, HttpFault& fault) {
  if (!fault.delay && !fault.abort) place.error(Code::required, "the fault has neither delay nor abort");
}

// access-control-max-age is in seconds (Fetch, 3.3.3).
void check_cors(const Place& place, CorsPolicy& cors) {
  const Place origins = place.at("allowOrigins");
  for (size_t i = 0; i < cors.allow_origins.size(); ++i) {
    const StringMatch& origin = cors.allow_origins[i];
    const std::string text = origin.exact.value_or(origin.prefix.value_or(origin.regex.value_or("")));
    if (text.empty()) origins.at(i).error(Code::bad_value, "an origin is empty");
  }
  if (cors.max_age && *cors.max_age % std::chrono::seconds(1) != Duration{}) {
    place.at("maxAge").error(Code::bad_duration, "maxAge must be in whole seconds");
  }
}

Complaint check_grpc_status(std::string_view text) {
  if (std::ranges::find(kGrpcCodeNames, text) != kGrpcCodeNames.end()) return std::nullopt;
  const auto close = nearest(text, {kGrpcCodeNames.begin(), kGrpcCodeNames.end()});
  return close ? fmt::format("is no gRPC status; did you mean {}?", *close) : "is no gRPC status such as UNAVAILABLE";
}

Complaint check_cors_method(std::string_view text) {
  constexpr std::array<std::string_view, 10> kMethods = {"GET",    "HEAD",    "POST",    "PUT",   "PATCH",
                                                         "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"};
  if (std::ranges::find(kMethods, text) != kMethods.end()) return std::nullopt;
  return "is no HTTP method";
}

}  // namespace weft::api::istio
