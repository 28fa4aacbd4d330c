// What an edge (use_remote_address) believes of its clients, through the whole path in memory.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

class Edge : public ProxiedTest {
 protected:
  Edge() { chain_.trusts_peer_address = true; }

  // The head that the endpoint gets for a request with these fields.
  std::string forwarded(const std::string& fields) {
    start();
    send("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    return asked();
  }
  static bool has(const std::string& head, const std::string& line) {
    return head.find("\r\n" + line + "\r\n") != std::string::npos;
  }
};

TEST_F(Edge, appends_its_clients_address_and_says_how_it_came) {
  const auto head = forwarded("x-forwarded-for: 1.1.1.1, 2.2.2.2\r\nx-forwarded-proto: https\r\n");
  EXPECT_TRUE(has(head, "x-forwarded-for: 1.1.1.1, 2.2.2.2,::")) << head;
  EXPECT_TRUE(has(head, "x-forwarded-proto: http")) << head;
}

TEST_F(Edge, tells_of_tls_that_ends_here) {
  client_facts_.is_encrypted = true;
  EXPECT_TRUE(has(forwarded("x-forwarded-proto: http\r\n"), "x-forwarded-proto: https"));
}

TEST_F(Edge, sends_none_but_plain_requests_to_https) {
  table_.hosts[0].to_https = decide::Route{.name = "secure", .action = decide::Redirect{.scheme = "https"}};
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nx-forwarded-proto: https\r\n\r\n");
  const auto answer = received();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 301 ")) << answer;
  client_facts_.is_encrypted = true;
  connect();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(asked().starts_with("GET /a ")) << received();
}

TEST_F(Edge, takes_off_what_steers_proxies_and_who_the_client_claims_to_be) {
  const auto head = forwarded(
      "x-envoy-retry-on: 5xx\r\nx-envoy-upstream-rq-timeout-ms: 1\r\nx-weft-a: b\r\nx-forwarded-client-cert: By=me\r\n"
      "x_forwarded_client-cert: By=me\r\nx-own: kept\r\n");
  EXPECT_EQ(head.find("By=me"), std::string::npos) << head;
  EXPECT_EQ(head.find("x-envoy-retry-on"), std::string::npos) << head;
  EXPECT_EQ(head.find("x-envoy-upstream"), std::string::npos) << head;
  EXPECT_EQ(head.find("x-weft-a"), std::string::npos) << head;
  EXPECT_EQ(head.find("x-forwarded-client-cert"), std::string::npos) << head;
  EXPECT_TRUE(has(head, "x-own: kept")) << head;
}

TEST_F(Edge, passes_certificates_on_where_it_is_told_to_whatever_happens) {
  chain_.client_cert_forwarding = decide::ClientCertForwarding::always_forward_only;
  EXPECT_TRUE(has(forwarded("x-forwarded-client-cert: By=me\r\n"), "x-forwarded-client-cert: By=me"));
}

// Whom a request counts as from behind so many trusted proxies, by what they have said.
class TrustedProxies : public Edge {
 protected:
  std::string origin(uint32_t trusted, const std::string& chain) {
    chain_.trusted_proxies = trusted;
    table_.hosts[0].routes[0].request_edits = {
        {.name = "x-origin", .value = *decide::HeaderText::parse("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")}};
    const auto head = forwarded(chain.empty() ? "" : "x-forwarded-for: " + chain + "\r\n");
    dialer_.endpoints.clear();
    const std::string_view field = "\r\nx-origin: ";
    const size_t begin = head.find(field) + field.size();
    return head.substr(begin, head.find('\r', begin) - begin);
  }
};

TEST_F(TrustedProxies, is_counted_from_the_end_of_what_came) {
  EXPECT_EQ(origin(1, "1.1.1.1, 2.2.2.2"), "2.2.2.2");
}

TEST_F(TrustedProxies, may_be_several) {
  EXPECT_EQ(origin(2, "1.1.1.1, 2.2.2.2,3.3.3.3"), "2.2.2.2");
}

TEST_F(TrustedProxies, that_say_less_than_they_should_leave_the_client_itself) {
  EXPECT_EQ(origin(3, "1.1.1.1, 2.2.2.2"), "::");
}

TEST_F(TrustedProxies, that_say_nonsense_leave_the_client_itself) {
  EXPECT_EQ(origin(1, "1.1.1.1, unknown"), "::");
}

TEST_F(TrustedProxies, that_are_none_believe_nobody) {
  EXPECT_EQ(origin(0, "1.1.1.1"), "::");
}

TEST_F(TrustedProxies, keep_what_they_say_of_the_scheme) {
  chain_.trusted_proxies = 1;
  const auto head = forwarded("x-forwarded-for: 9.9.9.9\r\nx-forwarded-proto: https\r\n");
  EXPECT_TRUE(has(head, "x-forwarded-proto: https")) << head;
  EXPECT_TRUE(has(head, "x-forwarded-for: 9.9.9.9,::")) << head;
}

}  // namespace
}  // namespace weft::proxy
