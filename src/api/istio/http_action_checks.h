// What must hold between the fields of the actions of an HTTP rule. The rules are Istio's admission rules.
#pragma once

#include <string_view>

#include "api/istio/virtual_service.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

void check_headers(const Place& place, Headers& headers);
void check_redirect(const Place& place, HttpRedirect& redirect);
void check_body(const Place& place, HttpBody& body);
void check_rewrite(const Place& place, HttpRewrite& rewrite);
void check_regex_rewrite(const Place& place, RegexRewrite& rewrite);
void check_retry(const Place& place, HttpRetry& retry);
void check_percent(const Place& place, Percent& percent);
void check_delay(const Place& place, FaultDelay& delay);
void check_abort(const Place& place, FaultAbort& abort);
void check_fault(const Place& place, HttpFault& fault);
void check_cors(const Place& place, CorsPolicy& cors);

// The header that names the host: HTTP/1.1 says Host, HTTP/2 :authority (RFC 9113 8.3.1).
bool is_authority(std::string_view name);

Complaint check_grpc_status(std::string_view text);
Complaint check_cors_method(std::string_view text);

// Removed from Istio: an abort without `percentage` hits no request, whatever `percent` says.
inline void ignore_abort_percent(const Place&, FaultAbort&) {}

}  // namespace weft::api::istio
