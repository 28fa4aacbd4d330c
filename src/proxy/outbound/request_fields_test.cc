// What becomes of the fields that say whose a request is and how it came (x-request-id, x-forwarded-*,
// x-forwarded-client-cert, x-envoy-*), through the whole path in memory.
#include <set>

#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using Cert = decide::ClientCertForwarding;

// The values of a field of a message, joined by "|".
std::string values_of(const std::string& name, std::string_view head) {
  std::string all;
  const std::string beginning = "\r\n" + name + ": ";
  for (size_t at = head.find(beginning); at != head.npos; at = head.find(beginning, at + 1)) {
    const size_t begin = at + beginning.size();
    all += (all.empty() ? "" : "|") + std::string(head.substr(begin, head.find("\r\n", begin) - begin));
  }
  return all;
}

class RequestFields : public ProxiedTest {
 protected:
  // The head that the endpoint gets of a new client's request with these fields. `told_` is what the client gets.
  std::string forwarded(const std::string& fields) {
    dialer_.endpoints.clear();
    start();
    send("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    if (dialer_.endpoints.empty()) return "nothing was sent";
    const std::string head = asked();
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    told_ = received();
    return head;
  }
  std::string seen(const std::string& name, const std::string& fields) { return values_of(name, forwarded(fields)); }

  std::string told_;
};

// RFC 9562 5.4: version 4, variant 10.
bool is_random_uuid(const std::string& id) {
  constexpr std::string_view kForm = "hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh";
  if (id.size() != kForm.size()) return false;
  for (size_t at = 0; at < kForm.size(); ++at) {
    const std::string_view allowed = kForm[at] == 'h' ? "0123456789abcdef" : kForm[at] == 'v' ? "89ab" : kForm;
    const bool fits = kForm[at] == 'h' || kForm[at] == 'v' ? allowed.contains(id[at]) : kForm[at] == id[at];
    if (!fits) return false;
  }
  return true;
}

TEST_F(RequestFields, an_id_is_made_for_those_without_one_and_never_twice) {
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    const auto [id, is_new] = ids.insert(seen("x-request-id", ""));
    EXPECT_TRUE(is_new && is_random_uuid(*id)) << *id;
  }
}

TEST_F(RequestFields, an_id_that_came_is_kept_in_any_form_that_does_no_harm) {
  const auto id_for = [&](const std::string& id) { return seen("x-request-id", "x-request-id: " + id + "\r\n"); };
  EXPECT_EQ(id_for("any-form;will=do"), "any-form;will=do");
  EXPECT_EQ(id_for(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string& id :
       {std::string(129, 'a'), std::string("a b"), std::string("\xc3\xa4"), std::string("a\tb")})
    EXPECT_TRUE(is_random_uuid(id_for(id))) << id;
}

TEST_F(RequestFields, an_edge_believes_no_id_unless_it_is_told_to) {
  chain_.trusts_peer_address = true;
  EXPECT_TRUE(is_random_uuid(seen("x-request-id", "x-request-id: mine\r\n")));
  chain_.keeps_request_id = true;
  EXPECT_EQ(seen("x-request-id", "x-request-id: mine\r\n"), "mine");
  EXPECT_TRUE(is_random_uuid(seen("x-request-id", "")));
}

TEST_F(RequestFields, an_edge_keeps_the_id_of_an_internal_client) {
  const std::string id = "x-request-id: mine\r\n";
  chain_.trusts_peer_address = true;
  chain_.internal_ranges = {*decide::IpRange::parse("10.0.0.0/8")};
  client_facts_.address = {*decide::IpAddress::parse("10.1.2.3"), 1234};
  EXPECT_EQ(seen("x-request-id", id), "mine");
  EXPECT_TRUE(is_random_uuid(seen("x-request-id", id + "x-forwarded-for: 10.1.2.4\r\n"))) << "it speaks for another";
  client_facts_.address = {*decide::IpAddress::parse("192.0.2.1"), 1234};
  EXPECT_TRUE(is_random_uuid(seen("x-request-id", id)));
}

TEST_F(RequestFields, without_ids_of_its_own_a_proxy_leaves_what_came) {
  chain_.generates_request_id = false;
  EXPECT_EQ(seen("x-request-id", ""), "");
  EXPECT_EQ(seen("x-request-id", "x-request-id: mine\r\n"), "mine");
}

TEST_F(RequestFields, an_id_is_told_to_clients_where_that_is_wanted) {
  forwarded("x-request-id: mine\r\n");
  EXPECT_EQ(values_of("x-request-id", told_), "");
  chain_.returns_request_id = true;
  forwarded("x-request-id: mine\r\n");
  EXPECT_EQ(values_of("x-request-id", told_), "mine");
}

TEST_F(RequestFields, a_sidecar_leaves_the_chain_of_proxies_alone_and_an_edge_makes_it_one_field) {
  const std::string two = "x-forwarded-for: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n";
  client_facts_.address = {*decide::IpAddress::parse("192.0.2.1"), 1234};
  EXPECT_EQ(seen("x-forwarded-for", ""), "");
  EXPECT_EQ(seen("x-forwarded-for", two), "1.1.1.1|2.2.2.2");
  chain_.trusts_peer_address = true;
  EXPECT_EQ(seen("x-forwarded-for", ""), "192.0.2.1");
  EXPECT_EQ(seen("x-forwarded-for", "x-forwarded-for:\r\n"), "192.0.2.1");
  const std::string joined = seen("x-forwarded-for", two);
  EXPECT_TRUE(joined == "1.1.1.1,2.2.2.2,192.0.2.1" || joined == "1.1.1.1, 2.2.2.2,192.0.2.1") << joined;
}

// Whom a request counts as from: by what a sidecar's client or an edge's proxies say.
TEST_F(RequestFields, the_client_is_whom_the_last_proxy_that_is_believed_names) {
  client_facts_.address = {*decide::IpAddress::parse("192.0.2.1"), 1234};
  table_.hosts[0].routes[0].request_edits = {
      {.name = "x-origin", .value = *decide::HeaderText::parse("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")}};
  struct Case {
    bool is_edge;
    uint32_t trusted;
    const char* chain;
    const char* expected;
  };
  for (const auto& [is_edge, trusted, chain, expected] : std::initializer_list<Case>{
           {false, 0, "1.1.1.1, 2.2.2.2", "2.2.2.2"},
           {false, 1, "1.1.1.1, 2.2.2.2", "1.1.1.1"},
           {false, 2, "1.1.1.1, 2.2.2.2", "192.0.2.1"},
           {false, 0, "fd00::1", "fd00::1"},
           {false, 0, "unknown", "192.0.2.1"},
           {false, 0, "1.1.1.1,", "192.0.2.1"},
           {false, 0, ",,,", "192.0.2.1"},
           {false, UINT32_MAX, "1.1.1.1", "192.0.2.1"},
           {true, 0, "1.1.1.1", "192.0.2.1"},
           {true, 1, "1.1.1.1", "1.1.1.1"},
           {true, 1, "1.1.1.1:80", "192.0.2.1"},
           {true, UINT32_MAX, "1.1.1.1", "192.0.2.1"},
       }) {
    chain_.trusts_peer_address = is_edge;
    chain_.trusted_proxies = trusted;
    EXPECT_EQ(seen("x-origin", "x-forwarded-for: " + std::string(chain) + "\r\n"), expected) << chain << trusted;
  }
}

TEST_F(RequestFields, the_scheme_is_believed_by_all_but_edges_without_proxies_before_them) {
  const auto scheme = [&](const std::string& said) {
    return seen("x-forwarded-proto", said.empty() ? "" : "x-forwarded-proto: " + said + "\r\n");
  };
  EXPECT_EQ(scheme(""), "http");
  EXPECT_EQ(scheme("https"), "https");
  chain_.trusts_peer_address = true;
  EXPECT_EQ(scheme("https"), "http");
  chain_.trusted_proxies = 1;
  EXPECT_EQ(scheme("https"), "https");
  EXPECT_EQ(scheme(""), "http");
}

TEST_F(RequestFields, of_certificates_clients_say_what_their_own_and_the_chain_allow) {
  const decide::Peer peer{.forwarded = "Hash=own"};
  const std::string said = "x-forwarded-client-cert: Hash=a\r\nx-forwarded-client-cert: Hash=b\r\n";
  struct Case {
    Cert forwarding;
    const char* in_plain_text;
    const char* with_certificate;
    const char* with_certificate_alone;  // nothing was said before
  };
  for (const auto& [forwarding, in_plain_text, with_certificate, alone] : std::initializer_list<Case>{
           {Cert::sanitize, "", "", ""},
           {Cert::forward_only, "", "Hash=a|Hash=b", ""},
           {Cert::append_forward, "", "Hash=a,Hash=b,Hash=own", "Hash=own"},
           {Cert::sanitize_set, "", "Hash=own", "Hash=own"},
           {Cert::always_forward_only, "Hash=a|Hash=b", "Hash=a|Hash=b", ""},
       }) {
    chain_.client_cert_forwarding = forwarding;
    client_facts_.peer = nullptr;
    EXPECT_EQ(seen("x-forwarded-client-cert", said), in_plain_text) << static_cast<int>(forwarding);
    client_facts_.peer = &peer;
    EXPECT_EQ(seen("x-forwarded-client-cert", said), with_certificate) << static_cast<int>(forwarding);
    EXPECT_EQ(seen("x-forwarded-client-cert", ""), alone) << static_cast<int>(forwarding);
  }
}

TEST_F(RequestFields, an_alias_of_the_certificate_is_no_way_around) {
  const std::string alias = "x_forwarded_client_cert: Hash=a\r\n";
  chain_.trusts_peer_address = true;
  EXPECT_EQ(seen("x_forwarded_client_cert", alias), "");
  chain_.internal_ranges = {*decide::IpRange::parse("0.0.0.0/0")};  // whose clients steer retries, and prove nothing
  client_facts_.address = {*decide::IpAddress::parse("10.0.0.9"), 1};
  EXPECT_EQ(seen("x_forwarded_client_cert", alias), "");
  EXPECT_EQ(seen("x-envoy-internal", "x-envoy-internal: true\r\n"), "true");
}

// Behind an edge the address in x-forwarded-for decides, and only if it is the only one.
TEST_F(RequestFields, only_internal_clients_steer_retries_and_times) {
  const std::string steering = "x-envoy-internal: true\r\n";  // of what steers the only one that nobody uses up
  const auto steers = [&](const std::string& more) { return !seen("x-envoy-internal", steering + more).empty(); };
  client_facts_.address = {*decide::IpAddress::parse("10.0.0.9"), 1};
  EXPECT_FALSE(steers("x-forwarded-for: 10.0.0.1\r\n"));
  chain_.internal_ranges = {*decide::IpRange::parse("10.0.0.0/8")};
  EXPECT_TRUE(steers("x-forwarded-for: 10.0.0.1\r\n"));
  EXPECT_FALSE(steers(""));
  EXPECT_FALSE(steers("x-forwarded-for: 192.0.2.1\r\n"));
  EXPECT_FALSE(steers("x-forwarded-for: 10.0.0.1\r\nx-forwarded-for: 10.0.0.2\r\n"));
  EXPECT_FALSE(steers("x-forwarded-for: 10.0.0.1, 10.0.0.2\r\n"));
  chain_.trusts_peer_address = true;
  EXPECT_TRUE(steers(""));
  EXPECT_FALSE(steers("x-forwarded-for: 10.0.0.1\r\n"));
}

TEST_F(RequestFields, a_workload_is_told_nothing_that_only_proxies_know) {
  client_facts_.direction = decide::Direction::inbound;
  const auto head = forwarded("x-envoy-anything: a\r\nx-weft-b: b\r\nx-envoy-attempt-count: 2\r\nx-own: c\r\n");
  EXPECT_EQ(values_of("x-envoy-anything", head), "");
  EXPECT_EQ(values_of("x-weft-b", head), "");
  EXPECT_EQ(values_of("x-envoy-attempt-count", head), "2");
  EXPECT_EQ(values_of("x-own", head), "c");
}

}  // namespace
}  // namespace weft::proxy
