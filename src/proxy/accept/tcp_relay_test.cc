#include "proxy/accept/tcp_relay.h"

#include <map>

#include <gtest/gtest.h>

#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;

// Keeps what is said of TCP connections.
class TcpRecords final : public RecordSink {
 public:
  void write(const Exchange&) override {}
  void write(const TcpRecord& record, const ClientFacts&) override {
    ++records;
    flags = telemetry::to_string(record.flags);
    received_bytes = record.received_bytes;
    sent_bytes = record.sent_bytes;
    cluster = record.cluster ? record.cluster->name : "";
    endpoint = record.endpoint ? record.endpoint->text : "";
  }

  int records = 0;
  std::string flags;
  std::string cluster;
  std::string endpoint;
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
};

// A shard in memory with the clusters "db" (id 0, 10.0.0.1:5432 and 10.0.0.2:5432) and an SNI cluster (id 1).
class TcpRelayTest : public testing::Test {
 protected:
  TcpRelayTest() {
    facts_.address = {*decide::IpAddress::parse("10.9.9.9"), 40000};
    chain_.clusters = {{.cluster = decide::ClusterId(0), .weight_up_to = 1}};
    db_.name = "db";
    add_endpoints(0, {"10.0.0.1", "10.0.0.2"});
    add_endpoints(1, {"10.0.0.3"});
  }
  ~TcpRelayTest() override {
    client_.reset();
    dialer_.endpoints.clear();
    advance(1h);
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void add_endpoints(uint32_t cluster, std::initializer_list<const char*> addresses) {
    auto set = std::make_shared<decide::EndpointSet>();
    for (const char* ip : addresses) set->endpoints.push_back({.address = {*decide::IpAddress::parse(ip), 5432}});
    endpoints_[cluster] = std::move(set);
  }
  void start() {
    auto snapshot = std::make_shared<decide::Snapshot>();
    auto by_name = std::make_shared<decide::Cluster>();
    by_name->id = decide::ClusterId(1);
    by_name->name = "outbound_.5432_._.db.shop.svc";
    db_.id = decide::ClusterId(0);
    snapshot->clusters = {std::make_shared<const decide::Cluster>(db_), by_name};
    snapshot->index();
    shard_.apply(std::move(snapshot));
    for (const auto& [cluster, set] : endpoints_) {
      ClusterState& state = shard_.clusters.at_id(decide::ClusterId(cluster));
      state.take(make_rotation(state.shared_config(), set), shard_.random);
    }
    connect();
  }
  void connect() {
    std::tie(client_, server_) = net::MemoryStream::connected(reactor_, 1 << 20);
    runtime::spawn(gate_, run(std::move(server_)));
    turn();
  }
  runtime::Task<void> run(std::unique_ptr<net::MemoryStream> stream) {
    co_await relay_tcp(shard_, *stream, chain_, shard_.snapshot, facts_, sink_);
  }
  void turn() {
    for (int i = 0; i < 12; ++i) reactor_.turn(Duration::zero());
  }
  void advance(Duration by) {
    clock_.advance(by);
    turn();
  }
  void put(net::MemoryStream& stream, std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(stream.try_write({&part, 1}).size, bytes.size());
    turn();
  }
  static std::string take(net::MemoryStream& stream) {
    std::string all(1 << 16, '\0');
    const net::Io io = stream.try_read(all);
    return io.done() ? all.substr(0, io.size) : io.at_end() ? "end" : "";
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  MemoryDialer dialer_{reactor_};
  Shard shard_{reactor_, dialer_, 1, {}};
  runtime::Gate gate_{reactor_};
  TcpRecords sink_;
  ClientFacts facts_;
  decide::Cluster db_;
  std::map<uint32_t, decide::EndpointSetPtr> endpoints_;  // by the cluster's id
  decide::TcpChain chain_;
  std::unique_ptr<net::MemoryStream> client_;
  std::unique_ptr<net::MemoryStream> server_;
};

TEST_F(TcpRelayTest, records_what_went_through) {
  start();
  put(*client_, "query");
  EXPECT_EQ(take(*dialer_.endpoints.at(0)), "query");
  put(*dialer_.endpoints.at(0), "two rows");
  EXPECT_EQ(take(*client_), "two rows");
  EXPECT_EQ(sink_.records, 0);
  client_->finish_writing();
  dialer_.endpoints.at(0)->finish_writing();
  turn();
  EXPECT_EQ(sink_.records, 1);
  EXPECT_EQ(sink_.flags, "-");
  EXPECT_EQ(sink_.received_bytes, 5u);
  EXPECT_EQ(sink_.sent_bytes, 8u);
  EXPECT_EQ(sink_.cluster, "db");
  EXPECT_EQ(sink_.endpoint.substr(0, 7), "10.0.0.");
}

TEST_F(TcpRelayTest, a_full_cluster_takes_no_connection_more) {
  db_.limits.connections_max = 1;
  start();
  auto first = std::move(client_);
  connect();
  EXPECT_EQ(take(*client_), "end");
  EXPECT_EQ(sink_.flags, "UO");
  EXPECT_EQ(dialer_.dials, 1);
  put(*first, "still served");
  EXPECT_EQ(take(*dialer_.endpoints.at(0)), "still served");
}

TEST_F(TcpRelayTest, tries_other_endpoints_as_often_as_it_may) {
  chain_.connect_attempts_max = 2;
  dialer_.refuses = true;
  start();
  EXPECT_EQ(dialer_.dials, 2);
  EXPECT_EQ(sink_.flags, "UF,URX");
  EXPECT_EQ(take(*client_), "end");
}

TEST_F(TcpRelayTest, an_endpoint_that_does_not_answer_is_given_up_at_the_clusters_time) {
  dialer_.hangs = true;
  db_.connect_timeout = 3s;
  start();
  advance(2999ms);
  EXPECT_EQ(sink_.records, 0);
  advance(2ms);
  EXPECT_EQ(sink_.flags, "UF,URX");
}

TEST_F(TcpRelayTest, says_when_there_is_no_endpoint) {
  add_endpoints(0, {});
  start();
  EXPECT_EQ(sink_.flags, "UH");
  EXPECT_EQ(sink_.cluster, "db");
}

TEST_F(TcpRelayTest, says_when_there_is_no_cluster) {
  chain_.clusters = {{.cluster = decide::ClusterId(7), .weight_up_to = 1}};
  start();
  EXPECT_EQ(sink_.flags, "NC");
}

TEST_F(TcpRelayTest, follows_the_server_name_where_the_chain_says_so) {
  chain_.follows_server_name = true;
  facts_.server_name = "outbound_.5432_._.db.shop.svc";
  start();
  client_->finish_writing();
  dialer_.endpoints.at(0)->finish_writing();
  turn();
  EXPECT_EQ(sink_.endpoint, "10.0.0.3:5432");
}

TEST_F(TcpRelayTest, a_server_name_reaches_no_other_cluster) {
  chain_.follows_server_name = true;
  facts_.server_name = "db";
  start();
  EXPECT_EQ(sink_.flags, "NC");
  EXPECT_EQ(dialer_.dials, 0);
}

TEST_F(TcpRelayTest, without_a_server_name_the_chains_own_cluster_is_taken) {
  chain_.follows_server_name = true;
  start();
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(TcpRelayTest, an_old_connection_ends_with_its_reason) {
  chain_.connection_age_max = 30s;
  start();
  advance(29s);
  put(*client_, "busy");
  EXPECT_EQ(sink_.records, 0);
  advance(1001ms);
  EXPECT_EQ(sink_.flags, "DT");
  EXPECT_EQ(sink_.received_bytes, 4u);
}

TEST_F(TcpRelayTest, an_idle_connection_ends_after_the_chains_time) {
  chain_.idle_timeout = 5s;
  start();
  advance(5001ms);
  EXPECT_EQ(sink_.records, 1);
  EXPECT_EQ(sink_.flags, "-");
  EXPECT_EQ(take(*client_), "end");
}

}  // namespace
}  // namespace weft::proxy
