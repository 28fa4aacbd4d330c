// A proxy's shard in memory, for tests: a client's stream, one cluster whose endpoints are streams in memory, a manual
// clock.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "net/memory_stream.h"
#include "proxy/connect/memory_dialer_for_test.h"
#include "proxy/http/serve_connection.h"
#include "proxy/outbound/stack.h"
#include "runtime/gate.h"

namespace weft::proxy {

// Keeps what was recorded last.
class LastRecord final : public RecordSink {
 public:
  void write(const Exchange& exchange) override {
    ++exchanges;
    status = exchange.record.status;
    flags = telemetry::to_string(exchange.record.flags);
    details = exchange.record.details;
    attempts = exchange.record.attempts;
    sent_bytes = exchange.record.sent_bytes;
    tried.clear();
    for (const AttemptRecord& attempt : exchange.attempts.attempts()) {
      tried.push_back(std::string(name_of(attempt.trouble)));
      idle = attempt.idle;
    }
    not_retried = exchange.attempts.not_retried;
    transport_failure = exchange.attempts.transport_failure;
  }
  void write(const TcpRecord&, const ClientFacts&) override {}

  int exchanges = 0;
  uint16_t status = 0;
  std::string flags;
  std::string details;
  uint32_t attempts = 0;
  uint64_t sent_bytes = 0;
  std::vector<std::string> tried;  // what stood in the way of each attempt
  std::optional<Duration> idle;    // of the last one's connection
  std::string not_retried;
  std::string transport_failure;
};

// A connection of the test's that rests, as accept/client_session.cc has them.
class Rest final : public Drainable {
 public:
  Rest(Shard& shard, net::Stream& stream, ConnectionHistory& history) : stream_(&stream), history_(&history) {
    shard.connections.push_back(*this);
  }
  void drain() override {}
  void end_idle() override {
    history_->is_ending = true;
    stream_->readiness().mark_readable();
  }

 private:
  net::Stream* stream_;
  ConnectionHistory* history_;
};

// Everything that a request passes through but sockets. Cluster 0 has the one endpoint 10.0.0.1:80; all requests go
// there unless the test changes `table` before the first of them.
class ProxiedTest : public testing::Test {
 protected:
  ProxiedTest() : shard_(reactor_, dialer_, 1, {}), gate_(reactor_) {
    cluster_.id = decide::ClusterId(0);
    cluster_.name = "up";
    decide::Route route{.name = "all"};
    route.action = decide::Forward{.clusters = {{.cluster = decide::ClusterId(0), .weight_up_to = 1}}};
    table_.hosts.push_back({.name = "any", .domains = {"*"}, .routes = {route}});
    (void)table_.index.add("*", 0);
  }
  ~ProxiedTest() override {
    client_.reset();
    dialer_.endpoints.clear();
    turn();
    advance(std::chrono::hours(1));
    EXPECT_EQ(gate_.inside(), 0u);
  }

  decide::Forward& forward() { return std::get<decide::Forward>(table_.hosts[0].routes[0].action); }

  // Puts cluster_, table_ and chain_ into force and connects a client.
  void start() {
    apply();
    connect();
  }
  void apply() {
    chain_.routes = std::make_shared<const decide::RouteTable>(table_);
    auto listener = std::make_shared<decide::Listener>();
    listener->address.port = 1;
    listener->default_chain = decide::FilterChain{.action = chain_};
    auto snapshot = std::make_shared<decide::Snapshot>();
    snapshot->version = ++version_;
    snapshot->listeners = {listener};
    snapshot->clusters = {std::make_shared<const decide::Cluster>(cluster_)};
    snapshot->clusters.insert(snapshot->clusters.end(), more_clusters_.begin(), more_clusters_.end());
    snapshot->index();
    shard_.apply(std::move(snapshot));
    if (has_endpoint_) {
      const decide::SocketAddress address{*decide::IpAddress::parse("10.0.0.1"), 80};
      set_endpoints(decide::ClusterId(0), {{.address = address}});
    }
  }
  void set_endpoints(decide::ClusterId cluster, std::vector<decide::Endpoint> endpoints) {
    ClusterState& state = shard_.clusters.at_id(cluster);
    auto set = std::make_shared<decide::EndpointSet>();
    set->endpoints = std::move(endpoints);
    state.take(make_rotation(state.shared_config(), std::move(set)), shard_.random);
  }
  void connect() {
    std::tie(client_, server_) = net::MemoryStream::connected(reactor_, 1 << 20);
    runtime::spawn(gate_, serve(std::move(server_), follow()));
  }
  ChainFollower follow() {
    const decide::Listener& listener = *shard_.snapshot->listeners[0];
    return ChainFollower(shard_, shard_.snapshot, listener, *listener.default_chain, {});
  }
  runtime::Task<void> serve(std::unique_ptr<net::MemoryStream> stream, ChainFollower follower) {
    const HttpService service{shard_, sink_, exchanges_, outbound_stack()};
    ConnectionHistory history{.opened = reactor_.now()};
    while (co_await serve_http_connection(service, *stream, std::move(follower), client_facts_, history) ==
           Afterwards::rests) {
      ++rests_;
      const Rest rest(shard_, *stream, history);
      if (co_await stream->readable(history.rests_until) != runtime::Wait::ready) break;
      follower = follow();
    }
  }

  int rests_ = 0;
  ClientFacts client_facts_;  // of clients that connect from now on

  void turn() {
    for (int i = 0; i < 12; ++i) reactor_.turn(Duration::zero());
  }
  void advance(Duration by) {
    clock_.advance(by);
    turn();
  }
  static std::string take(net::MemoryStream& stream) {
    std::string all(1 << 16, '\0');
    const net::Io io = stream.try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }
  void put(net::MemoryStream& stream, std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(stream.try_write({&part, 1}).size, bytes.size());
    turn();
  }

  void send(std::string_view bytes) { put(*client_, bytes); }
  std::string received() { return take(*client_); }
  std::string asked(size_t endpoint = 0) { return take(*dialer_.endpoints.at(endpoint)); }
  void answer(std::string_view bytes, size_t endpoint = 0) { put(*dialer_.endpoints.at(endpoint), bytes); }
  bool client_is_closed() {
    char byte;
    return client_->try_read({&byte, 1}).at_end();
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  MemoryDialer dialer_{reactor_};
  Shard shard_;
  ExchangePool exchanges_{shard_};
  runtime::Gate gate_;
  LastRecord sink_;
  decide::Cluster cluster_;
  std::vector<decide::ClusterPtr> more_clusters_;  // with the ids from 1 on
  decide::RouteTable table_;
  decide::HttpChain chain_;
  bool has_endpoint_ = true;
  uint64_t version_ = 0;
  std::unique_ptr<net::MemoryStream> client_;
  std::unique_ptr<net::MemoryStream> server_;
};

}  // namespace weft::proxy
