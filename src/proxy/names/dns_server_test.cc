#include "proxy/names/dns_server.h"

#include <set>

#include <gtest/gtest.h>
#include <istio/networking/nds/v1/nds.pb.h>
#include <sys/socket.h>

#include "proxy/names/framed_message.h"

namespace weft::proxy {
namespace {

using namespace std::string_literals;
using runtime::Task;

const net::Address kLoopback = *net::Address::parse("127.0.0.1:0");

// A resolver on loopback that the test answers for.
class TestResolver final : public Resolver {
 public:
  explicit TestResolver(runtime::Reactor& reactor) : reactor_(&reactor) {
    // The port that the kernel draws for UDP may be taken for TCP by somebody else; then another one is drawn.
    for (int draws = 0; draws < 100 && tcp == nullptr; ++draws) {
      udp = net::DatagramSocket::bind(reactor, kLoopback).value();
      if (auto listening = net::Listener::bind(reactor, udp->local_address())) tcp = *std::move(listening);
    }
  }
  Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time) override {
    if (is_away) co_return fail(Reason::refused, "no resolver");
    net::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto address = net::SocketAddress::of(udp->local_address());
    EXPECT_EQ(connect(socket.get(), address->get(), address->size()), 0);
    ++opened;
    co_return std::make_unique<net::DatagramSocket>(*reactor_, std::move(socket));
  }
  Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time deadline) override {
    WEFT_CO_TRY(auto stream, co_await net::dial(*reactor_, tcp->local_address(), {.deadline = deadline}));
    co_return std::unique_ptr<net::Stream>(std::move(stream));
  }

  std::unique_ptr<net::DatagramSocket> udp;
  std::unique_ptr<net::Listener> tcp;
  bool is_away = false;
  int opened = 0;

 private:
  runtime::Reactor* reactor_;
};

std::string query_for(std::string_view name, net::DnsType type = net::DnsType::a, uint16_t id = 7) {
  return net::dns_query_message(id, name, type).value();
}

// What the resolver says to a query that it was sent.
std::string resolved(std::string_view message, const std::string& address) {
  const auto query = net::parse_dns_query(message).value();
  const net::DnsRecord record{net::DnsType::a, 300, address};
  return net::dns_answer(query, net::DnsCode::ok, {&record, 1}, 512);
}

class DnsServerTest : public testing::Test {
 protected:
  DnsServerTest() {
    // The port that the kernel draws for UDP may be taken for TCP by somebody else; then another one is drawn.
    for (int draws = 0; draws < 100 && server_ == nullptr; ++draws) {
      if (auto server = DnsServer::listen(reactor_, sockets_, kLoopback, &resolver_, random_))
        server_ = *std::move(server);
    }
    server_->start();
    client_ = net::DatagramSocket::bind(reactor_, kLoopback).value();
    istio::networking::nds::v1::NameTable table;
    auto& info = (*table.mutable_table())["cart.shop.svc.cluster.local"];
    info.set_registry("Kubernetes");
    info.set_shortname("cart");
    info.set_namespace_("shop");
    for (const char* ip : {"10.96.0.5", "10.96.0.6"}) info.add_ips(ip);
    add_alias("basket", "cart.shop.svc.cluster.local", table);
    add_alias("partner", "partner.example", table);
    server_->use(NameIndex::compile(table.SerializeAsString(), "shop").value());
  }
  ~DnsServerTest() override { reactor_.run_until_done(server_->close()); }

  static void add_alias(const std::string& name, const std::string& target,
                        istio::networking::nds::v1::NameTable& table) {
    auto& alias = (*table.mutable_aliases())[name + ".shop.svc.cluster.local"];
    alias.set_host(target);
    alias.set_shortname(name);
    alias.set_namespace_("shop");
  }

  void send(std::string_view message) { ASSERT_TRUE(client_->try_send(message, server_->local_address()).done()); }
  // The next datagram at this socket.
  Task<std::string> receive(net::DatagramSocket& socket, net::Address* from = nullptr) {
    std::string buffer(4096, '\0');
    for (;;) {
      const net::Io io = socket.try_receive(buffer, from);
      if (io.done()) co_return buffer.substr(0, io.size);
      if (!io.would_block() || co_await socket.readable() != runtime::Wait::ready) co_return "";
    }
  }
  std::string received() { return reactor_.run_until_done(receive(*client_)); }
  net::DnsResponse answer_to(std::string_view message) {
    send(message);
    return net::parse_dns_response(received()).value();
  }

  const SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  Random random_{1};
  net::ListeningSockets sockets_;
  TestResolver resolver_{reactor_};
  std::unique_ptr<DnsServer> server_;
  std::unique_ptr<net::DatagramSocket> client_;
};

TEST_F(DnsServerTest, AnswersNamesOfTheMeshFromTheTable) {
  const net::DnsResponse answer = answer_to(query_for("cart"));
  EXPECT_EQ(answer.id, 7);
  EXPECT_EQ(answer.code, net::DnsCode::ok);
  ASSERT_EQ(answer.answers.size(), 2u);
  EXPECT_EQ(answer.answers[0].ttl_s, 30u);
  const std::set<std::string> found{answer.answers[0].data, answer.answers[1].data};
  EXPECT_EQ(found, (std::set{"\x0a\x60\x00\x05"s, "\x0a\x60\x00\x06"s}));
  EXPECT_EQ(server_->counts().answered_here, 1u);
}

TEST_F(DnsServerTest, SaysNoDataForOtherTypesOfAKnownName) {
  for (const auto type : {net::DnsType::aaaa, net::DnsType::srv}) {
    const net::DnsResponse answer = answer_to(query_for("cart.shop.svc.cluster.local", type));
    EXPECT_EQ(answer.code, net::DnsCode::ok);
    EXPECT_TRUE(answer.answers.empty());
  }
}

TEST_F(DnsServerTest, AsksTheHostsResolverForOtherNames) {
  send(query_for("example.com"));
  net::Address from;
  const std::string asked = reactor_.run_until_done(receive(*resolver_.udp, &from));
  EXPECT_EQ(net::parse_dns_query(asked)->name, "example.com");
  // Somebody else's question with the right id is not an answer.
  std::string other = resolved(query_for("example.org"), "\x01\x02\x03\x05");
  other[0] = asked[0];
  other[1] = asked[1];
  ASSERT_TRUE(resolver_.udp->try_send(other, from).done());
  ASSERT_TRUE(resolver_.udp->try_send(resolved(asked, "\x01\x02\x03\x04"), from).done());
  const auto answer = net::parse_dns_response(received());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, 7);
  EXPECT_EQ(answer->answers[0].data, "\x01\x02\x03\x04");
  EXPECT_EQ(server_->counts().forwarded, 1u);
}

TEST_F(DnsServerTest, SharesOneSocketBetweenQueries) {
  for (const char* name : {"a.example", "b.example"}) {
    send(query_for(name));
    net::Address from;
    const std::string asked = reactor_.run_until_done(receive(*resolver_.udp, &from));
    ASSERT_TRUE(resolver_.udp->try_send(resolved(asked, "\x01\x02\x03\x04"), from).done());
    EXPECT_EQ(net::parse_dns_response(received())->name, name);
  }
  EXPECT_EQ(resolver_.opened, 1);
}

TEST_F(DnsServerTest, SaysServerFailureWhenTheResolverIsAway) {
  resolver_.is_away = true;
  EXPECT_EQ(answer_to(query_for("example.com")).code, net::DnsCode::server_failure);
  EXPECT_EQ(server_->counts().failed, 1u);
}

TEST_F(DnsServerTest, RefusesWhatIsNoQuery) {
  std::string message = query_for("cart");
  message.resize(message.size() - 1);
  send(message);
  const std::string answer = received();
  ASSERT_EQ(answer.size(), 12u);
  EXPECT_EQ(answer[3] & 0x0f, 1);  // FORMERR
  std::string chaos = query_for("cart");
  chaos.back() = 3;
  send(chaos);
  EXPECT_EQ(received()[3] & 0x0f, 4);  // NOTIMP
}

Task<std::string> ask_over_tcp(runtime::Reactor& reactor, net::Address server, std::string message) {
  auto stream = co_await net::dial(reactor, server, {});
  if (!stream || !co_await write_framed(**stream, message, runtime::kNever)) co_return "";
  ByteBuffer received;
  auto answer = co_await read_framed(**stream, received, runtime::kNever);
  co_return answer && *answer ? **answer : "";
}

TEST_F(DnsServerTest, AnswersOverTcp) {
  const std::string answer =
      reactor_.run_until_done(ask_over_tcp(reactor_, server_->local_address(), query_for("cart")));
  EXPECT_EQ(net::parse_dns_response(answer)->answers.size(), 2u);
}

Task<void> resolve_one_over_tcp(net::Listener& listener) {
  auto stream = co_await listener.accept();
  ByteBuffer received;
  auto asked = co_await read_framed(**stream, received, runtime::kNever);
  EXPECT_TRUE(co_await write_framed(**stream, resolved(**asked, "\x01\x02\x03\x04"), runtime::kNever));
}

TEST_F(DnsServerTest, ForwardsTcpQueriesOverTcp) {
  runtime::Gate gate(reactor_);
  spawn(gate, resolve_one_over_tcp(*resolver_.tcp));
  const auto message = query_for("example.com", net::DnsType::a, 99);
  const std::string answer = reactor_.run_until_done(ask_over_tcp(reactor_, server_->local_address(), message));
  const auto read = net::parse_dns_response(answer);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, 99);
  EXPECT_EQ(read->answers[0].data, "\x01\x02\x03\x04");
}

TEST_F(DnsServerTest, SaysWhatANameOfTheMeshStandsFor) {
  const net::DnsResponse answer = answer_to(query_for("basket"));
  ASSERT_EQ(answer.answers.size(), 3u);
  EXPECT_EQ(answer.answers[0].type, net::DnsType::cname);
  EXPECT_EQ(answer.answers[0].data, "cart.shop.svc.cluster.local");
  EXPECT_EQ(server_->counts().answered_here, 1u);
  EXPECT_EQ(server_->counts().forwarded, 0u);
}

TEST_F(DnsServerTest, AsksTheHostsResolverWhereTheOtherNameIs) {
  send(query_for("partner"));
  net::Address from;
  const std::string asked = reactor_.run_until_done(receive(*resolver_.udp, &from));
  EXPECT_EQ(net::parse_dns_query(asked)->name, "partner.example");
  ASSERT_TRUE(resolver_.udp->try_send(resolved(asked, "\x01\x02\x03\x04"), from).done());
  const auto answer = net::parse_dns_response(received());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->name, "partner");
  EXPECT_EQ(answer->id, 7);
  ASSERT_EQ(answer->answers.size(), 2u);
  EXPECT_EQ(answer->answers[0].data, "partner.example");
  EXPECT_EQ(answer->answers[1].data, "\x01\x02\x03\x04");
}

TEST_F(DnsServerTest, KnowsTheOtherNameThoughTheTableHasChangedMeanwhile) {
  send(query_for("partner"));
  net::Address from;
  const std::string asked = reactor_.run_until_done(receive(*resolver_.udp, &from));
  server_->use(NameIndex::compile("", "shop").value());
  ASSERT_TRUE(resolver_.udp->try_send(resolved(asked, "\x01\x02\x03\x04"), from).done());
  const auto answer = net::parse_dns_response(received());
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->answers.size(), 2u);
  EXPECT_EQ(answer->answers[0].data, "partner.example");
}

// An answer with the TC bit, which has no records.
std::string truncated(std::string_view message) {
  std::string answer = net::dns_answer(*net::parse_dns_query(message), net::DnsCode::ok, {}, 512);
  answer[2] = static_cast<char>(answer[2] | 0x02);
  return answer;
}

TEST_F(DnsServerTest, AsksOverTcpWhereTheAnswerForTheOtherNameIsTooLong) {
  runtime::Gate gate(reactor_);
  spawn(gate, resolve_one_over_tcp(*resolver_.tcp));
  send(query_for("partner"));
  net::Address from;
  const std::string asked = reactor_.run_until_done(receive(*resolver_.udp, &from));
  ASSERT_TRUE(resolver_.udp->try_send(truncated(asked), from).done());
  EXPECT_EQ(net::parse_dns_response(received())->answers.back().data, "\x01\x02\x03\x04");
}

TEST_F(DnsServerTest, SaysServerFailureWhereNobodyKnowsAboutTheOtherName) {
  resolver_.is_away = true;
  EXPECT_EQ(answer_to(query_for("partner")).code, net::DnsCode::server_failure);
  EXPECT_EQ(server_->counts().failed, 1u);
}

}  // namespace
}  // namespace weft::proxy
