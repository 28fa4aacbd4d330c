// The cookie that clients are given so that they find their endpoint again, through the whole path in memory.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

class Affinities : public ProxiedTest {
 protected:
  Affinities() {
    forward().hash_policies = {
        {decide::HashCookie{.name = "home", .lifetime = std::chrono::seconds(60), .attributes = "; Max-Age=60"}}};
  }
};

TEST_F(Affinities, a_client_without_the_cookie_is_given_one_that_the_endpoint_does_not_see) {
  start();
  send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(asked().find("home="), std::string::npos);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const std::string all = received();
  const size_t at = all.find("set-cookie: home=");
  ASSERT_NE(at, std::string::npos) << all;
  EXPECT_EQ(all.substr(at + 17 + 16, 14), "; Max-Age=60\r\n") << all;
}

TEST_F(Affinities, a_client_that_has_the_cookie_gets_no_other) {
  start();
  send("GET / HTTP/1.1\r\nHost: h\r\nCookie: a=b; home=7\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(received().find("set-cookie"), std::string::npos);
}

TEST_F(Affinities, a_cookie_without_a_lifetime_is_never_issued) {
  std::get<decide::HashCookie>(forward().hash_policies[0].source).lifetime.reset();
  start();
  send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(received().find("set-cookie"), std::string::npos);
}

}  // namespace
}  // namespace weft::proxy
