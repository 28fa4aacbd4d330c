// AuthorizationPolicy (security.istio.io), every field of Istio's: who may do what at some workloads. Plain values; an
// empty list says nothing about its key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/istio/policy_target.h"
#include "model/labels.h"

namespace weft::api::istio {

enum class AuthorizationAction : uint8_t { allow, deny, audit, custom };

// Where a request comes from: every list that is set must have a value that fits, and every not_ list none.
struct AuthorizationSource {
  std::vector<std::string> principals;  // TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT
  std::vector<std::string> not_principals;
  std::vector<std::string> request_principals;  // ISSUER/SUBJECT of a token
  std::vector<std::string> not_request_principals;
  std::vector<std::string> namespaces;
  std::vector<std::string> not_namespaces;
  std::vector<std::string> service_accounts;  // [NAMESPACE/]ACCOUNT
  std::vector<std::string> not_service_accounts;
  std::vector<std::string> trust_domains;
  std::vector<std::string> not_trust_domains;
  std::vector<std::string> ip_blocks;
  std::vector<std::string> not_ip_blocks;
  std::vector<std::string> remote_ip_blocks;
  std::vector<std::string> not_remote_ip_blocks;

  static const FieldTable& fields();
};

// What a request asks for; read like a source.
struct AuthorizationOperation {
  std::vector<std::string> hosts;
  std::vector<std::string> not_hosts;
  std::vector<std::string> ports;
  std::vector<std::string> not_ports;
  std::vector<std::string> methods;
  std::vector<std::string> not_methods;
  std::vector<std::string> paths;
  std::vector<std::string> not_paths;

  static const FieldTable& fields();
};

// An entry of rules[].from: the API nests the source in a map of its own.
struct AuthorizationFrom {
  std::optional<AuthorizationSource> source;

  static const FieldTable& fields();
};
// An entry of rules[].to, nested likewise.
struct AuthorizationTo {
  std::optional<AuthorizationOperation> operation;

  static const FieldTable& fields();
};

// One more attribute, by name: one of `values`, none of `not_values`.
struct AuthorizationCondition {
  std::string key;
  std::vector<std::string> values;
  std::vector<std::string> not_values;

  static const FieldTable& fields();
};

// Holds for requests from one of `from` that do one of `to` and meet all of `when`.
struct AuthorizationRule {
  std::vector<AuthorizationFrom> from;
  std::vector<AuthorizationTo> to;
  std::vector<AuthorizationCondition> when;

  static const FieldTable& fields();
};

// Who decides where the action is CUSTOM: one of MeshConfig's extensionProviders.
struct AuthorizationProvider {
  std::string name;

  static const FieldTable& fields();
};

// The spec. Without rules nothing matches it, which for ALLOW means that nothing is allowed.
struct AuthorizationPolicy {
  std::optional<PolicySelector> selector;
  std::vector<PolicyTarget> target_refs;
  std::optional<PolicyTarget> target_ref;
  AuthorizationAction action = AuthorizationAction::allow;
  std::optional<AuthorizationProvider> provider;
  std::vector<AuthorizationRule> rules;

  static const FieldTable& fields();
};

// Istio's annotation: the policy is evaluated and told about, and decides nothing. Go's words for true.
inline constexpr std::string_view kDryRunAnnotation = "istio.io/dry-run";
bool is_dry_run(const model::Labels& annotations);

}  // namespace weft::api::istio
