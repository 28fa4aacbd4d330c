// A request in steady state takes no memory from the allocator: counted, not believed.
#include "decide/authorization/external_authorization.h"
#include "proxy/outbound/proxied_for_test.h"
#include "runtime/counted_for_test.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kRequest =
    "GET /items/7?page=2 HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
constexpr std::string_view kResponse = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

class Allocations : public ProxiedTest {
 protected:
  // Fills `bytes` in place: the test's own reading must not allocate either.
  size_t drain(net::MemoryStream& stream) {
    size_t size = 0;
    for (net::Io io = stream.try_read(bytes_); io.done(); io = stream.try_read(bytes_)) size += io.size;
    return size;
  }
  void exchange() {
    const auto put_bytes = [&](net::MemoryStream& stream, std::string_view bytes) {
      const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
      stream.try_write({&part, 1});
      turn();
    };
    put_bytes(*client_, kRequest);
    drain(*dialer_.endpoints[0]);
    put_bytes(*dialer_.endpoints[0], kResponse);
    received_ = drain(*client_);
  }

  std::array<char, 4096> bytes_{};
  size_t received_ = 0;
};

TEST_F(Allocations, are_none_for_a_request_on_warm_connections) {
  start();
  send(kRequest);
  drain(*dialer_.endpoints.at(0));
  answer(kResponse);
  for (int i = 0; i < 20; ++i) exchange();
  const uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) exchange();
  if (runtime::FramePool::kRecycles) EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(received_, 0);
  EXPECT_EQ(sink_.exchanges, 121);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Allocations, are_none_for_a_request_that_no_authorizer_is_asked_about) {
  decide::AccessRules rules{.action = decide::AccessRules::Action::deny};
  const decide::TextMatch admin(decide::TextMatch::Kind::prefix, "/admin");
  rules.policies.push_back({"r", decide::AccessCondition(decide::AccessPathMatch{admin}), ""});
  chain_.external_authorization = std::make_shared<const decide::ExternalAuthorization>(
      decide::ExternalAuthorization{.asked_about = std::move(rules)});
  start();
  send(kRequest);
  drain(*dialer_.endpoints.at(0));
  answer(kResponse);
  for (int i = 0; i < 20; ++i) exchange();
  const uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) exchange();
  if (runtime::FramePool::kRecycles) EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(sink_.exchanges, 121);
}

// Its exchange and its buffers are the shard's again once a request is answered.
TEST_F(Allocations, of_an_idle_connection_are_small) {
  constexpr int kClients = 100;
  constexpr int64_t kBytesMax = 8 * 1024;  // optimised frames are larger; the streams in memory, the test's, count, too
  start();
  send(kRequest);
  drain(*dialer_.endpoints.at(0));
  answer(kResponse);
  std::vector<std::unique_ptr<net::MemoryStream>> others;
  others.reserve(kClients);
  const int64_t before = live_bytes;
  for (int i = 0; i < kClients; ++i) {
    others.push_back(std::move(client_));
    connect();
    turn();
    exchange();
    EXPECT_GT(received_, 0);
  }
  EXPECT_LE((live_bytes - before) / kClients, kBytesMax);
  EXPECT_EQ(dialer_.dials, 1);
}

// The same over HTTP/2 on both sides, one stream after another on connections that stay.
class Http2Allocations : public Allocations {
 protected:
  static constexpr std::string_view kHead{"\x82\x86\x84\x41\x09shop.test\x0f\x2b\x04test", 21};  // GET /, user-agent
  static constexpr std::string_view kAnswer{"\x88", 1};                                          // :status 200

  // A frame, written where no memory has to be taken for it.
  void frame(net::MemoryStream& stream, char type, char flags, uint32_t id, std::string_view payload) {
    std::array<char, 64> bytes{};
    bytes[2] = static_cast<char>(payload.size());
    bytes[3] = type;
    bytes[4] = flags;
    bytes[7] = static_cast<char>(id >> 8);
    bytes[8] = static_cast<char>(id);
    payload.copy(bytes.data() + 9, payload.size());
    const iovec part{bytes.data(), 9 + payload.size()};
    stream.try_write({&part, 1});
    turn();
  }
  void ask() {
    frame(*client_, 1, 5, id_, kHead);
    if (dialer_.endpoints.size() == 1) drain(*dialer_.endpoints[0]);
  }
  void answer_it() {
    frame(*dialer_.endpoints[0], 1, 4, id_, kAnswer);
    frame(*dialer_.endpoints[0], 0, 1, id_, "hello");
    received_ = drain(*client_);
    id_ += 2;
  }

  uint32_t id_ = 1;
};

TEST_F(Http2Allocations, are_none_for_a_stream_on_warm_connections) {
  cluster_.protocol = decide::EndpointProtocol::http2;
  start();
  send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  frame(*client_, 4, 0, 0, {});
  ask();
  frame(*dialer_.endpoints.at(0), 4, 0, 0, {});
  answer_it();
  for (int i = 0; i < 300; ++i) ask(), answer_it();  // until the list of ended streams is full, too
  const uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) ask(), answer_it();
  if (runtime::FramePool::kRecycles) EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(received_, 0);
  EXPECT_EQ(sink_.exchanges, 401);
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(dialer_.dials, 1);
}

}  // namespace
}  // namespace weft::proxy
