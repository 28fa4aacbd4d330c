#include "proxy/names/name_index.h"

#include <gtest/gtest.h>
#include <istio/networking/nds/v1/nds.pb.h>

namespace weft::proxy {
namespace {

using namespace std::string_literals;
using istio::networking::nds::v1::NameTable;

const std::string kAddress = "\x0a\x60\x00\x05"s;

void add(NameTable& table, const std::string& host, const std::string& ip, const std::string& shortname = "",
         const std::string& space = "") {
  auto& info = (*table.mutable_table())[host];
  info.add_ips(ip);
  if (shortname.empty()) return;
  info.set_registry("Kubernetes");
  info.set_shortname(shortname);
  info.set_namespace_(space);
}

std::shared_ptr<const NameIndex> compile(const NameTable& table) {
  return NameIndex::compile(table.SerializeAsString(), "shop").value();
}

TEST(NameIndex, FindsAServiceByEverySpellingThatItsClientsUse) {
  NameTable table;
  add(table, "cart.shop.svc.cluster.local", "10.96.0.5", "cart", "shop");
  const auto index = compile(table);
  for (const char* name : {"cart", "cart.shop", "cart.shop.svc", "cart.shop.svc.cluster.local",
                           "cart.shop.svc.cluster.local.shop.svc.cluster.local",
                           "cart.shop.svc.cluster.local.cluster.local", "cart.svc.cluster.local"}) {
    const NameAddresses* found = index->find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->v4, std::vector{kAddress});
    EXPECT_TRUE(found->v6.empty());
  }
}

TEST(NameIndex, FindsServicesOfOtherNamespacesOnlyByTheirNamespace) {
  NameTable table;
  add(table, "cart.other.svc.cluster.local", "10.96.0.5", "cart", "other");
  const auto index = compile(table);
  EXPECT_NE(index->find("cart.other"), nullptr);
  EXPECT_NE(index->find("cart.other.shop.svc.cluster.local"), nullptr);
  EXPECT_NE(index->find("cart.other.svc.cluster.local"), nullptr);
  EXPECT_EQ(index->find("cart"), nullptr);
  EXPECT_EQ(index->find("cart.shop.svc.cluster.local"), nullptr);
}

TEST(NameIndex, FindsExternalNamesBehindSearchDomains) {
  NameTable table;
  add(table, "API.Example.com.", "10.96.0.5");
  const auto index = compile(table);
  EXPECT_NE(index->find("api.example.com"), nullptr);
  EXPECT_NE(index->find("api.example.com.shop.svc.cluster.local"), nullptr);
  EXPECT_NE(index->find("api.example.com.svc.cluster.local"), nullptr);
  EXPECT_EQ(index->find("xapi.example.com"), nullptr);
  EXPECT_EQ(index->find("example.com"), nullptr);
  EXPECT_EQ(index->find(""), nullptr);
}

TEST(NameIndex, TakesTheNearestWildcard) {
  NameTable table;
  add(table, "*.example.com", "10.96.0.5");
  add(table, "*.eu.example.com", "10.96.0.6");
  const auto index = compile(table);
  EXPECT_EQ(index->find("a.example.com")->v4, std::vector{kAddress});
  EXPECT_EQ(index->find("a.eu.example.com")->v4, std::vector{"\x0a\x60\x00\x06"s});
  EXPECT_EQ(index->find("example.com"), nullptr);
}

TEST(NameIndex, KeepsBothFamiliesAndPassesOverWhatIsNoAddress) {
  NameTable table;
  add(table, "cart.shop.svc.cluster.local", "10.96.0.5", "cart", "shop");
  auto& info = (*table.mutable_table())["cart.shop.svc.cluster.local"];
  info.add_ips("::1");
  info.add_ips("nonsense");
  const auto index = compile(table);
  EXPECT_EQ(index->find("cart")->v4.size(), 1u);
  EXPECT_EQ(index->find("cart")->v6, std::vector{"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"s});
}

TEST(NameIndex, UsesTheSpellingsThatTheTableNames) {
  NameTable table;
  add(table, "cart.shop.svc.cluster.local", "10.96.0.5", "cart", "shop");
  (*table.mutable_table())["cart.shop.svc.cluster.local"].add_alt_hosts("basket");
  const auto index = compile(table);
  EXPECT_NE(index->find("basket"), nullptr);
  EXPECT_EQ(index->find("cart.shop"), nullptr);
}

TEST(NameIndex, RefusesBytesThatAreNoTable) {
  EXPECT_FALSE(NameIndex::compile("\xff\xff", "shop"));
}

void add_alias(NameTable& table, const std::string& name, const std::string& target) {
  auto& alias = (*table.mutable_aliases())[name + ".shop.svc.cluster.local"];
  alias.set_host(target);
  alias.set_shortname(name);
  alias.set_namespace_("shop");
}

TEST(NameIndex, ANameThatStandsForAnotherHasThatOnesAddresses) {
  NameTable table;
  add(table, "cart.other.svc.cluster.local", "10.96.0.5", "cart", "other");
  add_alias(table, "basket", "cart.other.svc.cluster.local");
  const auto index = compile(table);
  for (const char* name : {"basket", "basket.shop", "basket.shop.svc", "basket.shop.svc.cluster.local"}) {
    const NameAddresses* found = index->find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->v4, std::vector{kAddress});
    EXPECT_EQ(found->alias_of, "cart.other.svc.cluster.local");
    EXPECT_FALSE(found->is_elsewhere);
  }
}

TEST(NameIndex, ANameThatStandsForOneThatTheMeshDoesNotKnowIsElsewhere) {
  NameTable table;
  add_alias(table, "partner", "Partner.Example.");
  const auto index = compile(table);
  const NameAddresses* found = index->find("partner.shop");
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(found->is_elsewhere);
  EXPECT_EQ(found->alias_of, "partner.example");
}

TEST(NameIndex, ANameOfAHostIsNoAliasThough) {
  NameTable table;
  add(table, "cart.shop.svc.cluster.local", "10.96.0.5", "cart", "shop");
  add_alias(table, "cart", "example.com");
  EXPECT_EQ(compile(table)->find("cart")->alias_of, "");
}

}  // namespace
}  // namespace weft::proxy
