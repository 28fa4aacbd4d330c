// The tables of AuthorizationPolicy. What must hold between its fields is in authorization_checks.cc.
#include "api/istio/authorization_policy.h"

#include <algorithm>
#include <array>

#include "api/describe.h"
#include "api/istio/authorization_checks.h"
#include "api/istio/choices.h"
#include "api/text_checks.h"

namespace weft::api::istio {

const FieldTable& AuthorizationSource::fields() {
  using Source = AuthorizationSource;
  static const FieldTable table =
      Describe<Source>("Source", "Where requests come from; fields that are set must all hold.")
          .field("principals", &Source::principals, "TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT, by mutual TLS.")
          .check(check_not_empty)
          .field("notPrincipals", &Source::not_principals, "Anyone but these.")
          .check(check_not_empty)
          .field("requestPrincipals", &Source::request_principals, "ISSUER/SUBJECT of a valid token.")
          .check(check_not_empty)
          .field("notRequestPrincipals", &Source::not_request_principals, "Any token but these; none at all, too.")
          .check(check_not_empty)
          .field("namespaces", &Source::namespaces, "Of the peer, by mutual TLS.")
          .check(check_not_empty)
          .field("notNamespaces", &Source::not_namespaces, "Any but these.")
          .check(check_not_empty)
          .field("serviceAccounts", &Source::service_accounts, "[NAMESPACE/]ACCOUNT of the peer, by mutual TLS.")
          .check(check_service_account)
          .field("notServiceAccounts", &Source::not_service_accounts, "Any but these.")
          .check(check_service_account)
          .field("trustDomains", &Source::trust_domains, "Of the peer, by mutual TLS.")
          .check(check_trust_domain)
          .field("notTrustDomains", &Source::not_trust_domains, "Any but these.")
          .check(check_trust_domain)
          .field("ipBlocks", &Source::ip_blocks, "Who the connection comes from: addresses and CIDRs.")
          .check(check_subnet)
          .field("notIpBlocks", &Source::not_ip_blocks, "Any but these.")
          .check(check_subnet)
          .field("remoteIpBlocks", &Source::remote_ip_blocks, "The client, as trusted proxies before us name it.")
          .check(check_subnet)
          .field("notRemoteIpBlocks", &Source::not_remote_ip_blocks, "Any but these.")
          .check(check_subnet)
          .finish(check_source);
  return table;
}

const FieldTable& AuthorizationOperation::fields() {
  using Operation = AuthorizationOperation;
  static const FieldTable table =
      Describe<Operation>("Operation", "What requests ask for; fields that are set must all hold.")
          .field("hosts", &Operation::hosts, "Hosts, in any case; with their port where clients send one.")
          .check(check_not_empty)
          .field("notHosts", &Operation::not_hosts, "Any but these.")
          .check(check_not_empty)
          .field("ports", &Operation::ports, "Ports of the workload.")
          .check(check_policy_port)
          .field("notPorts", &Operation::not_ports, "Any but these.")
          .check(check_policy_port)
          .field("methods", &Operation::methods, "HTTP methods; POST for gRPC.")
          .check(check_not_empty)
          .field("notMethods", &Operation::not_methods, "Any but these.")
          .check(check_not_empty)
          .field("paths", &Operation::paths, "Paths without their query; {*} is one segment, {**} all that is left.")
          .check(check_policy_path)
          .field("notPaths", &Operation::not_paths, "Any but these.")
          .check(check_policy_path)
          .finish(check_operation);
  return table;
}

const FieldTable& AuthorizationFrom::fields() {
  static const FieldTable table = Describe<AuthorizationFrom>("From", "One of the sources.")
                                      .field("source", &AuthorizationFrom::source, "The source.")
                                      .required();
  return table;
}

const FieldTable& AuthorizationTo::fields() {
  static const FieldTable table = Describe<AuthorizationTo>("To", "One of the operations.")
                                      .field("operation", &AuthorizationTo::operation, "The operation.")
                                      .required();
  return table;
}

const FieldTable& AuthorizationCondition::fields() {
  using Condition = AuthorizationCondition;
  static const FieldTable table =
      Describe<Condition>("Condition", "One more attribute that is looked at.")
          .field("key", &Condition::key, "request.headers[NAME], source.ip, request.auth.claims[NAME] ...")
          .required()
          .field("values", &Condition::values, "One of these.")
          .check(check_not_empty)
          .field("notValues", &Condition::not_values, "None of these.")
          .check(check_not_empty)
          .finish(check_condition);
  return table;
}

const FieldTable& AuthorizationRule::fields() {
  using Rule = AuthorizationRule;
  static const FieldTable table = Describe<Rule>("Rule", "Requests that the policy is about.")
                                      .field("from", &Rule::from, "Where they come from: one of these.")
                                      .by_default("from anywhere")
                                      .field("to", &Rule::to, "What they ask for: one of these.")
                                      .by_default("anything")
                                      .field("when", &Rule::when, "What else must hold: all of these.")
                                      .finish(check_rule);
  return table;
}

const FieldTable& AuthorizationProvider::fields() {
  static const FieldTable table =
      Describe<AuthorizationProvider>("AuthorizationProvider", "Who decides.")
          .field("name", &AuthorizationProvider::name, "One of MeshConfig's extensionProviders.");
  return table;
}

const FieldTable& AuthorizationPolicy::fields() {
  using Policy = AuthorizationPolicy;
  static const FieldTable table =
      Describe<Policy>("AuthorizationPolicy", "Who may do what at some workloads.")
          .field("selector", &Policy::selector, "The workloads it is for.")
          .by_default("all of the namespace; of the root namespace, all")
          .field("targetRefs", &Policy::target_refs, "Objects whose gateway or waypoint enforces it.")
          .later()
          .field("targetRef", &Policy::target_ref, "The same, one.")
          .legacy("write targetRefs")
          .field(
              "action", &Policy::action,
              "ALLOW lets pass what matches, and no more; DENY refuses it; AUDIT marks it; CUSTOM asks the provider.")
          .by_default("ALLOW")
          .field("provider", &Policy::provider, "Who is asked, with CUSTOM.")
          .field("rules", &Policy::rules,
                 "What matches: any of these. None: nothing does; {} is a rule for everything.")
          .finish(check_authorization_policy);
  return table;
}

bool is_dry_run(const model::Labels& annotations) {
  static constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
  const auto found = annotations.find(kDryRunAnnotation);
  return found != annotations.end() && std::ranges::find(kTrue, found->second) != kTrue.end();
}

}  // namespace weft::api::istio
