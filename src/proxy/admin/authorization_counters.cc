#include "proxy/admin/authorization_counters.h"

#include "proxy/admin/direction_name.h"

namespace weft::proxy {
namespace {

using telemetry::Family;
using telemetry::MetricKind;

constexpr Family kAllowed{MetricKind::counter, "weft_rbac_allowed_total",
                          "Requests and connections that authorization policies let pass"};
constexpr Family kRefused{MetricKind::counter, "weft_rbac_denied_total",
                          "Requests and connections that authorization policies refused, by rule"};
constexpr Family kShadowAllowed{MetricKind::counter, "weft_rbac_shadow_allowed_total",
                                "What policies on trial would have let pass, by rule"};
constexpr Family kShadowRefused{MetricKind::counter, "weft_rbac_shadow_denied_total",
                                "What policies on trial would have refused, by rule"};

constexpr Family kConsultedAllowed{MetricKind::counter, "weft_ext_authz_ok_total",
                                   "Requests and connections that an authorizer allowed, by rule"};
constexpr Family kConsultedDenied{MetricKind::counter, "weft_ext_authz_denied_total",
                                  "Requests and connections that an authorizer refused, by rule"};
constexpr Family kConsultedFailed{MetricKind::counter, "weft_ext_authz_error_total",
                                  "Requests and connections that an authorizer gave no answer about, by rule"};
constexpr Family kConsultedOpen{MetricKind::counter, "weft_ext_authz_failure_mode_allowed_total",
                                "Those of them that passed all the same, by rule"};

std::string_view name_of(const decide::AccessPolicy* policy) {
  return policy == nullptr ? std::string_view("none") : std::string_view(policy->name);
}

}  // namespace

void AuthorizationCounters::count(decide::Direction direction, const decide::AccessVerdict& verdict) {
  for (const auto& shadow : verdict.told()) {
    add(shadow.is_allowed ? kShadowAllowed : kShadowRefused, direction, name_of(shadow.matched));
  }
  if (verdict.is_allowed) {
    add(kAllowed, direction, {});
  } else {
    add(kRefused, direction, name_of(verdict.matched));
  }
}

// As Envoy does, one that passes without an answer is counted as an error, too.
void AuthorizationCounters::count(decide::Direction direction, const Consulted& consulted) {
  const std::string_view rule = name_of(consulted.rule);
  switch (consulted.outcome) {
    case Consulted::Outcome::allowed:
      return add(kConsultedAllowed, direction, rule);
    case Consulted::Outcome::denied:
      return add(kConsultedDenied, direction, rule);
    case Consulted::Outcome::failed_open:
      add(kConsultedOpen, direction, rule);
      return add(kConsultedFailed, direction, rule);
    case Consulted::Outcome::failed:
      return add(kConsultedFailed, direction, rule);
  }
}

void AuthorizationCounters::add(const Family& family, decide::Direction direction, std::string_view policy) {
  for (const Series& series : known_) {
    if (series.family == &family && series.direction == direction && series.policy == policy)
      return series.counter->add();
  }
  telemetry::Labels labels = {{"direction", std::string(direction_name(direction))}};
  if (!policy.empty()) labels.emplace_back("policy", policy);
  auto& counter = metrics_->counter(family, labels);
  known_.emplace_back(&family, direction, std::string(policy), &counter).counter->add();
}

}  // namespace weft::proxy
