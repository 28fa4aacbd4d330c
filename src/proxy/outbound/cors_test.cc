// The CORS protocol, through the whole path in memory.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr const char* kPreflight =
    "OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://page\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
constexpr const char* kStrangersPreflight =
    "OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://bad\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
constexpr const char* kEmptyOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

class CrossOrigin : public ProxiedTest {
 protected:
  CrossOrigin() {
    cors() = decide::CorsPolicy{.origins = {decide::TextMatch(decide::TextMatch::Kind::exact, "https://page")},
                                .methods = "GET,PUT",
                                .headers = "x-a,x-b",
                                .exposed_headers = "x-seen",
                                .age_max = "60",
                                .allows_credentials = true};
  }
  std::optional<decide::CorsPolicy>& cors() { return table_.hosts[0].routes[0].cors; }
  static bool has(const std::string& message, const std::string& line) {
    return message.find("\r\n" + line + "\r\n") != std::string::npos;
  }
};

TEST_F(CrossOrigin, preflights_are_answered_with_all_that_is_allowed) {
  start();
  send(kPreflight);
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 ")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-origin: https://page")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-credentials: true")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-methods: GET,PUT")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-headers: x-a,x-b")) << all;
  EXPECT_TRUE(has(all, "access-control-max-age: 60")) << all;
  EXPECT_EQ(dialer_.dials, 0);
  EXPECT_EQ(sink_.details, "cors_response");
  EXPECT_EQ(sink_.flags, "-");
}

TEST_F(CrossOrigin, simple_requests_go_on_and_their_responses_may_be_read) {
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nOrigin: https://page\r\n\r\n");
  ASSERT_EQ(dialer_.dials, 1);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: https://other\r\n\r\n");
  const std::string all = received();
  EXPECT_TRUE(has(all, "access-control-allow-origin: https://page")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-credentials: true")) << all;
  EXPECT_TRUE(has(all, "access-control-expose-headers: x-seen")) << all;
  EXPECT_EQ(all.find("https://other"), std::string::npos) << all;
  EXPECT_EQ(all.find("allow-methods"), std::string::npos) << all;
}

TEST_F(CrossOrigin, requests_of_other_origins_go_on_without_permission) {
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nOrigin: https://bad\r\n\r\n");
  answer(kEmptyOk);
  EXPECT_EQ(received().find("access-control"), std::string::npos);
  send(kStrangersPreflight);
  EXPECT_TRUE(asked().find("OPTIONS /a") != std::string::npos);
}

TEST_F(CrossOrigin, preflights_of_other_origins_end_here_where_that_is_wanted) {
  cors()->forwards_unmatched_preflights = false;
  start();
  send(kStrangersPreflight);
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 ")) << all;
  EXPECT_EQ(all.find("access-control"), std::string::npos) << all;
  EXPECT_EQ(dialer_.dials, 0);
}

TEST_F(CrossOrigin, options_that_are_no_preflight_go_on) {
  start();
  send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://page\r\n\r\n");
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(CrossOrigin, requests_without_origin_are_none_of_its_business) {
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  answer(kEmptyOk);
  EXPECT_EQ(received().find("access-control"), std::string::npos);
}

TEST_F(CrossOrigin, permission_does_not_outlive_its_request) {
  start();
  send(kPreflight);
  EXPECT_NE(received().find("access-control-allow-origin"), std::string::npos);
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(dialer_.dials, 1);
  answer(kEmptyOk);
  EXPECT_EQ(received().find("access-control"), std::string::npos);
}

TEST_F(CrossOrigin, a_policy_that_is_switched_off_does_nothing) {
  cors()->enabled = {0, 100};
  start();
  send(kPreflight);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(CrossOrigin, pages_may_read_responses_that_the_proxy_made) {
  dialer_.refuses = true;
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nOrigin: https://page\r\n\r\n");
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 503 ")) << all;
  EXPECT_TRUE(has(all, "access-control-allow-origin: https://page")) << all;
}

TEST_F(CrossOrigin, a_preflight_names_a_method) {
  start();
  send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: https://page\r\nAccess-Control-Request-Method:\r\n\r\n");
  EXPECT_EQ(dialer_.dials, 1);
}

// An origin is compared as a whole, by its letters: a page may choose all of its host but the end that it owns.
TEST_F(CrossOrigin, origins_are_those_that_an_expression_covers_as_a_whole) {
  cors()->origins = {decide::TextMatch(*decide::Regex::compile(R"(https://[a-z]+\.shop\.test)"))};
  const std::pair<const char*, bool> origins[] = {
      {"https://a.shop.test", true},   {"https://A.shop.test", false}, {"https://a.shop.test.evil", false},
      {"https://a.shopxtest", false},  {"http://a.shop.test", false},  {"null", false},
      {"xhttps://a.shop.test", false}, {"https://.shop.test", false},  {"https://a.shop.test:443", false},
  };
  start();
  for (const auto& [origin, is_allowed] : origins) {
    send("GET /a HTTP/1.1\r\nHost: h\r\nOrigin: " + std::string(origin) + "\r\n\r\n");
    answer(kEmptyOk);
    EXPECT_EQ(has(received(), "access-control-allow-origin: " + std::string(origin)), is_allowed) << origin;
  }
}

// Fetch: with credentials "*" allows nobody, so the origin itself is told also where all are allowed.
TEST_F(CrossOrigin, what_allows_everybody_names_the_origin) {
  cors()->origins = {decide::TextMatch(decide::TextMatch::Kind::exact, "*")};
  cors()->allows_credentials = false;
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nOrigin: null\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n");
  const std::string all = received();
  EXPECT_TRUE(has(all, "access-control-allow-origin: null")) << all;
  EXPECT_EQ(all.find("allow-origin: *"), std::string::npos) << all;
  EXPECT_EQ(all.find("allow-credentials"), std::string::npos) << all;
}

}  // namespace
}  // namespace weft::proxy
