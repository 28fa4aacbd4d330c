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

// The cookie of a response to a request of a new client at this address, with this Cookie field.
class IssuedCookies : public Affinities {
 protected:
  std::string issued_to(const char* address, const std::string& cookie = "") {
    client_facts_.address = {*decide::IpAddress::parse(address), 1};
    dialer_.endpoints.clear();
    start();
    return ask(cookie);
  }
  std::string ask(const std::string& cookie = "") {
    send("GET / HTTP/1.1\r\nHost: h\r\n" + (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n");
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const std::string all = received();
    const size_t at = all.find("set-cookie: home=");
    return at == std::string::npos ? "none" : all.substr(at + 17, 16);
  }
};

TEST_F(IssuedCookies, are_the_same_for_one_connection_and_others_for_another) {
  const std::string first = issued_to("10.0.0.1");
  EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos) << first;
  EXPECT_EQ(ask(), first);
  EXPECT_EQ(issued_to("10.0.0.1"), first);
  EXPECT_NE(issued_to("10.0.0.2"), first);
}

TEST_F(IssuedCookies, are_for_those_that_lack_exactly_this_one) {
  for (const char* has_it : {"home=1", "a=b; home=1", "a=b;home=1", "home=1; home=2"})
    EXPECT_EQ(issued_to("10.0.0.1", has_it), "none") << has_it;
  for (const char* lacks_it : {"Home=1", "xhome=1", "homes=1", "a=home=1", "home"})
    EXPECT_EQ(issued_to("10.0.0.1", lacks_it).size(), 16u) << lacks_it;
}

}  // namespace
}  // namespace weft::proxy
