#include "control/translate/security/authorization_rule.h"

namespace weft::control::translate {
namespace {

using api::istio::AuthorizationCondition;
using api::istio::AuthorizationOperation;
using api::istio::AuthorizationRule;
using api::istio::AuthorizationSource;
using Texts = std::vector<std::string>;

// Principals and domains are meant in all of ours.
Texts in_our_domains(std::string_view attribute, const Texts& texts, const TrustDomains& domains) {
  if (attribute == "source.principal") return domains.in_every_domain(texts);
  if (attribute == "source.trustDomain") return domains.with_aliases(texts);
  return texts;
}

// What must hold at once, of one source or one operation, in the order in which Istio writes it.
template <class Part>
class Conjunction {
 public:
  Conjunction(std::string_view space, const RuleAudience& audience) : space_(space), audience_(audience) {}

  void add(const Attribute<Part>& attribute, std::string_view key, const Texts& values, const Texts& not_values) {
    if (values.empty() && not_values.empty()) return;
    const bool is_unseen = attribute.needs == Seen::requests && audience_.seen == Seen::connections;
    if (is_unseen) return pass_over();
    const auto any_of_these = [&](const Texts& texts) {
      return attribute.any_of({key, space_, in_our_domains(attribute.name, texts, audience_.trust_domains)});
    };
    if (!values.empty()) parts_.push_back(any_of_these(values));
    if (!not_values.empty()) parts_.push_back(negated(any_of_these(not_values)));
  }

  // What can't be told must not let anybody in.
  void pass_over() { is_void_ = is_void_ || audience_.unseen == Unseen::voids_the_rule; }

  bool is_void() const { return is_void_; }
  Part take() { return all_of(std::move(parts_)); }

 private:
  std::string_view space_;
  const RuleAudience& audience_;
  std::vector<Part> parts_;
  bool is_void_ = false;
};

using Source = Conjunction<Principal>;
using Operation = Conjunction<Permission>;

void add_source(const AuthorizationSource& source, Source& all) {
  const auto add = [&](std::string_view key, const Texts& values, const Texts& not_values) {
    all.add(*source_attribute(key), key, values, not_values);
  };
  add("source.principal", source.principals, source.not_principals);
  add("request.auth.principal", source.request_principals, source.not_request_principals);
  add("source.serviceAccount", source.service_accounts, source.not_service_accounts);
  add("source.trustDomain", source.trust_domains, source.not_trust_domains);
  add("source.namespace", source.namespaces, source.not_namespaces);
  add("remote.ip", source.remote_ip_blocks, source.not_remote_ip_blocks);
  add("source.ip", source.ip_blocks, source.not_ip_blocks);
}

void add_operation(const AuthorizationOperation& operation, Operation& all) {
  const auto add = [&](std::string_view key, const Texts& values, const Texts& not_values) {
    all.add(*operation_attribute(key), key, values, not_values);
  };
  add("hosts", operation.hosts, operation.not_hosts);
  add("methods", operation.methods, operation.not_methods);
  add("paths", operation.paths, operation.not_paths);
  add("destination.port", operation.ports, operation.not_ports);
}

// Each condition is about the source or about the operation, and holds for every one of the rule's.
void add_conditions(const AuthorizationRule& rule, Source& all) {
  for (const auto& condition : rule.when) {
    const auto* attribute = source_attribute(condition.key);
    if (attribute != nullptr) {
      all.add(*attribute, condition.key, condition.values, condition.not_values);
    } else if (operation_attribute(condition.key) == nullptr) {
      all.pass_over();  // stored before the API refused it
    }
  }
}
void add_conditions(const AuthorizationRule& rule, Operation& all) {
  for (const auto& condition : rule.when) {
    const auto* attribute = operation_attribute(condition.key);
    if (attribute != nullptr) all.add(*attribute, condition.key, condition.values, condition.not_values);
  }
}

}  // namespace

std::optional<envoy::config::rbac::v3::Policy> translate_rule(const AuthorizationRule& rule, std::string_view space,
                                                              const RuleAudience& audience) {
  envoy::config::rbac::v3::Policy policy;
  bool is_void = false;
  const auto add_operation_of = [&](const api::istio::AuthorizationTo& to) {
    Operation all(space, audience);
    if (to.operation) add_operation(*to.operation, all);
    add_conditions(rule, all);
    is_void = is_void || all.is_void();
    *policy.add_permissions() = all.take();
  };
  const auto add_source_of = [&](const api::istio::AuthorizationFrom& from) {
    Source all(space, audience);
    if (from.source) add_source(*from.source, all);
    add_conditions(rule, all);
    is_void = is_void || all.is_void();
    *policy.add_principals() = all.take();
  };
  for (const auto& to : rule.to) add_operation_of(to);
  for (const auto& from : rule.from) add_source_of(from);
  if (rule.to.empty()) add_operation_of({});
  if (rule.from.empty()) add_source_of({});
  return is_void ? std::nullopt : std::optional(std::move(policy));
}

}  // namespace weft::control::translate
