#include "proxy/health/kept_endpoints.h"

#include <gtest/gtest.h>

#include "proxy/balance/rotation_for_test.h"

namespace weft::proxy {
namespace {

std::vector<std::string> addresses(const decide::EndpointSet& set) {
  std::vector<std::string> texts;
  for (const auto& endpoint : set.endpoints) texts.push_back(endpoint.address.to_string());
  return texts;
}
bool all(const decide::EndpointAddress&) {
  return true;
}

TEST(KeptEndpoints, nothing_changes_while_nobody_is_taken_away) {
  const decide::EndpointSetPtr delivered = endpoints(3);
  EXPECT_EQ(with_kept(delivered, *endpoints(2), all), delivered);
}

TEST(KeptEndpoints, who_passes_stays_and_who_does_not_goes) {
  const auto second = [](const decide::EndpointAddress& address) { return address == at(2); };
  const auto merged = with_kept(endpoints(1), *endpoints(3), second);
  EXPECT_EQ(addresses(*merged), (std::vector<std::string>{"10.0.0.1:80", "10.0.0.2:80"}));
}

TEST(KeptEndpoints, the_set_stays_in_order_of_priority) {
  const auto delivered = endpoints(2);
  delivered->endpoints[1].priority = 1;
  const auto merged = with_kept(delivered, *endpoints(3), all);
  EXPECT_EQ(addresses(*merged), (std::vector<std::string>{"10.0.0.1:80", "10.0.0.3:80", "10.0.0.2:80"}));
}

TEST(KeptEndpoints, localities_are_found_by_name_or_added) {
  const auto before = endpoints(3);
  before->localities = {{}, {.region = "eu", .zone = "a"}, {.region = "eu", .zone = "b", .weight = 7}};
  before->endpoints[1].locality = 1;
  before->endpoints[2].locality = 2;
  const auto delivered = endpoints(1);
  delivered->localities = {{}, {.region = "us"}, {.region = "eu", .zone = "a", .weight = 5}};
  const auto merged = with_kept(delivered, *before, all);
  ASSERT_EQ(merged->localities.size(), 4);
  EXPECT_EQ(merged->endpoints[1].locality, 2);
  EXPECT_EQ(merged->localities[merged->endpoints[2].locality].weight, 7);
}

}  // namespace
}  // namespace weft::proxy
