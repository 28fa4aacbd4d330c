// What a route makes of a request's and a response's fields, its path and its host, through the whole path in memory.
#include <array>

#include <stdlib.h>
#include <unistd.h>

#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using Kind = decide::HeaderEdit::Kind;

class RouteEditing : public ProxiedTest {
 protected:
  decide::Route& route() { return table_.hosts[0].routes[0]; }
  static decide::HeaderEdit edit(Kind kind, const std::string& name, const std::string& value,
                                 bool keep_empty = false) {
    return {.kind = kind, .name = name, .value = *decide::HeaderText::parse(value), .keep_empty = keep_empty};
  }
  // What the endpoint gets of a new client's request.
  std::string forwarded(const std::string& fields, const std::string& path = "/a") {
    dialer_.endpoints.clear();
    start();
    send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    return asked();
  }
  static std::string line(const std::string& name, std::string_view head) {
    std::string all;
    for (size_t at = head.find("\r\n" + name + ":"); at != head.npos; at = head.find("\r\n" + name + ":", at + 1))
      all += std::string(head.substr(at + 2, head.find("\r\n", at + 2) - at - 2)) + ";";
    return all;
  }
};

TEST_F(RouteEditing, operators_stand_for_what_is_known_of_the_request) {
  decide::Peer peer{.uri = "spiffe://td/ns/a/sa/b", .dns_names = {"a", "b"}, .subject = "CN=a", .serial = "0f"};
  client_facts_.address = {*decide::IpAddress::parse("192.0.2.1"), 1234};
  client_facts_.destination = {*decide::IpAddress::parse("10.0.0.1"), 80};
  client_facts_.server_name = "sni";
  client_facts_.peer = &peer;
  route().name = "first";
  ASSERT_EQ(setenv("WEFT_TEST_VARIABLE", "set", 1), 0);
  std::array<char, 256> host{};
  ASSERT_EQ(gethostname(host.data(), host.size()), 0);
  for (const auto& [value, expected] : std::initializer_list<std::pair<const char*, std::string>>{
           {"%HOSTNAME%", host.data()},
           {"%ENVIRONMENT(WEFT_TEST_VARIABLE)%", "set"},
           {"%ENVIRONMENT(WEFT_TEST_NO_VARIABLE)%", "-"},
           {"%REQ(x-none?:method)%", "GET"},
           {"%REQ(:path):2%", "/a"},
           {"%REQ_WITHOUT_QUERY(:path)%", "/a/b"},
           {"%PROTOCOL%", "HTTP/1.1"},
           {"%ROUTE_NAME%", "first"},
           {"%REQUESTED_SERVER_NAME%", "sni"},
           {"%DOWNSTREAM_REMOTE_ADDRESS%", "192.0.2.1:1234"},
           {"%DOWNSTREAM_REMOTE_PORT%", "1234"},
           {"%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%", "192.0.2.1"},
           {"%DOWNSTREAM_LOCAL_ADDRESS%", "10.0.0.1:80"},
           {"%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%", "10.0.0.1"},
           {"%DOWNSTREAM_LOCAL_PORT%", "80"},
           {"%DOWNSTREAM_PEER_URI_SAN%", "spiffe://td/ns/a/sa/b"},
           {"%DOWNSTREAM_PEER_DNS_SAN%", "a,b"},
           {"%DOWNSTREAM_PEER_SUBJECT%", "CN=a"},
           {"%DOWNSTREAM_PEER_SERIAL%", "0f"},
           {"a%DURATION%b", "ab"},
       }) {
    route().request_edits = {edit(Kind::set, "x", value)};
    EXPECT_EQ(line("x", forwarded("", "/a/b?c")), "x: " + expected + ";") << value;
  }
  route().request_edits = {edit(Kind::set, "x", "%STREAM_ID%")};
  const std::string head = forwarded("x-request-id: id\r\n");
  EXPECT_EQ(line("x", head), "x: id;");
}

TEST_F(RouteEditing, a_field_is_changed_as_the_kind_of_edit_says) {
  const std::string none, one = "x: a\r\n", two = "x: a\r\nx: b\r\n";
  struct Case {
    Kind kind;
    const char* value;
    const std::string* came;
    const char* expected;
  };
  for (const auto& [kind, value, came, expected] : std::initializer_list<Case>{
           {Kind::set, "n", &none, "x: n;"},
           {Kind::set, "n", &two, "x: n;"},
           {Kind::set, "", &one, "x: a;"},
           {Kind::append, "n", &none, "x: n;"},
           {Kind::append, "n", &two, "x: a;x: b;x: n;"},
           {Kind::add_if_absent, "n", &none, "x: n;"},
           {Kind::add_if_absent, "n", &one, "x: a;"},
           {Kind::set_if_present, "n", &none, ""},
           {Kind::set_if_present, "n", &two, "x: n;"},
           {Kind::remove, "", &two, ""},
           {Kind::remove, "", &none, ""},
           {Kind::set, "%REQ(x-none)%", &one, "x: a;"},  // what is empty is not written
           {Kind::set, "%REQ(x)%%REQ(:path)%", &one, "x: a/a;"},
           {Kind::set, "%REQ(X)%", &two, "x: a;"},
       }) {
    route().request_edits = {edit(kind, "x", value)};
    EXPECT_EQ(line("x", forwarded(*came)), expected) << static_cast<int>(kind) << " '" << value << "' to " << *came;
  }
  route().request_edits = {edit(Kind::set, "x", "", true)};
  EXPECT_EQ(line("x", forwarded(one)), "x: ;");
}

TEST_F(RouteEditing, the_host_is_edited_where_it_stands) {
  const auto host = [&](Kind kind, const std::string& value) {
    route().request_edits = {edit(kind, "host", value)};
    const auto head = forwarded("");
    return line("host", head) + line("Host", head);
  };
  EXPECT_EQ(host(Kind::set, "n"), "host: n;");
  EXPECT_EQ(host(Kind::set_if_present, "n"), "host: n;");
  EXPECT_EQ(host(Kind::add_if_absent, "n"), "host: h;") << "there is always one";
  EXPECT_EQ(host(Kind::set, ""), "host: h;");
  EXPECT_EQ(host(Kind::set, "%REQ(:authority)%.x"), "host: h.x;");
}

TEST_F(RouteEditing, of_two_edits_the_later_sees_what_the_earlier_did) {
  route().request_edits = {edit(Kind::set, "x", "1"), edit(Kind::set, "y", "%REQ(x)%2"), edit(Kind::remove, "x", "")};
  const auto head = forwarded("");
  EXPECT_EQ(line("x", head) + line("y", head), "y: 12;");
}

TEST_F(RouteEditing, those_of_the_destination_come_last) {
  route().request_edits = {edit(Kind::set, "x", "route")};
  forward().clusters[0].request_edits = {edit(Kind::append, "x", "cluster")};
  EXPECT_EQ(line("x", forwarded("")), "x: route;x: cluster;");
}

TEST_F(RouteEditing, responses_know_their_status_and_where_they_came_from) {
  route().response_edits = {edit(Kind::set, "x", "%RESPONSE_CODE% %ROUTE_NAME% %UPSTREAM_CLUSTER% %PROTOCOL%"),
                            edit(Kind::set, "y", "%UPSTREAM_HOST% %RESP(x)% %REQ(x-a)%"),
                            edit(Kind::remove, "x-secret", "")};
  (void)forwarded("x-a: b\r\n");
  answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\nX-Secret: s\r\n\r\n");
  const std::string all = received();
  EXPECT_EQ(line("x", all), "x: 404 all up HTTP/1.1;");
  EXPECT_EQ(line("y", all), "y: 10.0.0.1:80 404 all up HTTP/1.1 b;");
  EXPECT_EQ(line("x-secret", all), "");
}

TEST_F(RouteEditing, answers_of_the_proxy_are_edited_too) {
  route().response_edits = {edit(Kind::set, "x", "%RESPONSE_CODE%%UPSTREAM_HOST%")};
  route().action = decide::DirectResponse{.status = 418};
  start();
  send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(line("x", received()), "x: 418;");
}

TEST_F(RouteEditing, a_rewritten_path_keeps_its_query_and_tells_what_it_was) {
  route().match.path = {decide::PathMatch::Kind::prefix, decide::TextMatch(decide::TextMatch::Kind::prefix, "/api")};
  forward().path_rewrite = {decide::PathRewrite::Kind::replace_matched, "/v2", {}};
  const auto head = forwarded("x-envoy-original-path: /forged\r\n", "/api/x?q=/api");
  EXPECT_TRUE(head.starts_with("GET /v2/x?q=/api HTTP/1.1\r\n")) << head;
  EXPECT_EQ(line("x-envoy-original-path", head), "x-envoy-original-path: /api/x?q=/api;");
}

TEST_F(RouteEditing, the_host_of_the_destination_goes_before_the_routes) {
  forward().host_rewrite = {decide::HostRewrite::Kind::literal, "route.test", {}};
  const auto host = [&] {
    const auto head = forwarded("x-host: header.test\r\n");
    return line("host", head) + line("Host", head);
  };
  EXPECT_EQ(host(), "host: route.test;");
  forward().clusters[0].host_rewrite = {decide::HostRewrite::Kind::literal, "cluster.test", {}};
  EXPECT_EQ(host(), "host: cluster.test;");
  forward().clusters[0].host_rewrite = {decide::HostRewrite::Kind::from_header, "x-host", {}};
  EXPECT_EQ(host(), "host: header.test;");
  forward().clusters[0].host_rewrite = {decide::HostRewrite::Kind::from_header, "x-none", {}};
  EXPECT_EQ(host(), "host: route.test;");
}

}  // namespace
}  // namespace weft::proxy
