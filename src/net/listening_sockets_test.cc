#include "net/listening_sockets.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace weft::net {
namespace {

const Address kAnyPort = *Address::parse("127.0.0.1:0");

// A queue that holds one connection already, as the socket of a predecessor may.
struct WithQueue {
  Fd listening = open_listening(kAnyPort, {}).value();
  Address at = bound_address(listening.get());
  Fd client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};

  WithQueue() {
    const auto address = SocketAddress::of(at);
    EXPECT_EQ(connect(client.get(), address->get(), address->size()), 0);
  }
};

bool has_queued(const Fd& listening) {
  return Fd(accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)).is_open();
}

TEST(HasLeft, IsSoOnceTheClientHasClosedThoughWhatItSentWaits) {
  WithQueue queue;
  const Fd accepted(accept4(queue.listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_EQ(send(queue.client.get(), "hello", 5, 0), 5);
  EXPECT_FALSE(has_left(accepted.get()));
  queue.client.reset();
  EXPECT_TRUE(has_left(accepted.get()));
}

TEST(ListeningSockets, GiveAnInheritedSocketWithItsQueueOnce) {
  ListeningSockets sockets;
  WithQueue predecessor;
  sockets.inherit({SocketKind::stream, predecessor.at, std::move(predecessor.listening)});
  const auto taken = sockets.stream(predecessor.at, {});
  ASSERT_TRUE(taken);
  EXPECT_TRUE(has_queued(*taken));
  EXPECT_FALSE(sockets.stream(predecessor.at, {})) << "the address is in use, and nothing else was inherited";
}

TEST(ListeningSockets, GiveAParentsSocketAgainAndAgain) {
  ListeningSockets sockets;
  WithQueue parent;
  ASSERT_TRUE(sockets.keep(std::move(parent.listening)));
  {
    const auto given_up = sockets.stream(parent.at, {});
  }
  const auto taken = sockets.stream(parent.at, {});
  ASSERT_TRUE(taken);
  EXPECT_TRUE(has_queued(*taken));
}

TEST(ListeningSockets, PreferWhatAPredecessorHandedOver) {
  ListeningSockets sockets;
  WithQueue parent;
  const int passed = dup(parent.listening.get());
  ASSERT_TRUE(sockets.keep(std::move(parent.listening)));
  sockets.inherit({SocketKind::stream, parent.at, Fd(passed)});
  EXPECT_EQ(sockets.stream(parent.at, {})->get(), passed);
}

TEST(ListeningSockets, BindWhatNobodyHas) {
  ListeningSockets sockets;
  const auto bound = sockets.stream(kAnyPort, {});
  ASSERT_TRUE(bound);
  EXPECT_NE(bound_address(bound->get()).port(), 0);
}

TEST(ListeningSockets, KeepStreamsAndDatagramsOfOneAddressApart) {
  ListeningSockets sockets;
  WithQueue predecessor;
  sockets.inherit({SocketKind::stream, predecessor.at, std::move(predecessor.listening)});
  const auto datagrams = sockets.datagram(predecessor.at);
  ASSERT_TRUE(datagrams);
  int kind = 0;
  socklen_t size = sizeof kind;
  getsockopt(datagrams->get(), SOL_SOCKET, SO_TYPE, &kind, &size);
  EXPECT_EQ(kind, SOCK_DGRAM);
}

TEST(ListeningSockets, CloseWhatWasInheritedInVain) {
  ListeningSockets sockets;
  WithQueue predecessor;
  sockets.inherit({SocketKind::stream, predecessor.at, std::move(predecessor.listening)});
  sockets.forget_inherited();
  EXPECT_TRUE(open_listening(predecessor.at, {})) << "so the address is free again";
}

TEST(ListeningSockets, RefuseADescriptorThatDoesNotListen) {
  ListeningSockets sockets;
  EXPECT_EQ(sockets.keep(Fd(::socket(AF_INET, SOCK_STREAM, 0))).error().reason, Reason::invalid);
  EXPECT_EQ(sockets.keep(Fd(-1)).error().reason, Reason::invalid);
}

}  // namespace
}  // namespace weft::net
