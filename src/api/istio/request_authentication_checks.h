// Istio's admission rules for RequestAuthentication, and what Weft asks of key sets.
#pragma once

#include <string_view>

#include "api/istio/request_authentication.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

Complaint check_claim_header(std::string_view text);
Complaint check_jwks_uri(std::string_view text);
Complaint check_jwks(std::string_view text);
void check_jwt_rule(const Place& place, JwtRule& rule);
void check_request_authentication(const Place& place, RequestAuthentication& policy);

}  // namespace weft::api::istio
