#include "tls/stream.h"

#include <gtest/gtest.h>

#include "net/memory_stream.h"
#include "runtime/gate.h"
#include "tls/testing_identity.h"
#include "tls/testing_revocation.h"
#include "tls/tickets.h"

namespace weft::tls {
namespace {

// A client and a server over a pipe in memory, with certificates of one root.
class TlsStream : public testing::Test {
 protected:
  TlsStream() : root_(issue_for_test({.subject = "root", .is_authority = true})), gate_(reactor_) {
    server_.credentials = {issue_for_test({.names = "DNS:shop.test"}, &root_).credentials()};
    server_.protocols = {"h2", "http/1.1"};
    client_.role = Role::client;
    client_.peer_certificates = PeerCertificates::required;
    client_.roots = root_.certificate_pem();
  }

  void require_client(const TestClaims& claims, const TestIdentity* issuer) {
    server_.peer_certificates = PeerCertificates::required;
    server_.roots = root_.certificate_pem();
    client_.credentials = {issue_for_test(claims, issuer).credentials()};
  }

  // Makes both ends and lets them shake hands. Contexts are made once.
  void connect(size_t capacity = 65536, ServerName name = {.name = "shop.test"}) {
    if (!server_context_) server_context_ = *make_context(server_);
    if (!client_context_) client_context_ = *make_context(client_);
    client_end_.reset();
    server_end_.reset();
    auto [near, far] = net::MemoryStream::connected(reactor_, capacity);
    far_ = std::move(far);
    client_end_ = std::make_unique<Stream>(std::move(near), client_context_, std::move(name));
    server_end_ = std::make_unique<Stream>(*far_, server_context_);
    client_outcome_.reset();
    server_outcome_.reset();
    runtime::spawn(gate_, shake(*client_end_, client_outcome_));
    runtime::spawn(gate_, shake(*server_end_, server_outcome_));
    turn();
  }
  void turn() {
    for (int i = 0; i < 50; ++i) reactor_.turn(Duration::zero());
  }
  static runtime::Task<void> shake(Stream& stream, std::optional<Result<>>& outcome) {
    outcome = co_await stream.handshake(runtime::kNever);
  }
  static void write(net::Stream& stream, std::string_view text) {
    const iovec part{const_cast<char*>(text.data()), text.size()};
    const net::Io io = stream.try_write({&part, 1});
    ASSERT_TRUE(io.done());
    ASSERT_EQ(io.size, text.size());
  }
  static std::string read(net::Stream& stream) {
    std::string all(1 << 17, '\0');
    const net::Io io = stream.try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }
  bool are_connected() const { return client_outcome_ && server_outcome_ && *client_outcome_ && *server_outcome_; }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  TestIdentity root_;
  ContextSettings server_;
  ContextSettings client_;
  ContextPtr server_context_;
  ContextPtr client_context_;
  std::unique_ptr<net::MemoryStream> far_;
  std::unique_ptr<Stream> client_end_;
  std::unique_ptr<Stream> server_end_;
  std::optional<Result<>> client_outcome_;
  std::optional<Result<>> server_outcome_;
  runtime::Gate gate_;
};

TEST_F(TlsStream, carries_bytes_both_ways) {
  connect();
  ASSERT_TRUE(are_connected());
  write(*client_end_, "ping");
  EXPECT_EQ(read(*server_end_), "ping");
  write(*server_end_, "pong");
  EXPECT_EQ(read(*client_end_), "pong");
  EXPECT_EQ(server_end_->engine().server_name(), "shop.test");
  EXPECT_EQ(server_end_->engine().version(), "TLSv1.3");
}

TEST_F(TlsStream, agrees_on_the_protocol_that_the_server_prefers) {
  connect(65536, {.name = "shop.test", .protocols = {"http/1.1", "istio-h2", "h2"}});
  EXPECT_EQ(client_end_->engine().protocol(), "h2");
  EXPECT_EQ(server_end_->engine().protocol(), "h2");
}

TEST_F(TlsStream, goes_on_without_a_protocol_when_none_is_common) {
  connect(65536, {.name = "shop.test", .protocols = {"istio"}});
  EXPECT_TRUE(are_connected());
  EXPECT_EQ(server_end_->engine().protocol(), "");
}

TEST_F(TlsStream, tells_each_side_whom_the_other_is) {
  require_client({.names = "URI:spiffe://cluster.local/ns/a/sa/b,DNS:b.a"}, &root_);
  connect();
  ASSERT_TRUE(are_connected());
  const auto peer = server_end_->engine().peer_certificate();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->alternative_names().uris, std::vector<std::string>{"spiffe://cluster.local/ns/a/sa/b"});
  EXPECT_EQ(peer->alternative_names().dns_names, std::vector<std::string>{"b.a"});
  EXPECT_EQ(client_end_->engine().peer_certificate()->alternative_names().dns_names,
            std::vector<std::string>{"shop.test"});
}

TEST_F(TlsStream, refuses_a_client_without_a_certificate) {
  require_client({}, &root_);
  client_.credentials.clear();
  connect();
  ASSERT_TRUE(server_outcome_ && !*server_outcome_);
  EXPECT_EQ(server_outcome_->error().reason, Reason::denied);
  EXPECT_EQ(server_outcome_->error().detail, "TLS: peer did not return a certificate");
}

TEST_F(TlsStream, refuses_an_expired_certificate_and_says_so) {
  require_client({.starts_in_s = -100, .ends_in_s = -10}, &root_);
  connect();
  EXPECT_EQ(server_outcome_->error().detail, "TLS: certificate verify failed: certificate has expired");
}

TEST_F(TlsStream, refuses_a_certificate_of_another_root) {
  const auto stranger = issue_for_test({.subject = "root", .is_authority = true});
  require_client({}, &stranger);
  connect();
  ASSERT_TRUE(server_outcome_ && !*server_outcome_);
  EXPECT_TRUE(server_outcome_->error().detail.starts_with("TLS: certificate verify failed"));
}

TEST_F(TlsStream, refuses_a_certificate_that_is_not_for_clients) {
  require_client({.usage = "serverAuth"}, &root_);
  connect();
  EXPECT_EQ(server_outcome_->error().detail, "TLS: certificate verify failed: unsuitable certificate purpose");
}

TEST_F(TlsStream, asks_who_is_welcome_and_tells_why_one_is_not) {
  server_.refuse_peer = [](const Certificate& peer) -> std::optional<Refusal> {
    if (peer.alternative_names().uris == std::vector<std::string>{"spiffe://td/ns/a/sa/b"}) return std::nullopt;
    return Refusal{ChainFault::other_trust_domain, "somebody else"};
  };
  require_client({.names = "URI:spiffe://td/ns/a/sa/c"}, &root_);
  connect();
  EXPECT_EQ(server_outcome_->error().detail, "TLS: certificate verify failed: somebody else");
}

TEST_F(TlsStream, takes_up_a_session_by_its_ticket_with_the_peer_known) {
  require_client({.names = "URI:spiffe://td/ns/a/sa/b"}, &root_);
  const auto tickets = std::make_shared<Tickets>();
  const ServerName name{.name = "shop.test", .tickets = tickets};
  connect(65536, name);
  EXPECT_FALSE(server_end_->engine().is_resumed());
  write(*server_end_, "x");
  EXPECT_EQ(read(*client_end_), "x");  // the ticket came first
  ASSERT_EQ(tickets->size(), 1u);
  connect(65536, name);
  ASSERT_TRUE(are_connected());
  EXPECT_TRUE(server_end_->engine().is_resumed());
  EXPECT_EQ(server_end_->engine().peer_certificate()->alternative_names().uris,
            std::vector<std::string>{"spiffe://td/ns/a/sa/b"});
  client_context_.reset();  // other keys, roots or rules
  connect(65536, name);
  EXPECT_FALSE(server_end_->engine().is_resumed());
}

TEST_F(TlsStream, sends_tickets_with_the_first_answer_or_while_it_waits) {
  const auto tickets = std::make_shared<Tickets>();
  connect(65536, {.name = "shop.test", .tickets = tickets});
  write(*client_end_, "ping");
  EXPECT_EQ(read(*server_end_), "ping");
  EXPECT_EQ(read(*client_end_), "");
  EXPECT_EQ(tickets->size(), 0u) << "an answer is about to come";
  write(*server_end_, "pong");
  EXPECT_EQ(read(*client_end_), "pong");
  EXPECT_EQ(tickets->size(), 1u);

  const auto unasked = std::make_shared<Tickets>();
  connect(65536, {.name = "shop.test", .tickets = unasked});
  EXPECT_EQ(read(*server_end_), "") << "the client asks nothing";
  EXPECT_EQ(read(*client_end_), "");
  EXPECT_EQ(unasked->size(), 1u);
}

TEST_F(TlsStream, verifies_a_chain_once_and_asks_each_time_who_is_welcome) {
  int asked = 0;
  server_.refuse_peer = [&](const Certificate&) -> std::optional<Refusal> {
    ++asked;
    return asked < 3 ? std::nullopt : std::optional(Refusal{ChainFault::revoked, "not any more"});
  };
  require_client({.names = "URI:spiffe://td/ns/a/sa/b"}, &root_);
  connect();
  EXPECT_TRUE(are_connected());
  connect();
  EXPECT_TRUE(are_connected());
  connect();
  EXPECT_EQ(server_end_->engine().fault(), ChainFault::revoked);
}

TEST_F(TlsStream, does_not_take_one_chain_for_another_of_the_same_name) {
  require_client({.names = "URI:spiffe://td/ns/a/sa/b"}, &root_);
  connect();
  ASSERT_TRUE(are_connected());
  const auto stranger = issue_for_test({.subject = "root", .is_authority = true});
  client_.credentials = {issue_for_test({.names = "URI:spiffe://td/ns/a/sa/b"}, &stranger).credentials()};
  client_context_.reset();
  connect();
  EXPECT_FALSE(*server_outcome_);
}

TEST_F(TlsStream, says_that_nothing_follows_when_it_ends) {
  connect();
  write(*client_end_, "last");
  client_end_.reset();
  EXPECT_EQ(read(*server_end_), "last");
  char byte;
  EXPECT_TRUE(server_end_->try_read({&byte, 1}).at_end());
}

TEST_F(TlsStream, takes_bytes_that_stop_for_cut_short) {
  connect();
  client_end_->reset_on_close();
  client_end_.reset();
  char byte;
  const net::Io io = server_end_->try_read({&byte, 1});
  EXPECT_EQ(io.status, net::Io::Status::failed);
  EXPECT_EQ(io.error, ECONNRESET);
}

TEST_F(TlsStream, writes_on_where_the_socket_took_a_part) {
  connect(9000);
  ASSERT_TRUE(are_connected());
  std::string sent;
  for (int i = 0; i < 200000; ++i) sent += static_cast<char>('a' + i % 26);
  std::string received;
  for (size_t at = 0; received.size() < sent.size();) {
    const iovec parts[] = {{sent.data() + at, (sent.size() - at) / 2},
                           {sent.data() + at + (sent.size() - at) / 2, sent.size() - at - (sent.size() - at) / 2}};
    if (at < sent.size()) {
      const net::Io io = client_end_->try_write(parts);
      ASSERT_TRUE(io.done() || io.would_block());
      at += io.size;
    }
    received += read(*server_end_);
  }
  EXPECT_EQ(received, sent);
}

TEST_F(TlsStream, is_quiet_though_tickets_wait) {
  connect();
  EXPECT_TRUE(client_end_->is_quiet());
  write(*server_end_, "out of turn");
  EXPECT_FALSE(client_end_->is_quiet());
  EXPECT_EQ(read(*client_end_), "out of turn");
}

TEST_F(TlsStream, shakes_hands_anew_for_other_keys_after_a_rest) {
  connect();
  client_end_->engine().rest();
  server_end_->engine().rest();
  write(*client_end_, "ping");
  EXPECT_EQ(read(*server_end_), "ping");
}

// A client whose certificate comes from `issuer`, and a server with revocation lists.
class Revocation : public TlsStream {
 protected:
  void come_from(const TestIdentity& issuer) {
    leaf_ = issue_for_test({.names = "URI:spiffe://td/ns/a/sa/b"}, &issuer);
    server_.peer_certificates = PeerCertificates::required;
    server_.roots = root_.certificate_pem();
    client_.credentials = {{leaf_->certificate_pem() + issuer.certificate_pem(), leaf_->key_pem()}};
  }
  static std::string list_of(const TestIdentity& issuer, const std::vector<X509*>& revoked,
                             const TestListTimes& times = {}) {
    return revoke_for_test(issuer.certificate.get(), issuer.key.get(), revoked, times);
  }
  // What the server says of the client under these lists.
  std::string outcome(const std::string& lists, RevocationScope scope = RevocationScope::chain) {
    server_.revocation_lists = lists;
    server_.revocation_scope = scope;
    server_context_.reset();
    connect();
    return *server_outcome_ ? "ok" : std::string(name_of(server_end_->engine().fault().value()));
  }

  std::optional<TestIdentity> leaf_;
};

TEST_F(Revocation, refuses_whom_the_authority_has_revoked) {
  come_from(root_);
  EXPECT_EQ(outcome(list_of(root_, {})), "ok");
  EXPECT_EQ(outcome(list_of(root_, {root_.certificate.get()})), "revoked");  // the root is looked up, too
  EXPECT_EQ(outcome(list_of(root_, {leaf_->certificate.get()})), "revoked");
  EXPECT_EQ(server_outcome_->error().detail, "TLS: certificate verify failed: certificate revoked");
  EXPECT_EQ(outcome(""), "ok");
}

TEST_F(Revocation, refuses_everybody_without_a_list_of_the_authority_that_holds) {
  come_from(root_);
  EXPECT_EQ(outcome(list_of(root_, {}, {-100, -10})), "unknown_revocation");
  EXPECT_TRUE(server_outcome_->error().detail.contains("CRL has expired")) << server_outcome_->error().detail;
  EXPECT_EQ(outcome(list_of(root_, {}, {100, 1000})), "unknown_revocation");
  const auto stranger = issue_for_test({.subject = "stranger", .is_authority = true});
  EXPECT_EQ(outcome(list_of(stranger, {})), "unknown_revocation");
  EXPECT_EQ(outcome(list_of(stranger, {}) + list_of(root_, {})), "ok");
  const auto forger = issue_for_test({.subject = "root", .is_authority = true});
  EXPECT_EQ(outcome(list_of(forger, {})), "unknown_revocation");
}

TEST_F(Revocation, wants_a_list_of_each_authority_unless_the_leaf_alone_counts) {
  const auto middle = issue_for_test({.subject = "middle", .is_authority = true}, &root_);
  come_from(middle);
  const std::string of_middle = list_of(middle, {});
  EXPECT_EQ(outcome(of_middle), "unknown_revocation");
  EXPECT_EQ(outcome(of_middle, RevocationScope::leaf), "ok");
  EXPECT_EQ(outcome(of_middle + list_of(root_, {})), "ok");
  const std::string middle_revoked = list_of(root_, {middle.certificate.get()});
  EXPECT_EQ(outcome(of_middle + middle_revoked), "revoked");
  EXPECT_EQ(outcome(of_middle + middle_revoked, RevocationScope::leaf), "ok");
  EXPECT_EQ(outcome(list_of(middle, {leaf_->certificate.get()}), RevocationScope::leaf), "revoked");
}

TEST_F(Revocation, resumes_no_session_from_before_the_list) {
  come_from(root_);
  const auto tickets = std::make_shared<Tickets>();
  const ServerName name{.name = "shop.test", .tickets = tickets};
  connect(65536, name);
  write(*server_end_, "x");
  EXPECT_EQ(read(*client_end_), "x");  // the ticket came first
  ASSERT_EQ(tickets->size(), 1u);
  server_.revocation_lists = list_of(root_, {leaf_->certificate.get()});
  server_context_.reset();
  connect(65536, name);
  EXPECT_FALSE(server_end_->engine().is_resumed());
  EXPECT_EQ(server_end_->engine().fault(), ChainFault::revoked);
}

TEST_F(Revocation, believes_a_verified_chain_no_longer_than_the_first_list_holds) {
  come_from(root_);
  server_.revocation_lists = list_of(root_, {}, {-60, 3600}) + list_of(*leaf_, {}, {-60, 60});
  const WallTime end = (*make_context(server_))->lists_end();
  EXPECT_LE(end, SystemClock().wall_now() + std::chrono::seconds(60));
  EXPECT_GT(end, SystemClock().wall_now() + std::chrono::seconds(40));
}

TEST(TlsContext, says_what_it_cannot_use) {
  const auto root = issue_for_test({.is_authority = true});
  const auto other = issue_for_test({});
  const auto reason = [](ContextSettings settings) {
    const auto context = make_context(std::move(settings));
    return context ? "none" : context.error().detail;
  };
  EXPECT_TRUE(reason({.credentials = {{"nothing", root.key_pem()}}}).contains("no certificate in PEM"));
  EXPECT_NE(reason({.credentials = {{root.certificate_pem(), "nothing"}}}), "none");
  EXPECT_TRUE(
      reason({.credentials = {{root.certificate_pem(), other.key_pem()}}}).contains("a certificate with its key"));
  EXPECT_TRUE(reason({.role = Role::client, .peer_certificates = PeerCertificates::required, .roots = "x"})
                  .contains("no certificate in PEM"));
  EXPECT_EQ(reason({.role = Role::client,
                    .peer_certificates = PeerCertificates::required,
                    .roots = root.certificate_pem(),
                    .revocation_lists = "x"}),
            "no revocation list in PEM");
  EXPECT_TRUE(reason({.ciphers = "NONE-SUCH"}).contains("ciphers 'NONE-SUCH'"));
  EXPECT_EQ(reason({.lowest = Version::tls_1_3, .highest = Version::tls_1_2}),
            "the lowest TLS version is above the highest");
}

}  // namespace
}  // namespace weft::tls
