#include "proxy/accept/client_session.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "proxy/outbound/proxied_for_test.h"
#include "runtime/counted_for_test.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// A shard that accepts from pairs of sockets and answers by itself.
class ClientSessionTest : public ProxiedTest {
 protected:
  ClientSessionTest() {
    answer_with(404);
    apply();
  }
  ~ClientSessionTest() override { turn(); }  // the clients have left
  // Every request from the next apply() on.
  void answer_with(uint16_t status) { table_.hosts[0].routes[0].action = decide::DirectResponse{.status = status}; }

  net::Fd connected() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    sessions_.begin(address_, net::Fd(ends[0]), ClientCounts::Place(counts_, 0));
    turn();
    return net::Fd(ends[1]);
  }
  // A client that has asked once, and is at rest.
  net::Fd resting() {
    net::Fd client = connected();
    EXPECT_EQ(ask(client), 404);
    advance(1s);
    return client;
  }
  static void say(const net::Fd& client, std::string_view bytes) {
    ASSERT_EQ(::send(client.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  // The response's status; -1: the connection has ended; 0: there is nothing.
  int heard(const net::Fd& client) {
    turn();
    std::array<char, 4096> bytes;
    const ssize_t size = recv(client.get(), bytes.data(), bytes.size(), 0);
    if (size <= 0) return size == 0 || errno != EAGAIN ? -1 : 0;
    last_ = std::string_view(bytes.data(), static_cast<size_t>(size));
    return std::stoi(last_.substr(9, 3));
  }
  int ask(const net::Fd& client) {
    say(client, kGet);
    return heard(client);
  }

  const AcceptedAt address_ = std::make_shared<const decide::EndpointAddress>(decide::SocketAddress{.port = 1});
  ClientCounts counts_{1, 1000};
  runtime::Signal room_{reactor_};
  ClientSessions sessions_{{shard_, sink_, exchanges_}, gate_, room_};
  std::string last_;
};

TEST_F(ClientSessionTest, is_served_again_after_a_rest) {
  const net::Fd client = resting();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(client), 404);
    advance(1min);
  }
  EXPECT_EQ(gate_.inside(), 1u);
}

TEST_F(ClientSessionTest, is_served_by_the_configuration_that_came_while_it_rested) {
  const net::Fd client = resting();
  answer_with(418);
  apply();
  EXPECT_EQ(ask(client), 418);
}

TEST_F(ClientSessionTest, ends_with_its_next_request_when_its_listener_is_gone) {
  const net::Fd client = resting();
  shard_.apply(std::make_shared<decide::Snapshot>());
  EXPECT_EQ(heard(client), 0);
  EXPECT_EQ(ask(client), -1);
}

TEST_F(ClientSessionTest, ends_when_its_client_leaves_while_it_rests) {
  resting();
  turn();
  EXPECT_EQ(gate_.inside(), 0u);
  EXPECT_EQ(counts_.total(), 0u);
  EXPECT_TRUE(room_.is_set());
}

TEST_F(ClientSessionTest, ends_when_it_has_rested_for_too_long) {
  chain_.idle_timeout = 5min;
  apply();
  const net::Fd client = resting();
  advance(4min + 58s);
  EXPECT_EQ(heard(client), 0);
  advance(2s);
  EXPECT_EQ(heard(client), -1);
}

TEST_F(ClientSessionTest, rests_through_a_drain_and_is_told_by_its_next_response) {
  const net::Fd client = resting();
  shard_.drain();
  advance(1min);
  EXPECT_EQ(ask(client), 404);
  EXPECT_NE(last_.find("connection: close\r\n"), std::string::npos);
  EXPECT_EQ(heard(client), -1);
}

TEST_F(ClientSessionTest, ends_when_the_time_to_drain_is_over_unless_a_request_has_just_come) {
  const net::Fd silent = resting();
  const net::Fd late = resting();
  shard_.drain();
  say(late, kGet);
  shard_.end_idle();
  EXPECT_EQ(heard(silent), -1);
  EXPECT_EQ(heard(late), 404);
  EXPECT_EQ(heard(late), -1);
}

TEST_F(ClientSessionTest, serves_no_request_that_came_with_its_being_cut) {
  const net::Fd client = resting();
  say(client, kGet);
  shard_.cut();
  EXPECT_EQ(heard(client), -1);
  EXPECT_EQ(sink_.exchanges, 1);
}

TEST_F(ClientSessionTest, is_cut_though_it_was_woken_before) {
  const net::Fd client = resting();
  shard_.end_idle();
  shard_.cut();
  EXPECT_EQ(heard(client), -1);
  EXPECT_EQ(gate_.inside(), 0u);
}

TEST_F(ClientSessionTest, holds_nothing_but_its_record_while_it_rests) {
  if (!runtime::FramePool::kRecycles) GTEST_SKIP() << "nothing is counted under sanitizers";
  constexpr size_t kClients = 300;
  std::vector<net::Fd> clients;
  clients.reserve(kClients);
  const auto come = [&] {
    while (clients.size() < kClients) clients.push_back(resting());
  };
  come();
  clients.clear();
  turn();
  EXPECT_EQ(gate_.inside(), 0u);
  clients.push_back(resting());  // leaves the shard a buffer
  const int64_t before = live_bytes;
  come();
  EXPECT_EQ(live_bytes - before, 0);
  EXPECT_EQ(gate_.inside(), kClients);
}

}  // namespace
}  // namespace weft::proxy
