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

constexpr Family kTokensAllowed{MetricKind::counter, "weft_jwt_authn_allowed_total",
                                "Requests whose tokens were good, or that needed none"};
constexpr Family kTokensRefused{MetricKind::counter, "weft_jwt_authn_denied_total",
                                "Requests that were refused for their tokens, by reason"};

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

void AuthorizationCounters::count_tokens(decide::Direction direction, std::string_view denial) {
  if (denial.empty()) return add(kTokensAllowed, direction, {});
  const size_t brace = denial.find('{');  // "jwt_authn_access_denied{Jwt_is_expired}"
  add(kTokensRefused, direction, denial.substr(brace + 1, denial.size() - brace - 2), "reason");
}

void AuthorizationCounters::add(const Family& family, decide::Direction direction, std::string_view cause,
                                const char* label) {
  for (const Series& series : known_) {
    if (series.family == &family && series.direction == direction && series.cause == cause)
      return series.counter->add();
  }
  telemetry::Labels labels = {{"direction", std::string(direction_name(direction))}};
  if (!cause.empty()) labels.emplace_back(label, cause);
  auto& counter = metrics_->counter(family, labels);
  known_.emplace_back(&family, direction, std::string(cause), &counter).counter->add();
}

}  // namespace weft::proxy
