#include "decide/routing/hash_policy.h"

#include <gtest/gtest.h>

#include "base/xx_hash.h"
#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

const IpAddress kClient = *IpAddress::parse("10.0.0.1");

std::optional<uint64_t> hash_by(const HashPolicy& policy, const TestRequest& request,
                                const IpAddress& client = kClient) {
  return hash_of({&policy, 1}, request.head(), {.address = client});
}

TEST(HashPolicy, of_a_header_depends_on_its_value_alone) {
  const HashPolicy by_user{HashHeader{"x-user"}};
  const auto ann = hash_by(by_user, TestRequest("/").header("x-user", "ann"));
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann, hash_by(by_user, TestRequest("/other").header("x-user", "ann").header("x", "y")));
  EXPECT_NE(ann, hash_by(by_user, TestRequest("/").header("x-user", "bob")));
  EXPECT_FALSE(hash_by(by_user, TestRequest("/")));
}

TEST(HashPolicy, is_the_same_in_every_process_and_release) {
  const HashPolicy by_user{HashHeader{"x-user"}};
  EXPECT_EQ(hash_by(by_user, TestRequest("/").header("x-user", "ann")), xx_hash("ann"));
}

TEST(HashPolicy, finds_its_cookie_among_others) {
  const HashPolicy by_cookie{HashCookie{.name = "id"}};
  const auto alone = hash_by(by_cookie, TestRequest("/").header("cookie", "id=7"));
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone, hash_by(by_cookie, TestRequest("/").header("cookie", "xid=1; id=7; id=8")));
  EXPECT_EQ(alone, hash_by(by_cookie, TestRequest("/").header("cookie", "a=b").header("cookie", "id=7")));
  EXPECT_FALSE(hash_by(by_cookie, TestRequest("/").header("cookie", "id=")));
  EXPECT_FALSE(hash_by(by_cookie, TestRequest("/").header("cookie", "xid=1;id")));
  EXPECT_FALSE(hash_by(by_cookie, TestRequest("/")));
}

TEST(HashPolicy, takes_the_cookie_that_is_about_to_be_issued_for_one_the_client_sent) {
  const HashPolicy issuing{HashCookie{.name = "id", .lifetime = Duration::zero()}};
  const auto sent = hash_by(issuing, TestRequest("/").header("cookie", "id=7"));
  const TestRequest bare("/");
  EXPECT_EQ(hash_of({&issuing, 1}, bare.head(), {.address = kClient, .issued_cookie = "7"}), sent);
  const HashPolicy reading{HashCookie{.name = "id"}};
  EXPECT_FALSE(hash_of({&reading, 1}, bare.head(), {.address = kClient, .issued_cookie = "7"}));
}

TEST(HashPolicy, issues_a_cookie_with_a_lifetime_to_clients_that_have_none) {
  const std::array<HashPolicy, 2> policies = {
      {{HashCookie{.name = "read"}}, {HashCookie{.name = "id", .lifetime = Duration::zero()}}}};
  const HashCookie* issued = cookie_to_issue(policies, TestRequest("/").header("cookie", "other=1").head());
  ASSERT_NE(issued, nullptr);
  EXPECT_EQ(issued->name, "id");
  EXPECT_EQ(cookie_to_issue(policies, TestRequest("/").header("cookie", "id=1").head()), nullptr);
}

TEST(HashPolicy, of_a_query_parameter_takes_the_first_of_that_name) {
  const HashPolicy by_parameter{HashQueryParameter{"id"}};
  const auto seven = hash_by(by_parameter, TestRequest("/?id=7"));
  ASSERT_TRUE(seven);
  EXPECT_EQ(seven, hash_by(by_parameter, TestRequest("/?x=1&id=7&id=8")));
  EXPECT_FALSE(hash_by(by_parameter, TestRequest("/?id")));
  EXPECT_FALSE(hash_by(by_parameter, TestRequest("/")));
}

TEST(HashPolicy, of_the_client_looks_at_its_address) {
  const HashPolicy by_client{HashSourceIp{}};
  const auto first = hash_by(by_client, TestRequest("/"));
  EXPECT_EQ(first, hash_by(by_client, TestRequest("/x")));
  EXPECT_NE(first, hash_by(by_client, TestRequest("/"), *IpAddress::parse("10.0.0.2")));
}

TEST(HashPolicy, several_are_combined_unless_a_terminal_one_has_spoken) {
  std::array<HashPolicy, 2> both = {{{HashHeader{"x-user"}}, {HashSourceIp{}}}};
  const auto request = TestRequest("/").header("x-user", "ann");
  const auto user = hash_by(both[0], request);
  const auto combined = hash_of(both, request.head(), {.address = kClient});
  EXPECT_NE(combined, user);
  EXPECT_NE(combined, hash_by(both[1], request));
  both[0].terminal = true;
  EXPECT_EQ(hash_of(both, request.head(), {.address = kClient}), user);
  EXPECT_EQ(hash_of(both, TestRequest("/").head(), {.address = kClient}), hash_by(both[1], TestRequest("/")));
}

}  // namespace
}  // namespace weft::decide
