#include "net/tunnel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/conveyor.h"
#include "net/memory_stream.h"
#include "net/socket_stream.h"
#include "runtime/gate.h"

namespace weft::net {
namespace {

using namespace std::chrono_literals;

// Two streams with a tunnel between them; the test holds their far ends.
template <class Far>
class TunnelFixture : public testing::Test {
 protected:
  ~TunnelFixture() override {
    if (client_) client_->cancel();
    if (endpoint_) endpoint_->cancel();
    turn();
  }

  void start(TunnelLimits limits = {}, ByteBuffer* early = nullptr) {
    runtime::spawn(gate_, run(limits, early));
    turn();
  }
  runtime::Task<void> run(TunnelLimits limits, ByteBuffer* early) {
    result_.emplace(co_await run_tunnel({*client_, early}, {*endpoint_}, limits, pool_));
  }
  void turn() {
    for (int i = 0; i < 8; ++i) reactor_.turn(Duration::zero());
  }
  void advance(Duration by) {
    clock_.advance(by);
    turn();
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  RelayPool pool_;
  std::unique_ptr<Stream> client_;  // the proxy's sides
  std::unique_ptr<Stream> endpoint_;
  std::unique_ptr<Far> far_client_;
  std::unique_ptr<Far> far_endpoint_;
  std::optional<TunnelResult> result_;
};

class TunnelTest : public TunnelFixture<MemoryStream> {
 protected:
  TunnelTest() { connect(64 * 1024); }

  void connect(size_t capacity) {
    std::tie(client_, far_client_) = MemoryStream::connected(reactor_, capacity);
    std::tie(endpoint_, far_endpoint_) = MemoryStream::connected(reactor_, capacity);
  }
  void put(MemoryStream& stream, std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(stream.try_write({&part, 1}).size, bytes.size());
    turn();
  }
  static std::string take(MemoryStream& stream) {
    std::string all(1 << 20, '\0');
    const Io io = stream.try_read(all);
    return io.done() ? all.substr(0, io.size) : io.at_end() ? "end" : "";
  }
};

TEST_F(TunnelTest, carries_bytes_both_ways) {
  start();
  put(*far_client_, "ping");
  EXPECT_EQ(take(*far_endpoint_), "ping");
  put(*far_endpoint_, "pong!");
  EXPECT_EQ(take(*far_client_), "pong!");
  far_client_->finish_writing();
  far_endpoint_->finish_writing();
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->to_endpoint, 4u);
  EXPECT_EQ(result_->to_client, 5u);
  EXPECT_EQ(result_->ending, TunnelEnding::finished);
}

TEST_F(TunnelTest, sends_what_was_received_before_first) {
  ByteBuffer early;
  early.append("early ");
  put(*far_client_, "bird");
  start({}, &early);
  EXPECT_EQ(take(*far_endpoint_), "early bird");
  EXPECT_TRUE(early.empty());
}

TEST_F(TunnelTest, the_other_direction_goes_on_when_one_side_has_finished) {
  start();
  far_client_->finish_writing();
  turn();
  EXPECT_EQ(take(*far_endpoint_), "end");
  EXPECT_FALSE(result_);
  put(*far_endpoint_, "the answer");
  EXPECT_EQ(take(*far_client_), "the answer");
  far_endpoint_->finish_writing();
  turn();
  EXPECT_EQ(take(*far_client_), "end");
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::finished);
}

TEST_F(TunnelTest, what_one_side_does_not_take_the_other_cannot_send) {
  connect(1000);
  start();
  size_t sent = 0;
  const std::string piece(500, 'x');
  for (int i = 0; i < 200; ++i) {
    const iovec part{const_cast<char*>(piece.data()), piece.size()};
    sent += far_client_->try_write({&part, 1}).size;
    turn();
  }
  EXPECT_LE(sent, 3000u);  // two streams of 1000 bytes and one read in between
  size_t received = 0;
  while (received < sent) {
    received += take(*far_endpoint_).size();
    turn();
  }
  EXPECT_EQ(received, sent);
}

TEST_F(TunnelTest, ends_when_both_directions_were_idle_for_too_long) {
  start({.idle_timeout = 10s});
  advance(9s);
  put(*far_client_, "still here");
  advance(9s);  // the other direction was idle for 18 seconds
  EXPECT_FALSE(result_);
  advance(1001ms);
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::idle);
}

TEST_F(TunnelTest, ends_at_its_greatest_age_however_busy) {
  start({.idle_timeout = 10s, .ends_at = reactor_.now() + 15s});
  advance(8s);
  put(*far_client_, "busy");
  advance(7001ms);
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::too_old);
}

TEST_F(TunnelTest, tells_which_side_broke) {
  start();
  far_endpoint_->reset();
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::endpoint_broke);
}

TEST_F(TunnelTest, a_side_that_takes_no_more_broke_too) {
  start();
  far_client_.reset();  // leaves; what the endpoint still sends cannot be delivered
  turn();
  put(*far_endpoint_, "for nobody");
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::client_broke);
}

TEST_F(TunnelTest, can_be_cancelled) {
  start();
  client_->cancel();
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->ending, TunnelEnding::cancelled);
}

// Over real sockets, where bulk is spliced.
class SplicedTunnelTest : public TunnelFixture<SocketStream> {
 protected:
  SplicedTunnelTest() {
    connect(client_, far_client_);
    connect(endpoint_, far_endpoint_);
  }
  void connect(std::unique_ptr<Stream>& near, std::unique_ptr<SocketStream>& far) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    near = std::make_unique<SocketStream>(reactor_, Fd(ends[0]));
    far = std::make_unique<SocketStream>(reactor_, Fd(ends[1]));
  }
  // Sends all and reads all at the other end, each as fast as it goes.
  std::string carry(SocketStream& from, SocketStream& to, std::string_view all) {
    std::string received;
    std::string buffer(1 << 18, '\0');
    for (int turns = 0; received.size() < all.size() && turns < 100'000; ++turns) {
      const std::string_view left = all.substr(sent_);
      const iovec part{const_cast<char*>(left.data()), std::min<size_t>(left.size(), 100'000)};
      if (!left.empty()) {
        const Io io = from.try_write({&part, 1});
        if (io.done()) sent_ += io.size;
      }
      reactor_.turn(Duration::zero());
      const Io io = to.try_read(buffer);
      if (io.done()) received.append(buffer, 0, io.size);
    }
    return received;
  }

  size_t sent_ = 0;
};

TEST_F(SplicedTunnelTest, bulk_arrives_intact) {
  std::string bulk(8'000'000, '\0');
  for (size_t at = 0; at < bulk.size(); ++at) bulk[at] = static_cast<char>(at * 2654435761U >> 13);
  start();
  EXPECT_TRUE(carry(*far_client_, *far_endpoint_, bulk) == bulk);
  sent_ = 0;
  EXPECT_TRUE(carry(*far_endpoint_, *far_client_, bulk) == bulk);
  far_client_->finish_writing();
  far_endpoint_->finish_writing();
  turn();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->to_endpoint, bulk.size());
  EXPECT_EQ(result_->to_client, bulk.size());
}

TEST_F(SplicedTunnelTest, small_messages_follow_bulk_and_the_end_is_passed_on) {
  start();
  const std::string bulk(300'000, 'b');
  EXPECT_TRUE(carry(*far_client_, *far_endpoint_, bulk) == bulk);
  sent_ = 0;
  EXPECT_EQ(carry(*far_client_, *far_endpoint_, "small"), "small");
  far_client_->finish_writing();
  turn();
  char byte;
  EXPECT_TRUE(far_endpoint_->try_read({&byte, 1}).at_end());
}

TEST_F(SplicedTunnelTest, an_idle_tunnel_holds_neither_buffer_nor_pipe) {
  start();
  const std::string bulk(300'000, 'b');
  EXPECT_TRUE(carry(*far_client_, *far_endpoint_, bulk) == bulk);
  turn();
  const auto pipe = pool_.take_pipe();
  ASSERT_TRUE(pipe);
  EXPECT_TRUE(pipe->is_empty());
  const int next = fcntl(0, F_DUPFD, 0);
  close(next);
  const auto another = pool_.take_pipe();
  const int after = fcntl(0, F_DUPFD, 0);
  close(after);
  EXPECT_GT(after, next);  // the second had to be made: the first was the tunnel's own, given back
}

TEST_F(SplicedTunnelTest, small_messages_never_take_a_pipe_however_many_there_are) {
  start();
  for (int i = 0; i < 100; ++i) {
    sent_ = 0;
    EXPECT_EQ(carry(*far_client_, *far_endpoint_, std::string(1024, 's')).size(), 1024);
  }
  const int next = fcntl(0, F_DUPFD, 0);
  close(next);
  const auto pipe = pool_.take_pipe();
  const int after = fcntl(0, F_DUPFD, 0);
  close(after);
  EXPECT_GT(after, next);  // it had to be made
}

// One direction alone: what it does is seen step by step.
TEST(Conveyor, lets_others_have_their_turn) {
  const ManualClock clock;
  runtime::Reactor reactor(clock);
  RelayPool pool;
  auto [from, sender] = MemoryStream::connected(reactor, 4 << 20);
  auto [to, receiver] = MemoryStream::connected(reactor, 4 << 20);
  const std::string much(2 << 20, 'm');
  const iovec part{const_cast<char*>(much.data()), much.size()};
  ASSERT_EQ(sender->try_write({&part, 1}).size, much.size());
  Conveyor conveyor(*from, *to, pool);
  EXPECT_EQ(conveyor.move(), Conveyor::Step::take_turns);
  EXPECT_LT(conveyor.moved(), much.size());
  while (conveyor.move() == Conveyor::Step::take_turns) {
  }
  EXPECT_EQ(conveyor.moved(), much.size());
  EXPECT_EQ(conveyor.move(), Conveyor::Step::wait_readable);
}

TEST(Conveyor, takes_no_more_than_is_wanted) {
  const ManualClock clock;
  runtime::Reactor reactor(clock);
  RelayPool pool;
  auto [from, sender] = MemoryStream::connected(reactor, 1024);
  auto [to, receiver] = MemoryStream::connected(reactor, 1024);
  std::string bytes = "wanted, and what follows";
  const iovec part{bytes.data(), bytes.size()};
  ASSERT_EQ(sender->try_write({&part, 1}).size, bytes.size());
  Conveyor conveyor(*from, *to, pool, 6);
  EXPECT_EQ(conveyor.move(), Conveyor::Step::ended);
  std::array<char, 64> into{};
  EXPECT_EQ(receiver->try_read(into).size, 6);
  const Io rest = from->try_read(into);
  EXPECT_EQ(std::string_view(into.data(), rest.size), ", and what follows");
}

}  // namespace
}  // namespace weft::net
