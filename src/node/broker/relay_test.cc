#include "node/broker/relay.h"

#include <gtest/gtest.h>

#include "net/memory_stream.h"

namespace weft::node {
namespace {

using runtime::Task;

// client <-> first | relay | second <-> server
class RelayTest : public testing::Test {
 protected:
  RelayTest() {
    std::tie(client_, first_) = net::MemoryStream::connected(reactor_, 8);
    std::tie(server_, second_) = net::MemoryStream::connected(reactor_, 8);
    runtime::spawn(gate_, relay(reactor_, *first_, *second_));
  }
  ~RelayTest() override {
    first_->cancel();
    second_->cancel();
    reactor_.run_until_done(gate_.close());
  }
  static Task<void> write_and_finish(net::Stream& stream, std::string text) {
    (void)co_await net::write_all(stream, text);
    stream.finish_writing();
  }
  static Task<std::string> read_to_end(net::Stream& stream) {
    std::string text;
    std::array<char, 5> part{};
    for (;;) {
      const auto size = co_await net::read_some(stream, part);
      if (!size || *size == 0) co_return text;
      text.append(part.data(), *size);
    }
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  std::unique_ptr<net::MemoryStream> client_, first_, second_, server_;
};

TEST_F(RelayTest, carries_more_than_its_buffers_hold_and_passes_the_end_on_each_way) {
  runtime::Gate writers(reactor_);
  runtime::spawn(writers, write_and_finish(*client_, "a question of some length"));
  EXPECT_EQ(reactor_.run_until_done(read_to_end(*server_)), "a question of some length");
  runtime::spawn(writers, write_and_finish(*server_, "and its answer"));
  EXPECT_EQ(reactor_.run_until_done(read_to_end(*client_)), "and its answer");
  reactor_.run_until_done(writers.close());
  reactor_.run_until_done(gate_.close());
}

TEST_F(RelayTest, ends_both_ways_when_one_side_breaks) {
  server_->reset();
  reactor_.run_until_done(gate_.close());
  EXPECT_EQ(gate_.inside(), 0u);
}

}  // namespace
}  // namespace weft::node
