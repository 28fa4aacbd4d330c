#include "proxy/detect/detect.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/socket_stream.h"
#include "proxy/detect/client_hello_for_test.h"
#include "runtime/gate.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

constexpr Inspection kAll{.for_http = true, .for_tls = true};

// A client's connection and what was detected on it.
struct Connected {
  explicit Connected(Inspection inspection = kAll) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    client = net::Fd(ends[0]);
    stream = std::make_unique<net::SocketStream>(reactor, net::Fd(ends[1]));
    runtime::spawn(gate, run(inspection, reactor.now() + 200ms));
    reactor.turn({});
  }
  ~Connected() {
    stream->cancel();
    reactor.turn({});
  }

  runtime::Task<void> run(Inspection inspection, Time deadline) {
    result.emplace(co_await detect(*stream, inspection, deadline));
  }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(client.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    reactor.turn({});
    reactor.turn({});
  }
  void finish() {
    shutdown(client.get(), SHUT_WR);
    reactor.turn({});
    reactor.turn({});
  }
  Strings protocols() const {
    const auto names = (*result)->application_protocols();
    return {names.begin(), names.end()};
  }
  std::string left_in_socket() {
    std::string bytes(20'000, '\0');
    bytes.resize(static_cast<size_t>(std::max<ssize_t>(recv(stream->fd(), bytes.data(), bytes.size(), 0), 0)));
    return bytes;
  }

  ManualClock clock;
  runtime::Reactor reactor{clock};
  runtime::Gate gate{reactor};
  net::Fd client;
  std::unique_ptr<net::SocketStream> stream;
  std::optional<Result<Detected>> result;
};

TEST(Detect, leaves_every_byte_in_the_socket) {
  Connected connected;
  connected.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(connected.result && *connected.result);
  EXPECT_EQ((*connected.result)->protocol, Protocol::http11);
  EXPECT_EQ(connected.protocols(), Strings{"http/1.1"});
  EXPECT_EQ(connected.left_in_socket(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(Detect, sleeps_between_the_pieces_of_a_request_line) {
  Connected connected;
  for (const char* piece : {"GE", "T /", " HTTP/1."}) {
    connected.send(piece);
    EXPECT_FALSE(connected.result);
    EXPECT_FALSE(connected.stream->readiness().may_be_readable());
  }
  connected.send("0\r\n");
  ASSERT_TRUE(connected.result && *connected.result);
  EXPECT_EQ(connected.protocols(), Strings{"http/1.0"});
}

TEST(Detect, reads_a_hello_that_arrives_in_pieces_and_fills_16_KiB) {
  const std::string message = hello_message(server_name_extension("a.test") + alpn_extension({"h2"}) +
                                            extension(21, std::string(16'100, '\0')));
  const std::string hello = record(message.substr(0, 9000)) + record(message.substr(9000));
  Connected connected;
  for (size_t at = 0; at < hello.size(); at += 3000) connected.send(std::string_view(hello).substr(at, 3000));
  ASSERT_TRUE(connected.result && *connected.result);
  EXPECT_EQ((*connected.result)->protocol, Protocol::tls);
  EXPECT_EQ((*connected.result)->server_name(), "a.test");
  EXPECT_EQ(connected.protocols(), Strings{"h2"});
  EXPECT_EQ(connected.left_in_socket(), hello);
}

TEST(Detect, refuses_a_hello_that_no_server_would_take) {
  Connected broken;
  broken.send(hello_with(alpn_extension({""})));
  ASSERT_TRUE(broken.result && !*broken.result);
  EXPECT_EQ(broken.result->error().reason, Reason::malformed);
  Connected endless;
  endless.send(record("\x01" + number_of(1'000'000, 3)));
  ASSERT_TRUE(endless.result && !*endless.result);
  EXPECT_EQ(endless.result->error().reason, Reason::too_large);
}

TEST(Detect, takes_tls_for_opaque_where_only_http_is_asked_for) {
  Connected connected({.for_http = true});
  connected.send(hello_with(server_name_extension("a.test")));
  ASSERT_TRUE(connected.result && *connected.result);
  EXPECT_EQ((*connected.result)->protocol, Protocol::opaque);
}

TEST(Detect, does_not_wait_for_a_line_where_only_tls_is_asked_for) {
  Connected connected({.for_tls = true});
  connected.send("G");
  ASSERT_TRUE(connected.result && *connected.result);
  EXPECT_EQ((*connected.result)->protocol, Protocol::opaque);
}

TEST(Detect, a_silent_client_times_out) {
  Connected connected;
  connected.clock.advance(201ms);
  connected.reactor.turn({});
  ASSERT_TRUE(connected.result && !*connected.result);
  EXPECT_EQ(connected.result->error().reason, Reason::timed_out);
}

TEST(Detect, what_a_slow_client_has_said_is_still_to_be_read) {
  Connected connected;
  connected.send("GE");
  connected.clock.advance(201ms);
  connected.reactor.turn({});
  ASSERT_TRUE(connected.result && !*connected.result);
  EXPECT_TRUE(connected.stream->readiness().may_be_readable());
  EXPECT_EQ(connected.left_in_socket(), "GE");
}

TEST(Detect, a_client_that_only_listens_is_opaque) {
  Connected silent;
  silent.finish();
  ASSERT_TRUE(silent.result && *silent.result);
  EXPECT_EQ((*silent.result)->protocol, Protocol::opaque);
  Connected terse;
  terse.send("GET /");
  terse.finish();
  ASSERT_TRUE(terse.result && *terse.result);
  EXPECT_EQ((*terse.result)->protocol, Protocol::opaque);
  EXPECT_EQ(terse.left_in_socket(), "GET /");
}

}  // namespace
}  // namespace weft::proxy
