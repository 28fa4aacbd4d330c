#include "node/broker/broker.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/address.h"
#include "net/descriptor_passing.h"

namespace weft::node {
namespace {

// A broker on a socket of its own, and a client of it.
class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    char pattern[] = "/tmp/weft-broker-XXXXXX";
    folder_ = mkdtemp(pattern);
    broker_ = Broker::open(reactor_, folder_ + "/broker.sock", egress_).value();
    broker_->start();
    client_ = net::Fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const auto address = net::SocketAddress::of(net::Address::unix_path(folder_ + "/broker.sock"));
    EXPECT_EQ(connect(client_.get(), address->get(), address->size()), 0);
  }
  ~BrokerTest() override {
    reactor_.run_until_done(broker_->stop());
    std::filesystem::remove_all(folder_);
  }
  net::MessageWithDescriptors ask(std::string_view request) {
    EXPECT_TRUE(net::send_message(client_.get(), request, {}));
    for (int turns = 0; turns < 1000; ++turns) {
      reactor_.turn(std::chrono::milliseconds(10));
      auto answer = net::receive_message(client_.get());
      if (answer) return std::move(*answer);
    }
    ADD_FAILURE() << "no answer to " << request;
    return {};
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  std::string folder_;
  EgressPolicy everybodys_{{*net::IpRange::parse("10.244.0.0/16")}};
  PodEgress egress_{everybodys_};
  std::unique_ptr<Broker> broker_;
  net::Fd client_;
};

TEST_F(BrokerTest, hands_out_a_socket_that_is_connected_to_the_hosts_resolver) {
  const auto answer = ask("dns");
  EXPECT_EQ(answer.bytes, "ok");
  ASSERT_EQ(answer.descriptors.size(), 1u);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  EXPECT_EQ(getpeername(answer.descriptors[0].get(), reinterpret_cast<sockaddr*>(&peer), &size), 0);
  EXPECT_EQ(net::Address::from_sockaddr(peer, size).port(), 53);
}

TEST_F(BrokerTest, refuses_mesh_addresses_the_hosts_loopback_and_nonsense_on_one_connection) {
  EXPECT_TRUE(ask("tcp 10.244.1.1:80").bytes.starts_with("error 111 ")) << ECONNREFUSED;
  EXPECT_TRUE(ask("tcp 127.0.0.1:7800").bytes.starts_with("error 13 ")) << EACCES;
  EXPECT_TRUE(ask("udp 127.0.0.1:7800").bytes.starts_with("error 13 "));
  EXPECT_TRUE(ask("tcp localhost:80").bytes.starts_with("error 22 "));
  EXPECT_TRUE(ask("please").bytes.starts_with("error 22 "));
}

}  // namespace
}  // namespace weft::node
