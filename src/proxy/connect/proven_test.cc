#include "proxy/connect/proven.h"

#include <array>

#include <gtest/gtest.h>

#include "net/memory_stream.h"
#include "runtime/gate.h"
#include "tls/stream.h"
#include "tls/testing_identity.h"

namespace weft::proxy {
namespace {

using tls::issue_for_test;

// One connection between two peers of one root, each end with an entry of its own.
class Proven : public testing::Test {
 protected:
  void connect(const std::string& client_names, const std::string& server_names) {
    client_.emplace(issue_for_test({.names = client_names}, &root_));
    const auto server = issue_for_test({.names = server_names}, &root_);
    const tls::ContextSettings common{.peer_certificates = tls::PeerCertificates::required,
                                      .roots = root_.certificate_pem()};
    auto settings = common;
    settings.credentials = {server.credentials()};
    auto [near, far] = net::MemoryStream::connected(reactor_, 1 << 16);
    far_ = std::move(far);
    server_end_ = std::make_unique<tls::Stream>(*far_, *tls::make_context(settings));
    settings.role = tls::Role::client;
    settings.credentials = {client_->credentials()};
    client_end_ = std::make_unique<tls::Stream>(std::move(near), *tls::make_context(settings), tls::ServerName{});
    runtime::spawn(gate_, shake(*client_end_));
    runtime::spawn(gate_, shake(*server_end_));
    turn();
    ASSERT_EQ(shaken_, 2);
    of_client_.emplace(*client_end_, client_end_->engine());
    of_server_.emplace(*far_, server_end_->engine());
    clients_.add(*of_server_);
    endpoints_.add(*of_client_);
  }
  runtime::Task<void> shake(tls::Stream& stream) {
    if (co_await stream.handshake(runtime::kNever)) ++shaken_;
  }
  runtime::Task<void> wait(net::Stream& stream, std::optional<runtime::Wait>& outcome) {
    outcome = co_await stream.readable(runtime::kNever);
  }
  void turn() {
    for (int i = 0; i < 50; ++i) reactor_.turn(Duration::zero());
  }
  std::string client_serial() const { return tls::Certificate::sharing(client_->certificate.get()).serial(); }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  tls::TestIdentity root_ = issue_for_test({.subject = "root", .is_authority = true});
  std::optional<tls::TestIdentity> client_;
  std::unique_ptr<net::MemoryStream> far_;
  std::unique_ptr<tls::Stream> client_end_;
  std::unique_ptr<tls::Stream> server_end_;
  ProvenConnections clients_;
  ProvenConnections endpoints_;
  std::optional<ProvenConnection> of_client_;
  std::optional<ProvenConnection> of_server_;
  int shaken_ = 0;
  runtime::Gate gate_{reactor_};
};

const std::string kWeb = "URI:spiffe://cluster.local/ns/shop/sa/web";
const std::string kApi = "URI:spiffe://cluster.local/ns/shop/sa/api";

TEST_F(Proven, EndsWhenThePeersCertificateIsRevoked) {
  connect(kWeb, kApi);
  EXPECT_EQ(of_server_->peer_serial(), client_serial());
  std::array<char, 16> nothing;
  EXPECT_TRUE(server_end_->try_read(nothing).would_block()) << "nothing is left of the handshake";
  std::optional<runtime::Wait> outcome;
  runtime::spawn(gate_, wait(*server_end_, outcome));
  clients_.revoke({"00"});
  turn();
  EXPECT_FALSE(outcome);
  clients_.revoke({client_serial()});
  turn();
  EXPECT_TRUE(outcome) << "whoever waits is told";
  EXPECT_TRUE(of_server_->has_ended());
  EXPECT_EQ(clients_.ended().revoked, 1u);
  clients_.revoke({client_serial()});
  EXPECT_EQ(clients_.ended().revoked, 1u) << "it is ended once";
}

TEST_F(Proven, EndsForThePeerOfWhoIsRevokedAlone) {
  connect(kWeb, kApi);
  endpoints_.revoke({client_serial()});
  EXPECT_FALSE(of_client_->has_ended()) << "our own certificate is our peers' affair";
}

TEST_F(Proven, EndsWithOurIdentity) {
  connect(kWeb, kApi);
  clients_.expire();
  endpoints_.expire();
  EXPECT_TRUE(of_server_->has_ended());
  EXPECT_TRUE(of_client_->has_ended());
  EXPECT_EQ(endpoints_.ended().expired, 1u);
}

TEST_F(Proven, StaysWhereAServersCertificateWasShown) {
  connect(kWeb, "DNS:shop.test");
  clients_.expire();
  EXPECT_FALSE(of_server_->has_ended());
}

TEST_F(Proven, LeavesWithItsConnection) {
  connect(kWeb, kApi);
  const std::string serial = client_serial();
  of_server_.reset();
  clients_.revoke({serial});
  EXPECT_EQ(clients_.ended().revoked, 0u);
}

}  // namespace
}  // namespace weft::proxy
