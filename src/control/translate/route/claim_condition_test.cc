#include "control/translate/route/claim_condition.h"

#include <gtest/gtest.h>

namespace weft::control::translate {
namespace {

using Path = std::vector<std::string>;

TEST(ClaimCondition, ReadsBothSpellings) {
  EXPECT_EQ(routing_claim("@request.auth.claims.sub"), Path{"sub"});
  EXPECT_EQ(routing_claim("@request.auth.claims.realm.role"), (Path{"realm", "role"}));
  EXPECT_EQ(routing_claim("@request.auth.claims[realm][role]"), (Path{"realm", "role"}));
  EXPECT_EQ(routing_claim("@request.auth.claims[https://a.com/x.y]"), Path{"https://a.com/x.y"});
  EXPECT_EQ(routing_claim("@Request.Auth.Claims.Sub"), Path{"Sub"});
}

TEST(ClaimCondition, EverythingElseIsAHeader) {
  for (const char* name : {"x", "@request.auth.claims", "@request.auth.claims.", "@request.auth.claims[",
                           "@request.auth.claims[]", "@request.auth.claims[a", "@request.auth.claims[a]b",
                           "@request.auth.claimsx", "@request.auth.principal", "request.auth.claims.a"})
    EXPECT_FALSE(routing_claim(name)) << name;
}

TEST(ClaimCondition, IsMetByATextOrByOneOfAList) {
  const auto matcher = claim_condition({"groups"}, {.exact = "staff"});
  EXPECT_EQ(matcher.filter(), "envoy.filters.http.jwt_authn");
  EXPECT_EQ(matcher.path(0).key() + "/" + matcher.path(1).key(), "payload/groups");
  ASSERT_EQ(matcher.value().or_match().value_matchers_size(), 2);
  EXPECT_EQ(matcher.value().or_match().value_matchers(0).list_match().one_of().string_match().exact(), "staff");
  EXPECT_EQ(matcher.value().or_match().value_matchers(1).string_match().exact(), "staff");
  EXPECT_TRUE(claim_condition({"sub"}, {}).value().present_match());
}

}  // namespace
}  // namespace weft::control::translate
