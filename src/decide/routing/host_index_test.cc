#include "decide/routing/host_index.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

HostIndex index_of(std::initializer_list<const char*> domains) {
  HostIndex index;
  uint32_t host = 0;
  for (const char* domain : domains) EXPECT_TRUE(index.add(domain, host++)) << domain;
  return index;
}

TEST(HostIndex, prefers_exact_to_suffix_to_prefix_to_any) {
  const auto index = index_of({"*", "www.*", "*.example.com", "www.example.com"});
  EXPECT_EQ(index.find("www.example.com"), 3);
  EXPECT_EQ(index.find("api.example.com"), 2);
  EXPECT_EQ(index.find("www.test"), 1);
  EXPECT_EQ(index.find("other"), 0);
}

TEST(HostIndex, prefers_the_longest_wildcard) {
  const auto index = index_of({"*.com", "*.example.com", "*-x.example.com"});
  EXPECT_EQ(index.find("a-x.example.com"), 2);
  EXPECT_EQ(index.find("a.b.example.com"), 1);
  EXPECT_EQ(index.find("a.com"), 0);
}

TEST(HostIndex, does_not_take_the_suffix_itself_for_a_match) {
  EXPECT_EQ(index_of({"*.example.com"}).find("example.com"), std::nullopt);
  EXPECT_EQ(index_of({"*.example.com"}).find(".example.com"), std::nullopt);
}

TEST(HostIndex, ignores_case_on_both_sides) {
  EXPECT_EQ(index_of({"Admin.Svc"}).find("aDMIN.sVC"), 0);
}

TEST(HostIndex, finds_a_name_written_with_its_final_dot) {
  EXPECT_EQ(index_of({"admin.svc"}).find("admin.svc."), 0);
  EXPECT_EQ(index_of({"admin.svc", "admin.svc."}).find("admin.svc."), 1);
}

TEST(HostIndex, finds_nothing_where_nothing_fits) {
  EXPECT_EQ(index_of({"a"}).find("b"), std::nullopt);
}

TEST(HostIndex, gives_an_overlong_authority_to_the_catch_all) {
  EXPECT_EQ(index_of({"a", "*"}).find(std::string(300, 'a')), 1);
}

TEST(HostIndex, refuses_repeated_and_impossible_domains) {
  HostIndex index;
  ASSERT_TRUE(index.add("a", 0));
  ASSERT_TRUE(index.add("*", 0));
  EXPECT_EQ(index.add("A", 1).error().detail, "domain 'A' appears twice");
  EXPECT_EQ(index.add("*", 1).error().detail, "domain '*' appears twice");
  EXPECT_EQ(index.add("", 1).error().detail, "domain '' is empty");
  EXPECT_EQ(index.add("a.*.b", 1).error().detail, "domain 'a.*.b' has a '*' inside");
}

}  // namespace
}  // namespace weft::decide
