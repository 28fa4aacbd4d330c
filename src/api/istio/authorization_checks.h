// What must hold in an AuthorizationPolicy: Istio's admission rules.
#pragma once

#include "api/istio/authorization_policy.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

Complaint check_service_account(std::string_view text);  // [NAMESPACE/]ACCOUNT, no wildcard
Complaint check_trust_domain(std::string_view text);     // a "*" at one end at most
Complaint check_policy_port(std::string_view text);      // a number, as text
Complaint check_policy_path(std::string_view text);      // a path, or a template with {*} and {**}

// Paths with operators of templates are compared segment by segment; others as texts.
bool is_path_template(std::string_view path);

void check_source(const Place& place, AuthorizationSource& source);
void check_operation(const Place& place, AuthorizationOperation& operation);
void check_condition(const Place& place, AuthorizationCondition& condition);
void check_rule(const Place& place, AuthorizationRule& rule);
void check_authorization_policy(const Place& place, AuthorizationPolicy& policy);

}  // namespace weft::api::istio
