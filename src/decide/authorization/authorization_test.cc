// What several RBAC filters of one chain say together, and what is told of those that only watch.
#include "decide/authorization/authorization.h"

#include <gtest/gtest.h>

#include "decide/authorization/external_authorization.h"

namespace weft::decide {
namespace {

using Action = AccessRules::Action;

constexpr Access kTo80{.destination = {.port = 80}};

// Rules with one policy, which names connections to `port`.
AccessRules rules(Action action, const std::string& name, uint16_t port) {
  return {action, {{name, AccessCondition(PortMatch{port, port + 1U}), "denied[" + name + "]"}}};
}

struct Decided {
  const char* what;
  std::vector<AccessFilter> filters;
  bool is_allowed;
  std::string denial;
  bool is_audited = false;
};

TEST(Authorization, EveryFilterMustLetAnAccessThroughAndTheFirstThatDoesNotIsTold) {
  const AccessFilter allow80{.enforced = rules(Action::allow, "a", 80)};
  const AccessFilter allow81{.enforced = rules(Action::allow, "b", 81)};
  const AccessFilter deny80{.enforced = rules(Action::deny, "c", 80)};
  const AccessFilter deny81{.enforced = rules(Action::deny, "d", 81)};
  const AccessFilter log80{.enforced = rules(Action::log, "e", 80)};
  const AccessFilter log81{.enforced = rules(Action::log, "f", 81)};
  const AccessFilter watches{.shadow = rules(Action::deny, "g", 80)};
  const std::string none = "rbac_access_denied_matched_policy[none]";
  const std::vector<Decided> cases = {
      {"no filter", {}, true, ""},
      {"an allow that names it", {allow80}, true, ""},
      {"an allow that names another", {allow81}, false, none},
      {"an allow without policies", {AccessFilter{.enforced = AccessRules{Action::allow, {}}}}, false, none},
      {"a deny without policies", {AccessFilter{.enforced = AccessRules{Action::deny, {}}}}, true, ""},
      {"a deny that names it", {deny80}, false, "denied[c]"},
      {"a deny that names another", {deny81}, true, ""},
      {"a deny before an allow", {deny80, allow81}, false, "denied[c]"},
      {"an allow before a deny", {allow81, deny80}, false, none},
      {"a later filter does not bring back what one refused", {deny80, allow80}, false, "denied[c]"},
      {"a log that names it", {log80}, true, "", true},
      {"a log that names another", {log81}, true, ""},
      {"an audit holds for what is refused later", {log80, deny80}, false, "denied[c]", true},
      {"what is refused before is not audited", {deny80, log80}, false, "denied[c]"},
      {"one audit is enough", {log80, log81}, true, "", true},
      {"rules that only watch refuse nothing", {watches}, true, ""},
  };
  for (const auto& one : cases) {
    const Authorization authorization{one.filters};
    const AccessVerdict verdict = authorization.decide(kTo80);
    EXPECT_EQ(verdict.is_allowed, one.is_allowed) << one.what;
    EXPECT_EQ(verdict.denial, one.denial) << one.what;
    EXPECT_EQ(verdict.is_audited, one.is_audited) << one.what;
    EXPECT_EQ(verdict.matched != nullptr, one.denial.starts_with("denied[")) << one.what;
  }
}

TEST(Authorization, OfSeveralPoliciesThatMatchTheFirstIsTold) {
  AccessRules two = rules(Action::deny, "other", 81);
  for (const char* name : {"first", "second"}) two.policies.push_back(rules(Action::deny, name, 80).policies[0]);
  const Authorization authorization{{{.enforced = std::move(two)}}};
  EXPECT_EQ(authorization.decide(kTo80).matched->name, "first");
}

std::string told(const AccessVerdict& verdict) {
  std::string all;
  for (const auto& shadow : verdict.told()) {
    all += std::string(shadow.prefix) + (shadow.is_allowed ? "allows " : "refuses ");
    all += (shadow.matched == nullptr ? "none" : shadow.matched->name) + ";";
  }
  return all;
}

TEST(Authorization, TellsWhatDryRunsWouldHaveSaid) {
  const auto watching = [](Action action, const std::string& name, uint16_t port) {
    return AccessFilter{.shadow = rules(action, name, port), .shadow_prefix = name + "_"};
  };
  const AccessFilter refuses{.enforced = rules(Action::deny, "r", 80)};
  const AccessFilter both{.enforced = rules(Action::deny, "r", 80), .shadow = rules(Action::allow, "b", 80)};
  const auto allow80 = watching(Action::allow, "a", 80);
  const auto allow81 = watching(Action::allow, "b", 81);
  const auto deny80 = watching(Action::deny, "c", 80);
  const std::vector<std::pair<std::vector<AccessFilter>, std::string>> cases = {
      {{allow80}, "a_allows a;"},
      {{allow81, deny80}, "b_refuses none;c_refuses c;"},
      {{allow80, allow81, deny80}, "a_allows a;b_refuses none;"},  // there is room for two
      {{refuses, deny80}, ""},                                     // what was refused got no further
      {{both}, "allows b;"},
      {{deny80, refuses}, "c_refuses c;"},
  };
  for (const auto& [filters, expected] : cases) {
    const Authorization authorization{filters};
    EXPECT_EQ(told(authorization.decide(kTo80)), expected);
  }
}

TEST(ExternalAuthorization, ConcernsEverythingUnlessItsRulesNameSomething) {
  EXPECT_TRUE(ExternalAuthorization{}.concerns(kTo80));
  EXPECT_TRUE(ExternalAuthorization{.asked_about = rules(Action::deny, "a", 80)}.concerns(kTo80));
  EXPECT_FALSE(ExternalAuthorization{.asked_about = rules(Action::deny, "a", 81)}.concerns(kTo80));
  EXPECT_FALSE(ExternalAuthorization{.asked_about = AccessRules{}}.concerns(kTo80));
}

TEST(ExternalAuthorization, ShowsTheTokenAlwaysAndOtherFieldsByTheirPatterns) {
  HttpQuestion question;
  EXPECT_TRUE(question.shows("authorization"));
  EXPECT_FALSE(question.shows("cookie"));
  question.shown.patterns = {TextMatch(TextMatch::Kind::exact, "cookie"),
                             TextMatch(TextMatch::Kind::prefix, "X-", Case::ignored)};
  for (const char* name : {"cookie", "x-", "x-user"}) EXPECT_TRUE(question.shows(name)) << name;
  for (const char* name : {"", "cookies", "cooki", "y-x-"}) EXPECT_FALSE(question.shows(name)) << name;
}

}  // namespace
}  // namespace weft::decide
