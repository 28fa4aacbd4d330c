#include "proxy/names/dns_clusters.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;
using net::DnsCode;
using net::DnsType;

// A resolver whose side of the socket the test holds.
class HeldResolver final : public Resolver {
 public:
  explicit HeldResolver(runtime::Reactor& reactor) : reactor_(&reactor) {}

  runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time) override {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    far = std::make_unique<net::DatagramSocket>(*reactor_, net::Fd(ends[1]));
    co_return std::make_unique<net::DatagramSocket>(*reactor_, net::Fd(ends[0]));
  }
  runtime::Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time) override {
    co_return fail(Reason::refused, "no TCP here");
  }

  std::unique_ptr<net::DatagramSocket> far;

 private:
  runtime::Reactor* reactor_;
};

class DnsClustersTest : public testing::Test {
 protected:
  ~DnsClustersTest() override {
    runtime::spawn(gate_, clusters_.close());
    turn();
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void turn() {
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
  }
  void advance(Duration by) {
    clock_.advance(by);
    turn();
  }
  static decide::Cluster cluster(std::initializer_list<const char*> hosts) {
    decide::Cluster made;
    made.name = "out";
    made.discovery = decide::Discovery::dns;
    made.dns.emplace();
    made.dns->family = decide::AddressFamily::v4;
    made.dns->follows_ttl = true;
    made.dns->refresh_interval = 60s;
    made.dns->retry_interval = 1s;
    made.dns->retry_interval_max = 4s;
    for (const char* host : hosts) made.dns->names.push_back({.host = host, .like = {.address = {.port = 80}}});
    return made;
  }
  void follow(const decide::Cluster& made) {
    clusters_.follow({std::make_shared<const decide::Cluster>(made)});
    turn();
  }

  // The query that is under way; nothing where there is none.
  std::optional<net::DnsQuery> asked() {
    std::string buffer(512, '\0');
    if (!resolver_.far) return std::nullopt;
    const net::Io io = resolver_.far->try_receive(buffer, nullptr);
    if (!io.done()) return std::nullopt;
    return net::parse_dns_query(buffer.substr(0, io.size)).value();
  }
  void answer(const net::DnsQuery& query, std::initializer_list<std::string_view> addresses, uint32_t ttl_s = 30,
              DnsCode code = DnsCode::ok) {
    std::vector<net::DnsRecord> records;
    for (const std::string_view address : addresses) {
      const auto ip = *decide::IpAddress::parse(address);
      const auto* bytes = reinterpret_cast<const char*>(ip.bytes.data());
      const std::string data = query.type == DnsType::a ? std::string(bytes + 12, 4) : std::string(bytes, 16);
      records.push_back({.type = query.type, .ttl_s = ttl_s, .data = data});
    }
    EXPECT_TRUE(resolver_.far->try_send(net::dns_answer(query, code, records, 512)).done());
    turn();
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  Random random_{1};
  HeldResolver resolver_{reactor_};
  std::vector<std::string> published_;  // each as "address address"
  DnsClusters clusters_{reactor_, resolver_, random_, [this](const auto&, const decide::EndpointSetPtr& endpoints) {
                          std::string text;
                          for (const auto& one : endpoints->endpoints)
                            text += (text.empty() ? "" : " ") + one.address.to_string();
                          published_.push_back(text);
                        }};
};

TEST_F(DnsClustersTest, every_address_of_a_name_becomes_an_endpoint) {
  follow(cluster({"a.test"}));
  const auto query = asked();
  ASSERT_TRUE(query);
  EXPECT_EQ(query->name, "a.test");
  EXPECT_EQ(query->type, DnsType::a);
  EXPECT_TRUE(published_.empty());
  answer(*query, {"10.0.0.2", "10.0.0.1"});
  EXPECT_EQ(published_, std::vector<std::string>{"10.0.0.1:80 10.0.0.2:80"});
}

TEST_F(DnsClustersTest, a_logical_cluster_takes_the_first_address) {
  auto logical = cluster({"a.test"});
  logical.dns->takes_first_only = true;
  follow(logical);
  answer(*asked(), {"10.0.0.2", "10.0.0.1"}, 10);
  EXPECT_EQ(published_.back(), "10.0.0.2:80");
  advance(10s);
  answer(*asked(), {}, 0, DnsCode::name_error);
  EXPECT_EQ(published_.size(), 1u);  // keeps what it had
}

TEST_F(DnsClustersTest, asks_again_when_the_records_are_out_of_date) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1"}, 10);
  advance(9s);
  EXPECT_FALSE(asked());
  advance(1s);
  answer(*asked(), {"10.0.0.9"}, 10);
  EXPECT_EQ(published_, (std::vector<std::string>{"10.0.0.1:80", "10.0.0.9:80"}));
}

TEST_F(DnsClustersTest, asks_at_the_clusters_interval_where_it_does_not_follow_the_records) {
  auto steady = cluster({"a.test"});
  steady.dns->follows_ttl = false;
  follow(steady);
  answer(*asked(), {"10.0.0.1"}, 1);
  advance(59s);
  EXPECT_FALSE(asked());
  advance(1s);
  EXPECT_TRUE(asked());
}

TEST_F(DnsClustersTest, the_same_addresses_are_not_published_twice) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1", "10.0.0.2"}, 1);
  advance(1s);
  answer(*asked(), {"10.0.0.2", "10.0.0.1"}, 1);
  EXPECT_EQ(published_.size(), 1u);
}

TEST_F(DnsClustersTest, a_failure_keeps_the_addresses_and_backs_off) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1"}, 1);
  advance(1s);
  answer(*asked(), {}, 0, DnsCode::server_failure);
  for (const Duration delay : {1s, 2s, 4s, 4s}) {
    advance(delay - 1ms);
    EXPECT_FALSE(asked());
    advance(1ms);
    answer(asked().value(), {}, 0, DnsCode::server_failure);
  }
  EXPECT_EQ(published_, std::vector<std::string>{"10.0.0.1:80"});
}

TEST_F(DnsClustersTest, a_name_that_is_no_more_has_no_endpoints) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1"}, 1);
  advance(1s);
  answer(*asked(), {}, 0, DnsCode::name_error);
  EXPECT_EQ(published_.back(), "");
}

TEST_F(DnsClustersTest, a_resolver_that_never_answers_leaves_the_cluster_empty_but_known) {
  follow(cluster({"a.test"}));
  advance(Forwarder::kTimeout);
  EXPECT_EQ(published_, std::vector<std::string>{""});
}

TEST_F(DnsClustersTest, waits_for_all_names_before_it_publishes) {
  follow(cluster({"a.test", "10.0.0.7", "b.test"}));
  const auto first = asked();
  const auto second = asked();
  answer(*first, {"10.0.0.1"});
  EXPECT_TRUE(published_.empty());
  answer(*second, {"10.0.0.2"});
  EXPECT_EQ(published_, std::vector<std::string>{"10.0.0.1:80 10.0.0.7:80 10.0.0.2:80"});
}

TEST_F(DnsClustersTest, asks_for_the_other_family_where_the_first_has_no_address) {
  auto automatic = cluster({"a.test"});
  automatic.dns->family = decide::AddressFamily::v6_else_v4;
  follow(automatic);
  const auto first = asked();
  EXPECT_EQ(first->type, DnsType::aaaa);
  answer(*first, {});
  const auto second = asked();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->type, DnsType::a);
  answer(*second, {"10.0.0.1"});
  EXPECT_EQ(published_.back(), "10.0.0.1:80");
}

TEST_F(DnsClustersTest, both_families_where_the_cluster_wants_all) {
  auto both = cluster({"a.test"});
  both.dns->family = decide::AddressFamily::both;
  follow(both);
  answer(*asked(), {"10.0.0.1"});
  answer(*asked(), {"2001:db8::1"});
  EXPECT_EQ(published_.back(), "10.0.0.1:80 [2001:db8::1]:80");
}

TEST_F(DnsClustersTest, a_cluster_that_is_gone_is_asked_for_no_more) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1"}, 1);
  clusters_.follow({});
  advance(10s);
  EXPECT_FALSE(asked());
}

TEST_F(DnsClustersTest, a_new_version_of_a_cluster_is_resolved_anew) {
  follow(cluster({"a.test"}));
  answer(*asked(), {"10.0.0.1"});
  follow(cluster({"b.test"}));
  const auto query = asked();
  ASSERT_TRUE(query);
  EXPECT_EQ(query->name, "b.test");
  answer(*query, {"10.0.0.2"});
  EXPECT_EQ(published_.back(), "10.0.0.2:80");
}

TEST(FirstNameserver, is_read_from_resolv_conf) {
  EXPECT_EQ(first_nameserver("search a.test\nnameserver 10.0.0.53\nnameserver 10.0.0.54\n").to_string(),
            "10.0.0.53:53");
  EXPECT_EQ(first_nameserver("nameserver \t fd00::1").to_string(), "[fd00::1]:53");
  EXPECT_EQ(first_nameserver("# nothing\n").to_string(), "127.0.0.1:53");
}

}  // namespace
}  // namespace weft::proxy
