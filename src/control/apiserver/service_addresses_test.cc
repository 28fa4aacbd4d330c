#include "control/apiserver/service_addresses.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

Json service(const std::string& name, const char* address = nullptr) {
  Json body{{"metadata", {{"name", name}, {"namespace", "shop"}}}, {"spec", {{"type", "ClusterIP"}}}};
  if (address != nullptr) body["spec"]["clusterIP"] = address;
  return body;
}

TEST(ServiceAddresses, GivesEachServiceItsOwnAddressAndTheSameAgain) {
  const World world;
  std::string first;
  for (int round = 0; round < 2; ++round) {
    ServiceAddresses addresses(world);
    Json a = service("a"), b = service("b");
    ASSERT_TRUE(addresses.assign(a));
    ASSERT_TRUE(addresses.assign(b));
    EXPECT_NE(a["spec"]["clusterIP"], b["spec"]["clusterIP"]);
    EXPECT_EQ(a["spec"]["clusterIPs"], Json::array({a["spec"]["clusterIP"]}));
    EXPECT_TRUE(a["spec"]["clusterIP"].get<std::string>().starts_with("10.96."));
    if (round == 0) first = a["spec"]["clusterIP"];
    EXPECT_EQ(a["spec"]["clusterIP"], first);
  }
}

TEST(ServiceAddresses, ATakenFirstChoiceMovesOn) {
  const World world;
  ServiceAddresses addresses(world);
  Json a = service("a"), again = service("a");
  ASSERT_TRUE(addresses.assign(a));
  ASSERT_TRUE(addresses.assign(again));
  EXPECT_NE(a["spec"]["clusterIP"], again["spec"]["clusterIP"]);
}

TEST(ServiceAddresses, HeadlessAndExternalServicesGetNone) {
  const World world;
  ServiceAddresses addresses(world);
  Json headless = service("h", "None");
  ASSERT_TRUE(addresses.assign(headless));
  EXPECT_EQ(headless["spec"]["clusterIP"], "None");
  Json external = service("e");
  external["spec"]["type"] = "ExternalName";
  ASSERT_TRUE(addresses.assign(external));
  EXPECT_FALSE(external["spec"].contains("clusterIP"));
}

TEST(ServiceAddresses, ChecksAnAddressThatWasBrought) {
  const World world;
  ServiceAddresses addresses(world);
  Json good = service("a", "10.96.7.7"), taken = service("b", "10.96.7.7");
  EXPECT_TRUE(addresses.assign(good));
  EXPECT_EQ(addresses.assign(taken).error().message,
            "Service \"b\" is invalid: spec.clusterIP: provided IP is already allocated");
  for (const char* outside : {"10.97.0.1", "10.96.1", "10.96.1.256", "10.96.300.1", "banana", "10.96.01.2"}) {
    Json wrong = service("c", outside);
    EXPECT_EQ(addresses.assign(wrong).error().code, 422) << outside;
  }
}

}  // namespace
}  // namespace weft::control
