// What a sidecar tells its own application of why it answered itself, and whom it tells nothing.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\nX-Request-Id: 8d0e41aa-0000\r\n\r\n";

class ErrorReasons : public ProxiedTest {
 protected:
  ErrorReasons() { client_facts_.direction = decide::Direction::outbound; }

  // The value of the field in what the client got; nothing: it is not there.
  std::optional<std::string> told() {
    constexpr std::string_view kName = "x-weft-error: ";
    const std::string response = received();
    const size_t at = response.find(kName);
    if (at == response.npos) return std::nullopt;
    const size_t from = at + kName.size();
    return response.substr(from, response.find("\r\n", from) - from);
  }
};

TEST_F(ErrorReasons, name_the_flag_the_trouble_and_what_to_ask_for) {
  has_endpoint_ = false;
  start();
  send(kGet);
  EXPECT_EQ(told(), "UH no_endpoints; why=8d0e41aa");
}

TEST_F(ErrorReasons, are_the_details_where_there_was_no_attempt) {
  forward().clusters = {{.cluster = decide::ClusterId(7), .weight_up_to = 1}};
  start();
  send(kGet);
  EXPECT_EQ(told(), "NC cluster_not_found; why=8d0e41aa");
}

TEST_F(ErrorReasons, name_an_id_also_where_there_is_no_route_and_the_client_gave_none) {
  table_.hosts[0].routes.clear();
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto reason = told();
  constexpr std::string_view kBegin = "NR route_not_found; why=";
  ASSERT_TRUE(reason && reason->starts_with(kBegin)) << reason.value_or("nothing");
  EXPECT_EQ(reason->size(), kBegin.size() + 8);
}

TEST_F(ErrorReasons, are_not_told_to_clients_of_a_gateway) {
  chain_.trusts_peer_address = true;
  has_endpoint_ = false;
  start();
  send(kGet);
  EXPECT_EQ(told(), std::nullopt);
}

TEST_F(ErrorReasons, are_not_told_to_clients_of_other_pods) {
  client_facts_.direction = decide::Direction::inbound;
  has_endpoint_ = false;
  start();
  send(kGet);
  EXPECT_EQ(told(), std::nullopt);
}

TEST_F(ErrorReasons, say_nothing_of_a_refusal) {
  auto nobody = std::make_shared<decide::Authorization>();
  nobody->filters.push_back({.enforced = decide::AccessRules{.action = decide::AccessRules::Action::allow}});
  chain_.authorization = std::move(nobody);
  start();
  send(kGet);
  EXPECT_EQ(told(), std::nullopt);
  EXPECT_EQ(sink_.status, 403);
}

TEST_F(ErrorReasons, are_told_to_grpc_clients_too) {
  has_endpoint_ = false;
  start();
  send(
      "POST /s/M HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nX-Request-Id: 8d0e41aa\r\nContent-Length: "
      "0\r\n\r\n");
  EXPECT_EQ(told(), "UH no_endpoints; why=8d0e41aa");
}

TEST_F(ErrorReasons, are_no_endpoints_to_give) {
  start();
  send(kGet);
  answer("HTTP/1.1 503 Down\r\nX-Weft-Error: NR no such thing\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(told(), std::nullopt);
}

TEST_F(ErrorReasons, of_an_endpoint_do_not_leave_through_a_gateway) {
  chain_.trusts_peer_address = true;
  start();
  send(kGet);
  answer("HTTP/1.1 200 OK\r\nX-Weft-Error: UF copied\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(told(), std::nullopt);
}

}  // namespace
}  // namespace weft::proxy
