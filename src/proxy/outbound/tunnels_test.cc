// Requests that leave HTTP, through the whole path: upgrades and CONNECT, over either version on either side.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr const char* kConnect = "CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n";
constexpr const char* kUpgrade = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

class Tunnels : public ProxiedTest {
 protected:
  void allow_connect(decide::ConnectMode mode) {
    decide::RouteMatch match;
    match.connect_only = true;
    table_.hosts[0].routes[0].match = match;
    forward().upgrades = {{.name = "connect"}};
    forward().connect = mode;
  }
  bool endpoint_sees_end() {
    char byte;
    return dialer_.endpoints.at(0)->try_read({&byte, 1}).at_end();
  }
};

TEST_F(Tunnels, end_here_where_the_route_says_so) {
  allow_connect(decide::ConnectMode::terminate);
  start();
  send(std::string(kConnect) + "early ");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(asked(), "early ");
  send("bytes");
  EXPECT_EQ(asked(), "bytes");
  answer("answer");
  EXPECT_EQ(received(), "answer");
  dialer_.endpoints[0]->finish_writing();
  turn();
  EXPECT_TRUE(client_is_closed());
  client_->finish_writing();
  turn();
  EXPECT_TRUE(endpoint_sees_end());
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(sink_.flags, "-");
}

TEST_F(Tunnels, go_on_to_the_endpoint_where_the_route_says_no_more) {
  allow_connect(decide::ConnectMode::forward);
  start();
  send(kConnect);
  EXPECT_TRUE(asked().starts_with("CONNECT db:5432 HTTP/1.1\r\nhost: db:5432\r\n"));
  answer("HTTP/1.1 200 OK\r\n\r\nhello");
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\n")) << all;
  EXPECT_EQ(all.find("content-length"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\nhello"));
  send("ping");
  EXPECT_EQ(asked(), "ping");
}

TEST_F(Tunnels, that_an_endpoint_refuses_end_the_clients_connection) {
  allow_connect(decide::ConnectMode::forward);
  start();
  send(std::string(kConnect) + "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  (void)asked();
  answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_TRUE(received().ends_with("connection: close\r\n\r\nno"));
  EXPECT_TRUE(client_is_closed());
  EXPECT_EQ(sink_.exchanges, 1);
}

TEST_F(Tunnels, are_not_found_where_no_route_is_for_connect) {
  start();
  send(kConnect);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 404 "));
  EXPECT_EQ(sink_.flags, "NR");
}

TEST_F(Tunnels, are_forbidden_where_a_route_is_for_connect_but_does_not_allow_it) {
  allow_connect(decide::ConnectMode::forward);
  forward().upgrades.clear();
  start();
  send(kConnect);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 "));
}

TEST_F(Tunnels, to_nobody_are_answered_like_any_request) {
  allow_connect(decide::ConnectMode::terminate);
  dialer_.refuses = true;
  start();
  send(kConnect);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.flags, "UF");
}

TEST_F(Tunnels, may_be_allowed_or_refused_by_the_route_alone) {
  forward().upgrades = {{.name = "websocket"}};
  start();
  send(kUpgrade);
  EXPECT_NE(asked().find("upgrade: websocket\r\n"), std::string::npos);
}

TEST_F(Tunnels, are_refused_by_a_route_that_the_listener_would_allow) {
  chain_.upgrades = {"websocket"};
  forward().upgrades = {{.name = "websocket", .allowed = false}};
  start();
  send(kUpgrade);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 "));
}

// RFC 9110 15.2.2.
TEST_F(Tunnels, that_nobody_asked_for_are_not_opened) {
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  (void)asked();
  answer("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 502 "));
  EXPECT_EQ(sink_.flags, "UPE");
}

}  // namespace
}  // namespace weft::proxy
