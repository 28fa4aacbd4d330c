#include "proxy/config/resources.h"

#include <deque>

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

// Opens everything but ports that are taken.
class Doors final : public SnapshotSink {
 public:
  Result<> open(const decide::Listener& listener) override {
    if (listener.address.port == taken) return fail(Reason::already_exists, "the address is in use");
    return {};
  }
  runtime::Task<void> apply(decide::SnapshotPtr) override { co_return; }
  runtime::Task<void> apply(std::vector<EndpointChange>) override { co_return; }

  uint16_t taken = 0;
};

class ResourcesTest : public testing::Test {
 protected:
  using Cluster = envoy::config::cluster::v3::Cluster;

  Resources::Incoming incoming(std::string_view name, const std::string& bytes) {
    kept_.push_back(bytes);
    return {.name = name, .version = "1", .bytes = kept_.back(), .now = now_};
  }
  Result<> put_cluster(const std::string& name, int connect_timeout_s = 1) {
    Cluster cluster;
    cluster.set_name(name);
    cluster.set_type(Cluster::EDS);
    cluster.mutable_connect_timeout()->set_seconds(connect_timeout_s);
    return resources_.put_cluster(incoming(name, cluster.SerializeAsString()));
  }
  decide::ClusterPtr put_cluster_by_dns(const std::string& host) {
    Cluster cluster;
    cluster.set_name("out");
    cluster.set_type(Cluster::STRICT_DNS);
    auto* endpoint = cluster.mutable_load_assignment()->add_endpoints()->add_lb_endpoints()->mutable_endpoint();
    endpoint->mutable_address()->mutable_socket_address()->set_address(host);
    EXPECT_TRUE(resources_.put_cluster(incoming("out", cluster.SerializeAsString())));
    return resources_.clusters_by_dns().at(0);
  }
  Result<> put_endpoints(const std::string& name, const std::string& ip = "10.0.0.1") {
    envoy::config::endpoint::v3::ClusterLoadAssignment set;
    set.set_cluster_name(name);
    auto* address =
        set.add_endpoints()->add_lb_endpoints()->mutable_endpoint()->mutable_address()->mutable_socket_address();
    address->set_address(ip);
    address->set_port_value(80);
    return resources_.put_endpoints(incoming(name, set.SerializeAsString()));
  }
  Result<> put_routes(const std::string& name, const std::string& cluster) {
    envoy::config::route::v3::RouteConfiguration table;
    table.set_name(name);
    auto* host = table.add_virtual_hosts();
    host->set_name("any");
    host->add_domains("*");
    auto* route = host->add_routes();
    route->mutable_match()->set_prefix("/");
    route->mutable_route()->set_cluster(cluster);
    return resources_.put_route_table(incoming(name, table.SerializeAsString()));
  }
  Result<> put_listener(const std::string& name, uint16_t port, const std::string& routes) {
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager manager;
    manager.set_stat_prefix("test");
    manager.mutable_rds()->set_route_config_name(routes);
    manager.add_http_filters()->mutable_typed_config()->PackFrom(
        envoy::extensions::filters::http::router::v3::Router());
    envoy::config::listener::v3::Listener listener;
    listener.set_name(name);
    listener.mutable_address()->mutable_socket_address()->set_address("0.0.0.0");
    listener.mutable_address()->mutable_socket_address()->set_port_value(port);
    listener.add_filter_chains()->add_filters()->mutable_typed_config()->PackFrom(manager);
    return resources_.put_listener(incoming(name, listener.SerializeAsString()), doors_);
  }
  Resources::Step step() { return resources_.advance(now_); }
  // What is in force: "clusters/tables/listeners".
  std::string in_force() {
    if (const auto snapshot = step().snapshot) last_ = snapshot;
    if (!last_) return "nothing";
    const auto count = [](const auto& all) {
      return std::ranges::count_if(all, [](const auto& one) { return one != nullptr; });
    };
    return std::to_string(count(last_->clusters)) + "/" + std::to_string(count(last_->route_tables)) + "/" +
           std::to_string(last_->listeners.size());
  }

  Time now_{std::chrono::hours(1)};
  Doors doors_;
  Resources resources_;
  decide::SnapshotPtr last_;
  std::deque<std::string> kept_;
};

TEST_F(ResourcesTest, bring_a_cluster_into_force_once_its_endpoints_are_known) {
  ASSERT_TRUE(put_cluster("a"));
  EXPECT_EQ(in_force(), "nothing");
  EXPECT_FALSE(resources_.is_settled());
  EXPECT_EQ(resources_.wanted_endpoints(), std::set<std::string>{"a"});
  ASSERT_TRUE(put_endpoints("a"));
  const auto now = step();
  ASSERT_EQ(now.endpoints.size(), 1);  // told before the snapshot that uses them
  EXPECT_EQ(now.endpoints[0].endpoints->endpoints[0].address.to_string(), "10.0.0.1:80");
  ASSERT_NE(now.snapshot, nullptr);
  EXPECT_TRUE(resources_.is_settled());
}

TEST_F(ResourcesTest, tell_of_new_endpoints_without_a_snapshot) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  step();
  ASSERT_TRUE(put_endpoints("a", "10.0.0.2"));
  const auto now = step();
  EXPECT_EQ(now.endpoints.size(), 1);
  EXPECT_EQ(now.snapshot, nullptr);
}

TEST_F(ResourcesTest, bring_a_listener_into_force_after_its_routes_and_those_after_their_clusters) {
  ASSERT_TRUE(put_listener("l", 80, "r"));
  EXPECT_EQ(resources_.wanted_route_tables(), std::set<std::string>{"r"});
  EXPECT_EQ(in_force(), "nothing");
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_routes("r", "a"));
  EXPECT_EQ(in_force(), "nothing");
  ASSERT_TRUE(put_endpoints("a"));
  EXPECT_EQ(in_force(), "1/1/1");
}

TEST_F(ResourcesTest, do_not_wait_for_a_cluster_that_nobody_announced) {
  ASSERT_TRUE(put_routes("r", "unknown"));
  EXPECT_EQ(in_force(), "0/1/0");
}

TEST_F(ResourcesTest, keep_the_old_routes_until_a_new_cluster_is_ready) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  ASSERT_TRUE(put_routes("r", "a"));
  EXPECT_EQ(in_force(), "1/1/0");
  ASSERT_TRUE(put_cluster("b"));
  ASSERT_TRUE(put_routes("r", "b"));
  step();
  EXPECT_NE(resources_.route_tables().find("r")->warming.compiled, nullptr);
  ASSERT_TRUE(put_endpoints("b"));
  EXPECT_EQ(in_force(), "2/1/0");
  EXPECT_EQ(resources_.route_tables().find("r")->warming.compiled, nullptr);
}

TEST_F(ResourcesTest, keep_what_works_when_its_successor_is_rejected) {
  ASSERT_TRUE(put_routes("r", "a"));
  step();
  const auto rejected = resources_.put_route_table(incoming("r", "\xff"));
  ASSERT_FALSE(rejected);
  EXPECT_EQ(step().snapshot, nullptr);
  EXPECT_EQ(resources_.route_tables().find("r")->last_error, "bytes that are not a RouteConfiguration");
  EXPECT_NE(resources_.route_tables().find("r")->active.compiled, nullptr);
}

TEST_F(ResourcesTest, use_the_endpoints_they_have_when_a_cluster_changes) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  step();
  ASSERT_TRUE(put_cluster("a", 2));
  EXPECT_NE(step().snapshot, nullptr);
  EXPECT_TRUE(resources_.is_settled());
}

TEST_F(ResourcesTest, change_nothing_for_what_is_repeated) {
  ASSERT_TRUE(put_routes("r", "a"));
  step();
  ASSERT_TRUE(put_routes("r", "a"));
  EXPECT_EQ(step().snapshot, nullptr);
}

TEST_F(ResourcesTest, keep_a_removed_cluster_while_a_route_names_it_but_not_for_ever) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  ASSERT_TRUE(put_routes("r", "a"));
  EXPECT_EQ(in_force(), "1/1/0");
  resources_.remove_cluster("a", now_);
  EXPECT_EQ(in_force(), "1/1/0");
  now_ += std::chrono::seconds(5);
  EXPECT_EQ(in_force(), "0/1/0");
}

TEST_F(ResourcesTest, drop_a_removed_cluster_that_nothing_names) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  EXPECT_EQ(in_force(), "1/0/0");
  resources_.remove_cluster("a", now_);
  EXPECT_EQ(in_force(), "0/0/0");
}

TEST_F(ResourcesTest, take_back_a_cluster_that_returns_unchanged) {
  ASSERT_TRUE(put_cluster("a"));
  ASSERT_TRUE(put_endpoints("a"));
  ASSERT_TRUE(put_routes("r", "a"));
  EXPECT_EQ(in_force(), "1/1/0");
  resources_.remove_cluster("a", now_);
  step();
  ASSERT_TRUE(put_cluster("a"));
  now_ += std::chrono::seconds(10);
  EXPECT_EQ(in_force(), "1/1/0");
}

TEST_F(ResourcesTest, go_on_without_what_never_comes) {
  ASSERT_TRUE(put_cluster("a"));
  step();
  now_ += std::chrono::seconds(15);
  EXPECT_EQ(in_force(), "1/0/0");
}

TEST_F(ResourcesTest, refuse_a_listener_whose_address_cannot_be_had) {
  doors_.taken = 80;
  EXPECT_EQ(put_listener("l", 80, "r").error().detail, "listener 'l': the address is in use");
  ASSERT_TRUE(put_listener("m", 81, "r"));
  EXPECT_EQ(put_listener("n", 81, "r").error().detail, "listener 'n': its address 0.0.0.0:81 is that of listener 'm'");
}

TEST_F(ResourcesTest, take_a_listener_out_of_force) {
  ASSERT_TRUE(put_routes("r", "a"));
  ASSERT_TRUE(put_listener("l", 80, "r"));
  EXPECT_EQ(in_force(), "0/1/1");
  resources_.remove_listener("l");
  EXPECT_EQ(in_force(), "0/1/0");
}

TEST_F(ResourcesTest, a_cluster_by_dns_waits_for_its_names) {
  const auto cluster = put_cluster_by_dns("a.test");
  EXPECT_EQ(resources_.advance(now_).snapshot, nullptr);
  const auto endpoints = std::make_shared<const decide::EndpointSet>();
  resources_.put_resolved(cluster, endpoints);
  const auto step = resources_.advance(now_);
  ASSERT_NE(step.snapshot, nullptr);
  ASSERT_EQ(step.endpoints.size(), 1u);
  EXPECT_EQ(step.endpoints[0].endpoints, endpoints);
}

TEST_F(ResourcesTest, what_the_names_resolve_to_later_comes_into_force_without_a_snapshot) {
  const auto cluster = put_cluster_by_dns("a.test");
  resources_.put_resolved(cluster, std::make_shared<const decide::EndpointSet>());
  (void)resources_.advance(now_);
  resources_.put_resolved(cluster, std::make_shared<const decide::EndpointSet>());
  const auto step = resources_.advance(now_);
  EXPECT_EQ(step.snapshot, nullptr);
  EXPECT_EQ(step.endpoints.size(), 1u);
}

TEST_F(ResourcesTest, tell_what_a_cluster_has_whoever_told_of_it) {
  const auto cluster = put_cluster_by_dns("a.test");
  EXPECT_EQ(resources_.endpoints_of(*cluster), nullptr);
  const auto endpoints = std::make_shared<const decide::EndpointSet>();
  resources_.put_resolved(cluster, endpoints);
  EXPECT_EQ(resources_.endpoints_of(*cluster), endpoints);
  ASSERT_TRUE(put_cluster("a"));
  const auto by_resource = resources_.clusters().find("a")->newest().compiled;
  EXPECT_EQ(resources_.endpoints_of(*by_resource), nullptr);
  ASSERT_TRUE(put_endpoints("a"));
  ASSERT_NE(resources_.endpoints_of(*by_resource), nullptr);
  EXPECT_EQ(resources_.endpoints_of(*by_resource)->endpoints.size(), 1u);
}

TEST_F(ResourcesTest, addresses_of_an_earlier_version_of_a_cluster_do_not_warm_it) {
  const auto before = put_cluster_by_dns("a.test");
  const auto after = put_cluster_by_dns("b.test");
  resources_.put_resolved(before, std::make_shared<const decide::EndpointSet>());
  EXPECT_EQ(resources_.advance(now_).snapshot, nullptr);
  resources_.put_resolved(after, std::make_shared<const decide::EndpointSet>());
  EXPECT_NE(resources_.advance(now_).snapshot, nullptr);
}

}  // namespace
}  // namespace weft::proxy
