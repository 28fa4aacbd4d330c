#include "decide/compile/token_rules.h"

#include <envoy/extensions/filters/http/jwt_authn/v3/config.pb.h>

#include "decide/compile/json_for_test.h"
#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::http::jwt_authn::v3::JwtAuthentication;
using Kind = TokenRequirement::Kind;

// RFC 7517 A.1's EC key.
constexpr const char* kKeys =
    R"('localJwks':{'inlineString':'{\'keys\':[{\'kty\':\'EC\',\'crv\':\'P-256\',\'x\':\'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\',\'y\':\'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\'}]}'})";

Result<std::shared_ptr<const TokenRules>> compiled(const std::string& json) {
  google::protobuf::Any any;
  JwtAuthentication message;
  message.ParseFromString(bytes_of<JwtAuthentication>(json));
  any.PackFrom(message);
  return compile_token_rules(any);
}
// One provider with these fields, which every request must satisfy.
Result<std::shared_ptr<const TokenRules>> with_provider(const std::string& fields) {
  return compiled("{'providers':{'p':{" + fields +
                  "}},'rules':[{'match':{'prefix':'/'},'requires':{'providerName':'p'}}]}");
}
std::string refusal(const Result<std::shared_ptr<const TokenRules>>& rules) {
  return rules ? "none" : rules.error().detail;
}
std::string keys(const std::string& more = "") {
  return std::string(kKeys) + more;
}

TEST(CompileTokenRules, ReadsAProvider) {
  const auto rules = with_provider(keys(
      ",'issuer':'https://i','audiences':['https://api/"
      "'],'forward':true,'fromHeaders':[{'name':'X-Token','valuePrefix':'JWT '}]"
      ",'fromParams':['t'],'fromCookies':['c'],'forwardPayloadHeader':'X-Payload','padForwardPayloadHeader':true"
      ",'claimToHeaders':[{'headerName':'X-Sub','claimName':'sub'},{'headerName':'x-role','claimName':'realm.role'}]"
      ",'requireExpiration':true,'maxLifetime':'60s','clockSkewSeconds':5,'payloadInMetadata':'payload'"
      ",'normalizePayloadInMetadata':{'spaceDelimitedClaims':['scope']}"));
  ASSERT_TRUE(rules) << rules.error().detail;
  const TokenProvider& provider = (*rules)->providers.at(0);
  EXPECT_EQ(provider.issuer, "https://i");
  EXPECT_EQ(provider.audiences, std::vector<std::string>{"api"});
  EXPECT_EQ(provider.headers.at(0).name, "x-token");
  EXPECT_EQ(provider.headers.at(0).prefix, "JWT ");
  EXPECT_EQ(provider.parameters, std::vector<std::string>{"t"});
  EXPECT_EQ(provider.cookies, std::vector<std::string>{"c"});
  EXPECT_TRUE(provider.forwards_token);
  EXPECT_EQ(provider.payload_header, "x-payload");
  EXPECT_TRUE(provider.pads_payload);
  EXPECT_EQ(provider.claim_headers.at(1).claim, (ClaimPath{"realm", "role"}));
  EXPECT_TRUE(provider.needs_expiry);
  EXPECT_EQ(provider.lifetime_max, std::chrono::minutes(1));
  EXPECT_EQ(provider.leeway, std::chrono::seconds(5));
  EXPECT_EQ(provider.space_delimited, std::vector<std::string>{"scope"});
  EXPECT_EQ(provider.keys.keys().size(), 1u);
  EXPECT_EQ((*rules)->reserved_headers, (std::vector<std::string>{"x-payload", "x-role", "x-sub"}));
}

TEST(CompileTokenRules, LooksWhereEveryoneDoesUnlessTold) {
  const auto rules = with_provider(keys());
  ASSERT_TRUE(rules) << rules.error().detail;
  const TokenProvider& provider = (*rules)->providers.at(0);
  EXPECT_EQ(provider.headers.at(0).name, "authorization");
  EXPECT_EQ(provider.headers.at(0).prefix, "Bearer ");
  EXPECT_EQ(provider.parameters, std::vector<std::string>{"access_token"});
  EXPECT_EQ(provider.leeway, std::chrono::seconds(60));
  EXPECT_FALSE(provider.forwards_token);
}

TEST(CompileTokenRules, BelievesNobodyWhereTheKeysAreNoUse) {
  const auto rules = with_provider("'localJwks':{'inlineString':'nonsense'}");
  ASSERT_TRUE(rules) << rules.error().detail;
  EXPECT_TRUE((*rules)->providers.at(0).keys.keys().empty());
}

TEST(CompileTokenRules, ReadsIstiosShape) {
  const auto rules = compiled("{'providers':{'origins-1':{" + keys() + "},'origins-0':{" + keys() +
                              "}},'rules':[{'match':{'prefix':'/'},'requires':{'requiresAny':{'requirements':["
                              "{'providerName':'origins-0'},{'providerName':'origins-1'},{'allowMissing':{}}]}}}],"
                              "'bypassCorsPreflight':true}");
  ASSERT_TRUE(rules) << rules.error().detail;
  EXPECT_TRUE((*rules)->lets_preflights_pass);
  EXPECT_EQ((*rules)->providers.at(0).name, "origins-0");
  const auto* requirement = (*rules)->requirement_for(TestRequest("/x").head());
  ASSERT_NE(requirement, nullptr);
  EXPECT_EQ(requirement->kind, Kind::any);
  EXPECT_EQ(requirement->parts.size(), 2u);
  EXPECT_EQ(requirement->parts.at(1).provider, 1u);
  EXPECT_TRUE(requirement->allows_missing);
  EXPECT_FALSE(requirement->allows_failed);
}

TEST(CompileTokenRules, ReadsRequirementsByNameAndByThemselves) {
  const std::string provider = "'providers':{'p':{" + keys() + "}},";
  const auto named = compiled("{" + provider +
                              "'requirementMap':{'r':{'providerAndAudiences':{'providerName':'p',"
                              "'audiences':['x/']}}},'rules':[{'match':{'prefix':'/'},'requirementName':'r'},"
                              "{'match':{'prefix':'/'},'requirementName':'r'}]}");
  ASSERT_TRUE(named) << named.error().detail;
  EXPECT_EQ((*named)->rules.at(1).requirement->audiences, std::vector<std::string>{"x"});
  const auto alone =
      compiled("{" + provider +
               "'rules':[{'match':{'prefix':'/'},'requires':{'allowMissingOrFailed':{}}},{'match':{'prefix':'/'}}]}");
  ASSERT_TRUE(alone) << alone.error().detail;
  EXPECT_EQ((*alone)->rules.at(0).requirement->parts.size(), 1u);
  EXPECT_TRUE((*alone)->rules.at(0).requirement->allows_failed);
  EXPECT_FALSE((*alone)->rules.at(1).requirement);
}

TEST(CompileTokenRules, RefusesWhatItCannotDo) {
  EXPECT_EQ(refusal(with_provider("'remoteJwks':{'httpUri':{'uri':'https://x'}}")),
            "provider 'p': remote_jwks: the control plane fetches keys and sends them inline");
  EXPECT_EQ(refusal(with_provider("'localJwks':{'filename':'/etc/passwd'}")),
            "provider 'p': local_jwks other than inline");
  EXPECT_EQ(refusal(with_provider(keys(",'headerInMetadata':'h'"))), "provider 'p': header_in_metadata");
  EXPECT_EQ(refusal(with_provider(keys(",'failedStatusInMetadata':'h'"))), "provider 'p': failed_status_in_metadata");
  EXPECT_EQ(refusal(with_provider(keys(",'claimToHeaders':[{'headerName':'Content-Length','claimName':'x'}]"))),
            "provider 'p': header 'content-length' frames the message and cannot be edited");
  EXPECT_EQ(refusal(compiled("{'filterStateRules':{'name':'x'}}")), "filter_state_rules");
  EXPECT_EQ(refusal(compiled("{'rules':[{'match':{'prefix':'/'},'requires':{'providerName':'q'}}]}")),
            "a requirement names no provider: 'q'");
  EXPECT_EQ(refusal(compiled("{'rules':[{'match':{'prefix':'/'},'requirementName':'q'}]}")),
            "no requirement is named 'q'");
}

TEST(CompileTokenRules, ADigestIsOfAllThatAProviderSays) {
  const auto digest = [](const std::string& more) { return (*with_provider(keys(more)))->providers.at(0).digest; };
  EXPECT_EQ(digest(""), digest(""));
  EXPECT_NE(digest(""), digest(",'issuer':'x'"));
  EXPECT_NE(digest(",'audiences':['a']"), digest(",'audiences':['b']"));
}

}  // namespace
}  // namespace weft::decide
