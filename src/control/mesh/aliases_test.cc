#include "control/mesh/aliases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ServicePtr alias(const std::string& host, const std::string& target, std::vector<std::string> export_to = {}) {
  auto service = std::make_shared<Service>();
  service->host = host;
  service->space = "shop";
  service->alias_of = target;
  service->export_to = std::move(export_to);
  return service;
}

std::vector<std::string> hosts_of(const std::vector<ServicePtr>& aliases) {
  std::vector<std::string> hosts;
  for (const auto& one : aliases) hosts.push_back(one->host);
  return hosts;
}

TEST(Aliases, lead_to_the_host_at_the_end_of_the_chain) {
  Aliases aliases;
  aliases.put(alias("b", "a"));
  aliases.put(alias("c", "b"));
  aliases.put(alias("d", "a"));
  EXPECT_EQ(aliases.target_of("c"), "a");
  EXPECT_EQ(aliases.target_of("a"), "a");
  EXPECT_THAT(hosts_of(aliases.of("a")), ElementsAre("b", "c", "d"));
  EXPECT_THAT(hosts_of(aliases.of("b")), IsEmpty());  // which stands for "a" itself
}

TEST(Aliases, that_go_round_in_a_circle_stand_for_nothing) {
  Aliases aliases;
  aliases.put(alias("a", "b"));
  aliases.put(alias("b", "a"));
  EXPECT_EQ(aliases.target_of("a"), "");
  EXPECT_THAT(hosts_of(aliases.of("a")), IsEmpty());
}

TEST(Aliases, are_gone_when_they_are_erased_and_older_copies_keep_them) {
  Aliases aliases;
  const auto b = alias("b", "a");
  aliases.put(b);
  const Aliases before = aliases;
  aliases.erase(*b);
  EXPECT_EQ(aliases.target_of("b"), "b");
  EXPECT_THAT(hosts_of(aliases.of("a")), IsEmpty());
  EXPECT_THAT(hosts_of(before.of("a")), ElementsAre("b"));
}

TEST(Aliases, are_seen_by_those_they_are_exported_to) {
  Aliases aliases;
  EXPECT_TRUE(aliases.is_exported_to(*alias("b", "a"), "other"));
  EXPECT_FALSE(aliases.is_exported_to(*alias("b", "a", {"."}), "other"));
  aliases.export_by_default({"."});
  EXPECT_FALSE(aliases.is_exported_to(*alias("b", "a"), "other"));
  EXPECT_TRUE(aliases.is_exported_to(*alias("b", "a"), "shop"));
}

}  // namespace
}  // namespace weft::control::mesh
