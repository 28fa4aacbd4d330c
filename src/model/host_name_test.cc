#include "model/host_name.h"

#include <gtest/gtest.h>

namespace weft::model {
namespace {

TEST(FullHostName, ExpandsOnlyNamesWithoutADot) {
  EXPECT_EQ(full_host_name("reviews", "prod"), "reviews.prod.svc.cluster.local");
  EXPECT_EQ(full_host_name("Reviews", "prod", "mesh.example"), "reviews.prod.svc.mesh.example");
  EXPECT_EQ(full_host_name("reviews.prod", "default"), "reviews.prod");
  EXPECT_EQ(full_host_name("*", "default"), "*");
  EXPECT_EQ(full_host_name("::1", "default"), "::1");
}

TEST(HostMatches, TakesAWildcardForAnyDepthButNotTheSuffixItself) {
  EXPECT_TRUE(host_matches("*.foo.com", "a.foo.com"));
  EXPECT_TRUE(host_matches("*.foo.com", "a.b.FOO.com"));
  EXPECT_FALSE(host_matches("*.foo.com", "foo.com"));
  EXPECT_FALSE(host_matches("*.foo.com", "barfoo.com"));
  EXPECT_TRUE(host_matches("*", "anything"));
  EXPECT_TRUE(host_matches("a.b", "A.b"));
}

TEST(HostsOverlap, SeesACommonNameOfTwoPatterns) {
  EXPECT_TRUE(hosts_overlap("*.foo.com", "*.com"));
  EXPECT_TRUE(hosts_overlap("*", "a.b"));
  EXPECT_TRUE(hosts_overlap("a.b", "a.b"));
  EXPECT_FALSE(hosts_overlap("*.foo.com", "*.bar.com"));
  EXPECT_FALSE(hosts_overlap("*.foo.com", "foo.com"));
}

TEST(IsMoreSpecific, PrefersExactNamesThenLongerWildcards) {
  EXPECT_TRUE(is_more_specific("a.b", "*.very.long.suffix"));
  EXPECT_TRUE(is_more_specific("*.a.com", "*.com"));
  EXPECT_FALSE(is_more_specific("*", "*.com"));
  EXPECT_FALSE(is_more_specific("*.com", "a.com"));
}

}  // namespace
}  // namespace weft::model
