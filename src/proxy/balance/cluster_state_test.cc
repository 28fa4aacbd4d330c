#include "proxy/balance/cluster_state.h"

#include <set>

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

decide::SocketAddress at(int last) {
  return {*decide::IpAddress::parse("10.0.0." + std::to_string(last)), 80};
}

class ClusterStateTest : public testing::Test {
 protected:
  ClusterStateTest() { state_.configure(std::make_shared<decide::Cluster>()); }

  std::set<std::string> picked(int times = 100) {
    std::set<std::string> texts;
    for (int i = 0; i < times; ++i) {
      const EndpointRef endpoint = pick();
      texts.insert(endpoint ? endpoint->text : "none");
    }
    return texts;
  }

  EndpointRef pick(std::span<const EndpointRef> tried = {}) {
    return state_.pick({.random = random_, .now = Time{}, .tried = tried, .attempts_max = 5});
  }

  EndpointIds ids_;
  ClusterState state_{ids_, {}};
  Random random_{1};
};

TEST_F(ClusterStateTest, has_nothing_to_pick_at_first) {
  EXPECT_EQ(picked(), std::set<std::string>{"none"});
}

TEST_F(ClusterStateTest, keeps_the_load_of_endpoints_that_stay) {
  state_.set_endpoints({.endpoints = {{.address = at(1)}, {.address = at(2)}}});
  Endpoint* stays = state_.endpoints()[1].get();
  stays->active_requests = 3;
  state_.set_endpoints({.endpoints = {{.address = at(3)}, {.address = at(2), .weight = 7}}});
  EXPECT_EQ(state_.endpoints()[1].get(), stays);
  EXPECT_EQ(stays->active_requests, 3);
  EXPECT_EQ(stays->weight, 7);
  EXPECT_FALSE(stays->is_gone);
}

TEST_F(ClusterStateTest, marks_endpoints_that_left_for_those_who_still_use_them) {
  state_.set_endpoints({.endpoints = {{.address = at(1)}}});
  const EndpointRef used = pick();
  state_.set_endpoints({});
  EXPECT_TRUE(used->is_gone);
  EXPECT_TRUE(used.is_last());
}

TEST_F(ClusterStateTest, picks_no_endpoint_that_is_not_healthy) {
  state_.set_endpoints({.endpoints = {{.address = at(1), .is_healthy = false}, {.address = at(2)}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.2:80"});
}

TEST_F(ClusterStateTest, uses_the_next_priority_only_when_the_first_has_nobody) {
  state_.set_endpoints({.endpoints = {{.address = at(1)}, {.address = at(2), .priority = 1}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.1:80"});
  state_.set_endpoints({.endpoints = {{.address = at(1), .is_healthy = false}, {.address = at(2), .priority = 1}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.2:80"});
}

TEST_F(ClusterStateTest, avoids_what_was_tried_while_it_may_pick_anew) {
  state_.set_endpoints({.endpoints = {{.address = at(1)}, {.address = at(2)}}});
  const std::vector<EndpointRef> tried = {state_.endpoints()[0]};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pick(tried)->text, "10.0.0.2:80");
}

TEST_F(ClusterStateTest, picks_what_was_tried_when_there_is_nothing_else) {
  state_.set_endpoints({.endpoints = {{.address = at(1)}}});
  const std::vector<EndpointRef> tried = {state_.endpoints()[0]};
  EXPECT_EQ(pick(tried)->text, "10.0.0.1:80");
}

TEST_F(ClusterStateTest, makes_endpoints_of_dialled_addresses_and_forgets_them_unused) {
  EndpointRef dialled = state_.endpoint_at(at(9));
  const EndpointId id = dialled->id;
  EXPECT_EQ(state_.endpoint_at(at(9)).get(), dialled.get());
  state_.forget_unused();
  EXPECT_EQ(state_.endpoint_at(at(9)).get(), dialled.get());
  dialled = {};
  state_.forget_unused();
  EXPECT_EQ(state_.endpoint_at(at(8))->id, id);  // the id is free again
}

TEST(ShardShare, never_adds_up_to_more_than_the_limit) {
  for (const uint32_t limit : {0U, 1U, 5U, 100U, UINT32_MAX}) {
    uint64_t sum = 0;
    for (uint32_t shard = 0; shard < 4; ++shard) sum += ShardShare{shard, 4}.of(limit);
    EXPECT_EQ(sum, limit);
  }
}

}  // namespace
}  // namespace weft::proxy
