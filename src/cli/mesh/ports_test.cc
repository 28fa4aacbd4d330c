#include "cli/mesh/ports.h"

#include <optional>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/port_claim.h"

namespace weft::cli {
namespace {

constexpr uint16_t kBelowEphemeralPorts = 21000;

TEST(ClaimedPort, IsGivenToOneStartAtATime) {
  auto first = ClaimedPort::take_from(kBelowEphemeralPorts);
  ASSERT_TRUE(first);
  const uint16_t port = first->number();
  EXPECT_EQ(ClaimedPort::take(port).error().reason, Reason::already_exists);
  const auto second = ClaimedPort::take_from(port);
  ASSERT_TRUE(second);
  EXPECT_GT(second->number(), port);
}

TEST(ClaimedPort, IsFreeAgainWhenTheStartIsOver) {
  std::optional<ClaimedPort> first(*ClaimedPort::take_from(kBelowEphemeralPorts));
  const uint16_t port = first->number();
  first.reset();
  EXPECT_TRUE(ClaimedPort::take(port));
}

// Its weftd may be away for a moment, to start again.
TEST(ClaimedPort, IsRefusedWhereAMeshRuns) {
  const auto running = net::claim_port(kBelowEphemeralPorts, net::PortUse::runs);
  ASSERT_TRUE(running);
  EXPECT_EQ(ClaimedPort::take(kBelowEphemeralPorts).error().reason, Reason::already_exists);
}

TEST(ClaimedPort, IsRefusedWhereAnybodyListens) {
  const net::Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(ClaimedPort::take(ntohs(address.sin_port)).error().reason, Reason::already_exists);
}

}  // namespace
}  // namespace weft::cli
