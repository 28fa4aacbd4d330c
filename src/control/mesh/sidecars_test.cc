#include "control/mesh/sidecars.h"

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

constexpr const char* kAll = "egress: [{hosts: [\"*/*\"]}]";

std::string chosen(const MeshBuilder& builder, const std::string& space, const model::Labels& labels) {
  const auto sidecar = builder.view()->sidecars().choose(space, labels, builder.view()->root_space());
  return sidecar ? sidecar->name : "none";
}

TEST(Sidecars, TheOneThatSelectsComesBeforeTheNamespacesAndTheRoots) {
  MeshBuilder builder;
  const auto all = std::string("{") + kAll + "}";
  builder.apply({sidecar("shop", "whole", all), sidecar("istio-system", "root", all),
                 sidecar("shop", "mine", std::string("{workloadSelector: {labels: {app: a}}, ") + kAll + "}")});
  EXPECT_EQ(chosen(builder, "shop", {{"app", "a"}}), "shop/mine");
  EXPECT_EQ(chosen(builder, "shop", {{"app", "b"}}), "shop/whole");
  EXPECT_EQ(chosen(builder, "other", {{"app", "a"}}), "istio-system/root");
  const auto touched = builder.apply({removed(sidecar("shop", "mine", all))});
  EXPECT_TRUE(touched.sidecars.contains("shop/mine"));
  EXPECT_EQ(chosen(builder, "shop", {{"app", "a"}}), "shop/whole");
}

TEST(Sidecars, NoneHoldsWhereThereIsNone) {
  EXPECT_EQ(chosen(MeshBuilder(), "shop", {}), "none");
}

TEST(Sidecars, MakeBytesOfAPortThatTheyListAsSuchForThoseTheyHoldFor) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "mine",
                         "{workloadSelector: {labels: {app: a}}, ingress: [{port: {number: 80, protocol: TCP}}, "
                         "{port: {number: 81, protocol: HTTP}}, {port: {number: 82}}]}"),
                 sidecar("shop", "whole", "{ingress: [{port: {number: 81, protocol: TLS}}]}")});
  const auto makes = [&](const std::string& space, const std::string& app, uint32_t port) {
    const auto& view = *builder.view();
    return view.sidecars().makes_bytes_of(space, {{"app", app}}, view.root_space(), port);
  };
  EXPECT_TRUE(makes("shop", "a", 80));
  EXPECT_FALSE(makes("shop", "a", 81)) << "the namespace's does not hold for it";
  EXPECT_FALSE(makes("shop", "a", 82)) << "is to be found out";
  EXPECT_FALSE(makes("shop", "a", 83)) << "not listed";
  EXPECT_TRUE(makes("shop", "b", 81));
  EXPECT_FALSE(makes("other", "a", 80));
  builder.apply({sidecar("istio-system", "root", "{ingress: [{port: {number: 80, protocol: MONGO}}]}")});
  EXPECT_TRUE(makes("other", "a", 80));
}

TEST(Sidecars, TouchTheServicesOfTheirNamespaceWhereSomeMakeBytesOfAPort) {
  MeshBuilder builder;
  const auto of = [](const std::string& name, const std::string& protocol) {
    return sidecar("shop", name, "{ingress: [{port: {number: 80, protocol: " + protocol + "}}]}");
  };
  const std::string ports = "{ports: [{port: 80, name: http}]}";
  builder.apply({service("shop", "api", ports), service("far", "api", ports)});
  EXPECT_TRUE(builder.apply({of("s", "HTTP")}).hosts.empty());
  const std::set<std::string, std::less<>> hosts = {"api.shop.svc.cluster.local"};
  EXPECT_EQ(builder.apply({of("s", "TCP")}).hosts, hosts);
  EXPECT_EQ(builder.apply({of("t", "HTTP")}).hosts, hosts) << "another one may hold now";
  EXPECT_EQ(builder.apply({removed(of("s", "TCP"))}).hosts, hosts);
  EXPECT_TRUE(builder.apply({removed(of("t", "HTTP"))}).hosts.empty());
}

TEST(Sidecars, ReachWhatTheirEgressHostsName) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "s",
                         "{egress: [{hosts: [\"./*\", \"*/*.example.com\", \"ext/a.com\", \"~x/*.example.com\"]}]}")});
  const auto reached = [&](const std::string& space, const std::string& host) {
    return reaches(*builder.view()->sidecars().named("shop/s"), space, host);
  };
  EXPECT_TRUE(reached("shop", "api.shop.svc.cluster.local"));
  EXPECT_FALSE(reached("other", "api.other.svc.cluster.local"));
  EXPECT_TRUE(reached("other", "b.example.com"));
  EXPECT_FALSE(reached("x", "b.example.com")) << "left out";
  EXPECT_TRUE(reached("ext", "a.com"));
  EXPECT_FALSE(reached("ext", "b.com"));
}

TEST(Sidecars, ReachAPortByItsOwnListenerAloneElseByTheOneWithoutPort) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "s", "{egress: [{port: {number: 81}, hosts: [\"other/*\"]}, {hosts: [\"./*\"]}]}")});
  const auto reached = [&](const std::string& space, uint32_t port) {
    return reaches(*builder.view()->sidecars().named("shop/s"), space, "api." + space + ".svc.cluster.local", port);
  };
  EXPECT_TRUE(reached("other", 81));
  EXPECT_FALSE(reached("other", 80));
  EXPECT_TRUE(reached("shop", 80));
  EXPECT_FALSE(reached("shop", 81)) << "the listener of port 81 has other hosts";
}

TEST(Sidecars, WhoseListenersAllHavePortsReachNoOther) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "s", "{egress: [{port: {number: 81}, hosts: [\"*/*\"]}]}")});
  const auto& one = *builder.view()->sidecars().named("shop/s");
  EXPECT_TRUE(reaches(one, "shop", "a.b", 81));
  EXPECT_FALSE(reaches(one, "shop", "a.b", 80));
}

TEST(Sidecars, OfNothingReachesNothing) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "s", "{egress: [{hosts: [\"~/*\"]}]}")});
  EXPECT_FALSE(reaches(*builder.view()->sidecars().named("shop/s"), "shop", "api.shop.svc.cluster.local"));
}

std::optional<EgressPlace> place(const std::string& listeners, uint32_t port) {
  MeshBuilder builder;
  builder.apply({sidecar("shop", "default", "{egress: [" + listeners + "]}")});
  return egress_place(*builder.view()->sidecars().named("shop/default"), port);
}

TEST(EgressPlace, IsNoneWhereServicesAreFoundAtTheirOwnAddresses) {
  EXPECT_FALSE(place("{hosts: ['*/*']}", 80));
  EXPECT_FALSE(place("{port: {number: 80}, captureMode: IPTABLES, hosts: ['*/*']}", 80));
  EXPECT_FALSE(place("{port: {number: 80}, captureMode: NONE, hosts: ['*/*']}, {hosts: ['*/*']}", 81));
}

TEST(EgressPlace, IsOfTheListenerThatThePortFallsTo) {
  const std::string listeners =
      "{port: {number: 80, protocol: HTTP}, captureMode: NONE, hosts: ['*/*']}, "
      "{port: {number: 81}, bind: 10.1.1.1, hosts: ['*/*']}, {captureMode: NONE, bind: 127.0.0.9, hosts: ['*/*']}";
  const auto http = place(listeners, 80);
  ASSERT_TRUE(http);
  EXPECT_EQ(http->address, "127.0.0.1");
  EXPECT_TRUE(http->is_bound);
  EXPECT_EQ(http->protocol, Protocol::http);
  const auto redirected = place(listeners, 81);
  ASSERT_TRUE(redirected);
  EXPECT_EQ(redirected->address, "10.1.1.1");
  EXPECT_FALSE(redirected->is_bound);
  const auto other = place(listeners, 82);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->address, "127.0.0.9");
  EXPECT_TRUE(other->is_bound);
  EXPECT_FALSE(other->protocol) << "its services' own";
}

}  // namespace
}  // namespace weft::control::mesh
