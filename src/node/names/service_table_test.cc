#include "node/names/service_table.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using api::kubernetes::EndpointSlice;
using api::kubernetes::Service;
using api::kubernetes::SliceEndpoint;

// A table with `shop/api` (10.96.0.5:80 -> 8080) and the headless `shop/db`.
ServiceTable shop() {
  ServiceTable table;
  table.put(api::Metadata{.name = "api", .namespace_name = "shop"},
            Service{.cluster_ip = "10.96.0.5", .ports = {{.name = "http", .port = 80}}});
  table.put(api::Metadata{.name = "db", .namespace_name = "shop"},
            Service{.cluster_ip = "None", .ports = {{.port = 5432}}});
  SliceEndpoint gone{.addresses = {"10.244.0.9"}};
  gone.conditions.ready = false;
  table.put(api::Metadata{.name = "api-x", .namespace_name = "shop", .labels = {{"kubernetes.io/service-name", "api"}}},
            EndpointSlice{.endpoints = {{.addresses = {"10.244.0.3"}}, {.addresses = {"10.244.0.2"}}, gone},
                          .ports = {{.name = "http", .port = 8080}}});
  table.put(api::Metadata{.name = "db-x", .namespace_name = "shop", .labels = {{"kubernetes.io/service-name", "db"}}},
            EndpointSlice{.endpoints = {{.addresses = {"10.244.0.4"}, .hostname = "db-0"}}, .ports = {{.port = 5432}}});
  return table;
}

TEST(ServiceTable, sends_a_service_port_to_its_ready_endpoints_in_order) {
  const std::vector<ServiceTarget> expected = {
      {.service = *net::Address::parse("10.96.0.5:80"),
       .endpoints = {*net::Address::parse("10.244.0.2:8080"), *net::Address::parse("10.244.0.3:8080")}}};
  EXPECT_EQ(shop().targets(), expected);
}

TEST(ServiceTable, answers_a_service_with_its_address_and_a_headless_one_with_its_pods) {
  const auto table = shop();
  EXPECT_EQ(table.look_up("api.shop.svc.cluster.local").addresses, std::vector{*net::IpAddress::parse("10.96.0.5")});
  EXPECT_EQ(table.look_up("db.shop.svc.cluster.local").addresses, std::vector{*net::IpAddress::parse("10.244.0.4")});
  EXPECT_EQ(table.look_up("db-0.db.shop.svc.cluster.local").addresses,
            std::vector{*net::IpAddress::parse("10.244.0.4")});
}

TEST(ServiceTable, tells_names_that_do_not_exist_from_names_of_others) {
  const auto table = shop();
  EXPECT_EQ(table.look_up("none.shop.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(table.look_up("api.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(table.look_up("db-9.db.shop.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(table.look_up("example.com").kind, NameAnswer::Kind::foreign);
  EXPECT_EQ(table.look_up("notcluster.local").kind, NameAnswer::Kind::foreign);
}

TEST(ServiceTable, follows_external_names) {
  auto table = shop();
  const auto stand_for = [&](std::string name, std::string target) {
    table.put(api::Metadata{.name = std::move(name), .namespace_name = "shop"},
              Service{.type = "ExternalName", .external_name = std::move(target)});
  };
  stand_for("old", "API.shop.svc.cluster.local.");
  stand_for("older", "old.shop.svc.cluster.local");
  stand_for("partner", "partner.example");
  stand_for("lost", "none.shop.svc.cluster.local");
  stand_for("round", "about.shop.svc.cluster.local");
  stand_for("about", "round.shop.svc.cluster.local");
  const auto older = table.look_up("older.shop.svc.cluster.local");
  EXPECT_EQ(older.alias_of, "api.shop.svc.cluster.local");
  EXPECT_EQ(older.addresses, std::vector{*net::IpAddress::parse("10.96.0.5")});
  const auto partner = table.look_up("partner.shop.svc.cluster.local");
  EXPECT_EQ(partner.kind, NameAnswer::Kind::foreign);
  EXPECT_EQ(partner.alias_of, "partner.example");
  EXPECT_EQ(table.look_up("lost.shop.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(table.look_up("round.shop.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(table.look_up("api.shop.svc.cluster.local").alias_of, "");
}

TEST(ServiceTable, forgets_a_slice_that_is_no_services_any_more) {
  auto table = shop();
  const EndpointSlice slice{.endpoints = {{.addresses = {"10.244.0.3"}}}, .ports = {{.name = "http", .port = 8080}}};
  table.put(api::Metadata{.name = "api-x", .namespace_name = "shop"}, slice);
  EXPECT_TRUE(table.targets().front().endpoints.empty()) << "its label is gone";
  table.put(api::Metadata{.name = "db-x", .namespace_name = "shop", .labels = {{"kubernetes.io/service-name", "api"}}},
            slice);
  EXPECT_EQ(table.targets().front().endpoints.size(), 1u) << "it is another Service's";
  EXPECT_TRUE(table.look_up("db.shop.svc.cluster.local").addresses.empty());
}

TEST(ServiceTable, leaves_out_what_the_pods_network_has_not) {
  auto table = shop();
  table.put(api::Metadata{.name = "api", .namespace_name = "shop"},
            Service{.cluster_ip = "10.96.0.5",
                    .ports = {{.name = "sctp", .protocol = "SCTP", .port = 80}, {.name = "http", .port = 80}}});
  table.put(api::Metadata{.name = "six", .namespace_name = "shop"},
            Service{.cluster_ip = "fd00::1", .ports = {{.port = 80}}});
  table.put(api::Metadata{.name = "api-6", .namespace_name = "shop", .labels = {{"kubernetes.io/service-name", "api"}}},
            EndpointSlice{.endpoints = {{.addresses = {"fd00::2", "no address"}}},
                          .ports = {{.name = "http", .port = 8080}, {.name = "http"}}});
  EXPECT_EQ(table.targets(), shop().targets());
}

TEST(ServiceTable, forgets_what_is_removed) {
  auto table = shop();
  table.remove_slice("shop/api-x");
  EXPECT_TRUE(table.targets().front().endpoints.empty());
  table.remove_service("shop/api");
  EXPECT_TRUE(table.targets().empty());
}

}  // namespace
}  // namespace weft::node
