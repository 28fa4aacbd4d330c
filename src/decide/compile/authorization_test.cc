// RBAC of the wire: what is taken, what it decides, and what is refused instead of being passed over.
#include "decide/compile/authorization.h"

#include <envoy/config/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <gtest/gtest.h>

#include "decide/compile/json_for_test.h"
#include "jose/base64url.h"

namespace weft::decide {
namespace {

using envoy::config::rbac::v3::RBAC;

template <class Message>
Message from_json(const std::string& json) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>(json)));
  return message;
}

Result<AccessRules> compile_rules_of(const std::string& permission, const std::string& principal = R"("any":true)") {
  return compile_access_rules(from_json<RBAC>(R"({"policies":{"p":{"permissions":[{)" + permission +
                                              R"(}],"principals":[{)" + principal + "}]}}}"));
}

const std::string kAny = R"("any":true)";

std::string why_not(const std::string& permission, const std::string& principal = kAny) {
  const auto rules = compile_rules_of(permission, principal);
  return rules ? "taken" : rules.error().detail;
}

bool holds(const std::string& permission, const std::string& principal, const Access& access) {
  const auto rules = compile_rules_of(permission, principal);
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().detail);
  return rules && rules->match(access) != nullptr;
}

TEST(CompileAuthorization, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(why_not(R"("matcher":{"name":"x"})"), "policy 'p': a permission of a kind that is not known");
  EXPECT_EQ(why_not(""), "policy 'p': a permission of a kind that is not known");
  EXPECT_EQ(why_not(kAny, R"("filter_state":{"key":"k","string_match":{"exact":"v"}})"),
            "policy 'p': a principal of a kind that is not known");
  EXPECT_EQ(why_not(kAny, ""), "policy 'p': a principal of a kind that is not known");
  EXPECT_EQ(why_not(R"("any":false)"), "policy 'p': any: false");
  EXPECT_EQ(why_not(R"("and_rules":{})"), "policy 'p': a set without conditions");
  EXPECT_EQ(why_not(kAny, R"("or_ids":{})"), "policy 'p': a set without conditions");
  EXPECT_EQ(why_not(R"("destination_port_range":{"start":9,"end":9})"), "policy 'p': a range of ports");
  EXPECT_EQ(why_not(R"("metadata":{"filter":"envoy.filters.http.ext_authz","path":[{"key":"a"}],)"
                    R"("value":{"present_match":true}})"),
            "policy 'p': a condition on metadata of 'envoy.filters.http.ext_authz'");
  EXPECT_EQ(why_not(R"("metadata":{"filter":"x","path":[{"key":"a"}],"value":{}})"),
            "policy 'p': a value matcher of a kind that is not known");
  EXPECT_EQ(why_not(R"("metadata":{"filter":"x","value":{"present_match":true}})"),
            "policy 'p': a condition on metadata without a path");
}

TEST(CompileAuthorization, RefusesPoliciesThatNameNobodyOrNothing) {
  const auto refusal = [](const char* json) { return compile_access_rules(from_json<RBAC>(json)).error().detail; };
  EXPECT_EQ(refusal(R"({"policies":{"p":{"permissions":[{"any":true}]}}})"),
            "policy 'p': a policy without permissions or principals");
  EXPECT_EQ(refusal(R"({"policies":{"p":{"permissions":[{"any":true}],"principals":[{"any":true}],"condition":{}}}})"),
            "policy 'p': a condition in CEL");
  EXPECT_EQ(refusal(R"({"audit_logging_options":{}})"), "audit loggers of RBAC");
}

TEST(CompileAuthorization, RefusesMatchersInTheFilter) {
  google::protobuf::Any any;
  any.PackFrom(from_json<envoy::extensions::filters::http::rbac::v3::RBAC>(R"({"matcher":{}})"));
  Authorization authorization;
  EXPECT_EQ(append_http_authorization(any, authorization).error().detail, "matchers of RBAC");
  EXPECT_FALSE(append_tcp_authorization(any, authorization));  // HTTP's is not TCP's
}

TEST(CompileAuthorization, AFilterWithoutRulesGuardsNothing) {
  google::protobuf::Any any;
  any.PackFrom(envoy::extensions::filters::http::rbac::v3::RBAC());
  Authorization authorization;
  ASSERT_TRUE(append_http_authorization(any, authorization));
  EXPECT_TRUE(authorization.filters.empty());
}

TEST(CompileAuthorization, AllowWithoutPoliciesAllowsNothingAndDenyRefusesNothing) {
  const Access access;
  const auto allow = compile_access_rules(from_json<RBAC>("{}"));
  EXPECT_FALSE(allow->lets_pass(allow->match(access)));
  const auto deny = compile_access_rules(from_json<RBAC>(R"({"action":"DENY"})"));
  EXPECT_TRUE(deny->lets_pass(deny->match(access)));
}

TEST(CompileAuthorization, APeerIsNamedByItsUriElseByDnsElseByItsSubject) {
  const std::string named = R"("authenticated":{"principal_name":{"exact":"a"}})";
  const Peer by_uri{.uri = "a", .dns_names = {"b"}, .subject = "c"};
  const Peer other_uri{.uri = "x", .dns_names = {"a"}, .subject = "a"};
  const Peer by_dns{.dns_names = {"x", "a"}, .subject = "c"};
  const Peer by_subject{.subject = "a"};
  EXPECT_TRUE(holds(kAny, named, {.peer = &by_uri}));
  EXPECT_FALSE(holds(kAny, named, {.peer = &other_uri}));
  EXPECT_TRUE(holds(kAny, named, {.peer = &by_dns}));
  EXPECT_TRUE(holds(kAny, named, {.peer = &by_subject}));
  EXPECT_FALSE(holds(kAny, named, {}));
  EXPECT_TRUE(holds(kAny, R"("authenticated":{})", {.peer = &by_dns}));
  EXPECT_FALSE(holds(kAny, R"("authenticated":{})", {}));
}

TEST(CompileAuthorization, PortsOfARangeEndBeforeItsEnd) {
  const std::string range = R"("destination_port_range":{"start":80,"end":82})";
  EXPECT_FALSE(holds(range, kAny, {.destination = {.port = 79}}));
  EXPECT_TRUE(holds(range, kAny, {.destination = {.port = 81}}));
  EXPECT_FALSE(holds(range, kAny, {.destination = {.port = 82}}));
}

TEST(CompileAuthorization, ClaimsByAllKindsOfValues) {
  const std::string payload = R"({"t":true,"n":7,"z":null,"s":"x","l":["a",7]})";
  const std::string text = jose::base64url(R"({"alg":"RS256"})") + "." + jose::base64url(payload) + ".c2ln";
  const Claims claims(*jose::Token::parse(text), {});
  const auto claim_is = [&](const std::string& name, const std::string& value, bool inverted = false) {
    const std::string matcher = R"("metadata":{"filter":"envoy.filters.http.jwt_authn","path":[{"key":"payload"},)"
                                R"({"key":")" +
                                name + R"("}],"value":{)" + value + R"(},"invert":)" + (inverted ? "true}" : "false}");
    return holds(kAny, matcher, {.claims = &claims});
  };
  EXPECT_TRUE(claim_is("t", R"("bool_match":true)"));
  EXPECT_FALSE(claim_is("t", R"("bool_match":false)"));
  EXPECT_TRUE(claim_is("n", R"("double_match":{"exact":7})"));
  EXPECT_TRUE(claim_is("n", R"("double_match":{"range":{"start":7,"end":8}})"));
  EXPECT_FALSE(claim_is("n", R"("double_match":{"range":{"start":6,"end":7}})"));
  EXPECT_TRUE(claim_is("z", R"("null_match":{})"));
  EXPECT_FALSE(claim_is("s", R"("null_match":{})"));
  EXPECT_TRUE(claim_is("s", R"("present_match":true)"));
  EXPECT_TRUE(claim_is("none", R"("present_match":false)"));
  EXPECT_FALSE(claim_is("none", R"("string_match":{"exact":"x"})"));
  EXPECT_TRUE(claim_is("none", R"("string_match":{"exact":"x"})", true));
  EXPECT_TRUE(claim_is("l", R"("list_match":{"one_of":{"double_match":{"exact":7}}})"));
  EXPECT_FALSE(claim_is("s", R"("list_match":{"one_of":{"string_match":{"exact":"x"}}})"));
}

TEST(CompileAuthorization, ALineOfALogKeepsItsWords) {
  const auto rules = compile_access_rules(
      from_json<RBAC>(R"({"policies":{"a b\nc":{"permissions":[{"any":true}],"principals":[{"any":true}]}}})"));
  EXPECT_EQ(rules->policies[0].denial, "rbac_access_denied_matched_policy[a_b_c]");
}

}  // namespace
}  // namespace weft::decide
