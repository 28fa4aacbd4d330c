#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/descriptor_passing.h"
#include "net/listener.h"
#include "net/memory_stream.h"
#include "runtime/gate.h"

namespace weft::net {
namespace {

using runtime::Reactor;
using runtime::Task;

Task<std::string> read_to_end(Stream& stream) {
  std::string all;
  char buffer[1000];
  for (;;) {
    const auto size = co_await read_some(stream, buffer);
    if (!size || *size == 0) co_return all;
    all.append(buffer, *size);
  }
}

Task<void> send_and_finish(Stream& stream, std::string_view bytes) {
  EXPECT_TRUE(co_await write_all(stream, bytes));
  stream.finish_writing();
}

TEST(MemoryStream, CarriesMoreThanItHolds) {
  const SystemClock clock;
  Reactor reactor(clock);
  runtime::Gate gate(reactor);
  auto [left, right] = MemoryStream::connected(reactor, 100);
  const std::string sent(10'000, 'x');
  spawn(gate, send_and_finish(*left, sent));
  EXPECT_EQ(reactor.run_until_done(read_to_end(*right)), sent);
}

Task<std::string> over_a_listener(Reactor& reactor, Address at, const std::string& sent) {
  auto listener = Listener::bind(reactor, at);
  EXPECT_TRUE(listener) << listener.error().detail;
  const Address bound = (*listener)->local_address();
  auto client = co_await dial(reactor, at.is_unix() ? at : bound, {});
  EXPECT_TRUE(client) << client.error().detail;
  auto server = co_await (*listener)->accept();
  runtime::Gate gate(reactor);
  spawn(gate, send_and_finish(**client, sent));
  auto received = co_await read_to_end(**server);
  co_await gate.close();
  co_return received;
}

TEST(SocketStream, CarriesBytesOverTcpAndUnix) {
  const SystemClock clock;
  Reactor reactor(clock);
  const std::string sent(3'000'000, 'y');
  EXPECT_EQ(reactor.run_until_done(over_a_listener(reactor, *Address::parse("127.0.0.1:0"), sent)), sent);
  char folder[] = "/tmp/weft-net-test-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string deep = std::string(folder) + "/" + std::string(100, 'd');
  ASSERT_EQ(mkdir(deep.c_str(), 0700), 0);
  const std::string path = deep + "/s";
  EXPECT_EQ(reactor.run_until_done(over_a_listener(reactor, Address::unix_path(path), sent)), sent);
  const std::string abstract = "@weft-net-test-" + std::to_string(getpid());
  EXPECT_EQ(reactor.run_until_done(over_a_listener(reactor, Address::unix_path(abstract), sent)), sent);
  EXPECT_NE(access(abstract.c_str(), F_OK), 0) << "a file";
  unlink(path.c_str());
  rmdir(deep.c_str());
  rmdir(folder);
}

TEST(SocketStream, ARefusedConnectionIsTheEndpointsFaultAndSafeToRetry) {
  const SystemClock clock;
  Reactor reactor(clock);
  const auto closed = Listener::bind(reactor, *Address::parse("127.0.0.1:0"));
  const Address address = (*closed)->local_address();
  const_cast<std::unique_ptr<Listener>&>(*closed).reset();
  const auto stream = reactor.run_until_done(dial(reactor, address, {}));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().reason, Reason::refused);
  EXPECT_EQ(stream.error().side, Side::endpoint);
  EXPECT_EQ(stream.error().retry, Retry::safe);
}

Task<Result<size_t>> read_once(Stream& stream, Time deadline) {
  char buffer[10];
  co_return co_await read_some(stream, buffer, deadline);
}

TEST(Stream, ADeadlineEndsAWaitAndTheStreamStaysUsable) {
  const SystemClock clock;
  Reactor reactor(clock);
  auto [left, right] = MemoryStream::connected(reactor);
  const auto late = reactor.run_until_done(read_once(*left, reactor.now() + std::chrono::milliseconds(1)));
  EXPECT_EQ(late.error().reason, Reason::timed_out);
  const iovec part{const_cast<char*>("hi"), 2};
  EXPECT_TRUE(right->try_write({&part, 1}).done());
  EXPECT_EQ(reactor.run_until_done(read_once(*left, runtime::kNever)), 2u);
}

TEST(Stream, AHangUpOfOneCancelsTheOther) {
  const SystemClock clock;
  Reactor reactor(clock);
  auto [client, client_end] = MemoryStream::connected(reactor);
  auto [endpoint, endpoint_end] = MemoryStream::connected(reactor);
  client->readiness().cancel_on_hang_up(&endpoint->readiness());
  client_end.reset();
  EXPECT_EQ(reactor.run_until_done(read_once(*endpoint, runtime::kNever)).error().reason, Reason::cancelled);
}

TEST(DescriptorPassing, ADescriptorArrivesAndWorks) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  const Fd left(ends[0]), right(ends[1]);
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const Fd read_end(pipe_ends[0]);
  Fd write_end(pipe_ends[1]);
  const int passed = write_end.get();
  ASSERT_TRUE(send_message(left.get(), "ok", {&passed, 1}));
  write_end.reset();
  auto message = receive_message(right.get());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->bytes, "ok");
  ASSERT_EQ(message->descriptors.size(), 1u);
  ASSERT_EQ(write(message->descriptors[0].get(), "z", 1), 1);
  char byte = 0;
  EXPECT_EQ(read(read_end.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'z');
}

}  // namespace
}  // namespace weft::net
