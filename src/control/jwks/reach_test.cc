#include "control/jwks/reach.h"

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control {
namespace {

bool may(const char* address) {
  return may_be_dialled(*net::IpAddress::parse(address));
}

TEST(Reach, NeverEndsAtWhatTrustsItsNeighbours) {
  for (const char* address : {"127.0.0.1", "127.8.8.8", "0.0.0.0", "169.254.169.254", "169.254.0.1", "224.0.0.1",
                              "255.255.255.255", "100.100.100.200", "::1", "::", "fe80::1", "ff02::1", "fd00:ec2::254",
                              "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"}) {
    EXPECT_FALSE(may(address)) << address;
  }
  for (const char* address : {"10.0.0.1", "192.168.0.1", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8", "fd00::1"}) {
    EXPECT_TRUE(may(address)) << address;
  }
}

constexpr const char* kConfigMap =
    R"({"data":{"hosts":"auth.example.com 127.0.0.1:8443\nIdp.Test 10.0.0.1\n","ca.pem":"PEM"}})";

TEST(Reach, IsWhatWeftYamlSaysFirst) {
  const auto outside = read_outside_hosts(kConfigMap);
  const mesh::MeshView view;
  const Reach auth = reach_of(*parse_url("https://auth.example.com/x"), outside, view);
  EXPECT_TRUE(auth.is_trusted);
  EXPECT_EQ(auth.roots, "PEM");
  EXPECT_EQ(auth.addresses.at(0).to_string(), "127.0.0.1:8443");
  EXPECT_EQ(reach_of(*parse_url("https://idp.test/"), outside, view).addresses.at(0).to_string(), "10.0.0.1:443");
  const Reach other = reach_of(*parse_url("https://other.test/"), outside, view);
  EXPECT_FALSE(other.is_trusted);
  EXPECT_EQ(other.roots, "");
  EXPECT_TRUE(other.addresses.empty());
}

TEST(Reach, IsTheEndpointOfAServiceEntryNext) {
  mesh::MeshBuilder builder;
  builder.apply({mesh::object("networking.istio.io/serviceentries", "shop", "auth",
                              "spec: {hosts: [auth.example.com], ports: [{number: 443, name: https, protocol: TLS}], "
                              "resolution: STATIC, endpoints: [{address: 10.9.9.9, ports: {https: 8443}}]}")});
  const Reach reach = reach_of(*parse_url("https://auth.example.com/"), {}, *builder.view());
  ASSERT_EQ(reach.addresses.size(), 1u);
  EXPECT_EQ(reach.addresses[0].to_string(), "10.9.9.9:8443");
  EXPECT_FALSE(reach.is_trusted);
  EXPECT_TRUE(reach_of(*parse_url("https://auth.example.com:1/"), {}, *builder.view()).addresses.empty());
}

TEST(Reach, OfAnAddressIsTheAddress) {
  EXPECT_EQ(reach_of(*parse_url("http://[::1]:8080/"), {}, {}).addresses.at(0).to_string(), "[::1]:8080");
}

TEST(Reach, WithoutAConfigMapNothingIsSpecial) {
  EXPECT_EQ(read_outside_hosts(""), OutsideHosts());
  EXPECT_EQ(read_outside_hosts("nonsense"), OutsideHosts());
  EXPECT_EQ(read_outside_hosts("{}"), OutsideHosts());
}

}  // namespace
}  // namespace weft::control
