// What two of our proxies tell each other of answers that are not the application's.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kMark = "x-weft-not-delivered: 1\r\n";

class Deliveries : public ProxiedTest {
 protected:
  // As a server's sidecar, or a client's.
  void ask_as(decide::Direction direction) {
    client_facts_.direction = direction;
    start();
    send(kGet);
  }
  void allow_nobody() {
    auto nobody = std::make_shared<decide::Authorization>();
    nobody->filters.push_back({.enforced = decide::AccessRules{.action = decide::AccessRules::Action::allow}});
    chain_.authorization = std::move(nobody);
  }
};

TEST_F(Deliveries, that_a_policy_refused_are_marked) {
  allow_nobody();
  ask_as(decide::Direction::inbound);
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 403")) << response;
  EXPECT_TRUE(response.contains(kMark)) << response;
}

TEST_F(Deliveries, that_reached_nobody_are_marked) {
  dialer_.refuses = true;
  ask_as(decide::Direction::inbound);
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 503")) << response;
  EXPECT_TRUE(response.contains(kMark)) << response;
}

TEST_F(Deliveries, are_not_for_applications_to_deny) {
  ask_as(decide::Direction::inbound);
  answer("HTTP/1.1 403 Forbidden\r\nX-Weft-Not-Delivered: 1\r\nContent-Length: 0\r\n\r\n");
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 403")) << response;
  EXPECT_FALSE(response.contains(kMark)) << response;
}

TEST_F(Deliveries, are_nothing_that_a_pods_own_application_is_told_of) {
  allow_nobody();
  ask_as(decide::Direction::outbound);
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 403")) << response;
  EXPECT_FALSE(response.contains(kMark)) << response;
}

}  // namespace
}  // namespace weft::proxy
