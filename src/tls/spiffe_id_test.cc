#include "tls/spiffe_id.h"

#include <gtest/gtest.h>

namespace weft::tls {
namespace {

TEST(SpiffeId, TakesWorkloadIdsApart) {
  const auto id = SpiffeId::parse("spiffe://cluster.local/ns/shop/sa/api-client");
  ASSERT_TRUE(id) << id.error().detail;
  EXPECT_EQ(id->trust_domain(), "cluster.local");
  EXPECT_EQ(id->path(), "/ns/shop/sa/api-client");
  EXPECT_EQ(id->uri(), "spiffe://cluster.local/ns/shop/sa/api-client");
}

TEST(SpiffeId, MayBeTheTrustDomainItself) {
  const auto id = SpiffeId::parse("spiffe://example.org");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->path(), "");
  EXPECT_EQ(id->uri(), "spiffe://example.org");
}

TEST(SpiffeId, IsMadeFromAWorkloadsNames) {
  EXPECT_EQ(SpiffeId::of_workload("cluster.local", "shop", "api")->uri(), "spiffe://cluster.local/ns/shop/sa/api");
}

TEST(SpiffeId, IsNotMadeFromNamesThatWouldAddSegments) {
  EXPECT_FALSE(SpiffeId::of_workload("cluster.local", "shop/sa/admin", "api"));
  EXPECT_FALSE(SpiffeId::of_workload("cluster.local", "shop", ""));
  EXPECT_FALSE(SpiffeId::of_workload("cluster.local", "..", "api"));
  EXPECT_FALSE(SpiffeId::of_workload("cluster.local/ns", "shop", "api"));
}

TEST(SpiffeId, HasOneSpelling) {
  for (const std::string_view uri : {"",
                                     "spiffe:",
                                     "spiffe://",
                                     "spiffe:///ns/shop",
                                     "SPIFFE://cluster.local/ns/shop",
                                     "http://cluster.local/ns",
                                     "spiffe://Cluster.local/ns/shop",
                                     "spiffe://cluster.local:443/ns/shop",
                                     "spiffe://user@cluster.local/ns/shop",
                                     "spiffe://cluster.local/ns/shop?a=b",
                                     "spiffe://cluster.local/ns/shop#a",
                                     "spiffe://cluster.local/ns/sh%6fp",
                                     "spiffe://cluster.local/",
                                     "spiffe://cluster.local/ns/shop/",
                                     "spiffe://cluster.local//ns/shop",
                                     "spiffe://cluster.local/ns/../shop",
                                     "spiffe://cluster.local/./ns",
                                     "spiffe://cluster.local/ns/sh op",
                                     " spiffe://cluster.local/ns",
                                     "spiffe://cluster.local/ns\n",
                                     "spiffe://clüster.local/ns"})
    EXPECT_FALSE(SpiffeId::parse(uri)) << uri;
  EXPECT_FALSE(SpiffeId::parse(std::string_view("spiffe://cluster.local/ns/shop\0x", 32)));
}

TEST(SpiffeId, IsNoLongerThanTheStandardAsksFor) {
  const std::string prefix = "spiffe://cluster.local/";
  EXPECT_TRUE(SpiffeId::parse(prefix + std::string(2048 - prefix.size(), 'a')));
  EXPECT_FALSE(SpiffeId::parse(prefix + std::string(2049 - prefix.size(), 'a')));
  EXPECT_TRUE(is_trust_domain(std::string(255, 'a')));
  EXPECT_FALSE(is_trust_domain(std::string(256, 'a')));
}

}  // namespace
}  // namespace weft::tls
