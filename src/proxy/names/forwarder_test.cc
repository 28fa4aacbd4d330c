#include "proxy/names/forwarder.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace weft::proxy {
namespace {

using runtime::Task;

// A resolver that takes queries and never answers.
class SilentResolver final : public Resolver {
 public:
  explicit SilentResolver(runtime::Reactor& reactor)
      : reactor_(&reactor), socket_(net::DatagramSocket::bind(reactor, *net::Address::parse("127.0.0.1:0")).value()) {}

  Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time) override {
    net::Fd connected(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = net::SocketAddress::of(socket_->local_address());
    EXPECT_EQ(connect(connected.get(), address->get(), address->size()), 0);
    co_return std::make_unique<net::DatagramSocket>(*reactor_, std::move(connected));
  }
  Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time) override {
    co_return fail(Reason::refused, "no TCP here");
  }

 private:
  runtime::Reactor* reactor_;
  std::unique_ptr<net::DatagramSocket> socket_;
};

class ForwarderTest : public testing::Test {
 protected:
  ~ForwarderTest() override {
    runtime::spawn(gate_, forwarder_.close());
    turn();
    EXPECT_EQ(gate_.inside(), 0u);
  }
  void turn() {
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
  }
  Task<void> ask() {
    const auto answer = co_await forwarder_.ask(query_, message_);
    outcomes_.push_back(answer ? Reason::internal : answer.error().reason);
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  Random random_{1};
  SilentResolver resolver_{reactor_};
  Forwarder forwarder_{reactor_, resolver_, random_};
  const std::string message_ = net::dns_query_message(7, "example.com", net::DnsType::a).value();
  const net::DnsQuery query_ = net::parse_dns_query(message_).value();
  std::vector<Reason> outcomes_;
};

TEST_F(ForwarderTest, GivesUpWhenTheResolverDoesNotAnswer) {
  runtime::spawn(gate_, ask());
  turn();
  EXPECT_TRUE(outcomes_.empty());
  clock_.advance(Forwarder::kTimeout + std::chrono::milliseconds(2));
  turn();
  EXPECT_EQ(outcomes_, std::vector{Reason::timed_out});
}

TEST_F(ForwarderTest, TakesOnlySoManyQueriesAtATime) {
  for (size_t i = 0; i < Forwarder::kPendingMax + 3; ++i) runtime::spawn(gate_, ask());
  turn();
  EXPECT_EQ(outcomes_, (std::vector{Reason::overflow, Reason::overflow, Reason::overflow}));
}

}  // namespace
}  // namespace weft::proxy
