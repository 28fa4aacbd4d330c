#include "decide/snapshot.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

SocketAddress at(const char* ip, uint16_t port) {
  return {*IpAddress::parse(ip), port};
}

ListenerPtr listener(const char* name, SocketAddress address, bool binds, bool hands_off = false) {
  auto made = std::make_shared<Listener>();
  made->name = name;
  made->address = address;
  made->binds = binds;
  made->hands_off = hands_off;
  return made;
}

// The listeners of a sidecar: two that capture, one for a service's port, one for a service's address.
Snapshot sidecar() {
  Snapshot snapshot;
  snapshot.listeners = {listener("virtualOutbound", at("0.0.0.0", 15001), true, true),
                        listener("virtualInbound", at("0.0.0.0", 15006), true),
                        listener("0.0.0.0_3000", at("0.0.0.0", 3000), false),
                        listener("10.96.0.11_5432", at("10.96.0.11", 5432), false)};
  snapshot.index();
  return snapshot;
}

std::string taken_by(const Snapshot& snapshot, SocketAddress accepting, SocketAddress destination) {
  return snapshot.listener_for(*snapshot.listener_at(accepting), destination)->name;
}

TEST(Snapshot, hands_a_captured_connection_to_the_listener_of_its_destination) {
  const auto snapshot = sidecar();
  const auto outbound = at("0.0.0.0", 15001);
  EXPECT_EQ(taken_by(snapshot, outbound, at("10.96.0.11", 5432)), "10.96.0.11_5432");
  EXPECT_EQ(taken_by(snapshot, outbound, at("10.96.0.10", 3000)), "0.0.0.0_3000");
  EXPECT_EQ(taken_by(snapshot, outbound, at("192.0.2.1", 443)), "virtualOutbound");
}

TEST(Snapshot, hands_nothing_to_a_listener_with_a_door_of_its_own) {
  EXPECT_EQ(taken_by(sidecar(), at("0.0.0.0", 15001), at("10.0.0.1", 15006)), "virtualOutbound");
}

TEST(Snapshot, keeps_connections_where_listeners_do_not_hand_off) {
  EXPECT_EQ(taken_by(sidecar(), at("0.0.0.0", 15006), at("10.0.0.1", 3000)), "virtualInbound");
}

TEST(Snapshot, lets_clients_choose_only_clusters_that_are_named_for_it) {
  Snapshot snapshot;
  for (const char* name :
       {"outbound_.80_.v1_.shop.svc", "outbound_.80_._.shop.svc", "outbound|80||shop.svc", "outbound_.x_._.shop.svc",
        "outbound_.80_.shop.svc", "outbound_.80_._.", "BlackHoleCluster"}) {
    auto cluster = std::make_shared<Cluster>();
    cluster->id = ClusterId(static_cast<uint32_t>(snapshot.clusters.size()));
    cluster->name = name;
    snapshot.clusters.push_back(std::move(cluster));
  }
  snapshot.clusters.push_back(nullptr);
  snapshot.index();
  EXPECT_EQ(snapshot.cluster_of_server_name("outbound_.80_.v1_.shop.svc"), ClusterId(0));
  EXPECT_EQ(snapshot.cluster_of_server_name("outbound_.80_._.shop.svc"), ClusterId(1));
  EXPECT_EQ(snapshot.by_server_name.size(), 2);
  EXPECT_EQ(snapshot.cluster_of_server_name("outbound_.81_._.shop.svc"), std::nullopt);
  EXPECT_EQ(snapshot.cluster_of_server_name("BlackHoleCluster"), std::nullopt);
}

TEST(Snapshot, knows_nothing_of_ids_beyond_its_tables) {
  const auto snapshot = sidecar();
  EXPECT_EQ(snapshot.cluster(ClusterId(7)), nullptr);
  EXPECT_EQ(snapshot.route_table(RouteTableId(7)), nullptr);
}

}  // namespace
}  // namespace weft::decide
