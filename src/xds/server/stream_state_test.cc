#include "xds/server/stream_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xds/server/testing_world.h"

namespace weft::xds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A client of a mesh with one service: its cluster, endpoints, listener and routes.
class Stream : public testing::Test {
 protected:
  Stream() {
    world.put(ResourceType::cluster, "c1", "1");
    world.put(ResourceType::endpoints, "c1", "1");
    world.put(ResourceType::listener, "l1", "1");
    world.put(ResourceType::routes, "r1", "1");
  }

  // "CDS c1", "EDS c1", "CDS -c1": every name of every response, in the order sent. Remembers the responses.
  std::vector<std::string> respond() {
    std::vector<std::string> lines;
    for (auto& response : stream.respond(world)) {
      std::string type(short_name(response.type));
      for (const auto& resource : response.resources) lines.push_back(type + " " + resource->name);
      for (const auto& name : response.removed) lines.push_back(type + " -" + name);
      nonces[response.type] = response.nonce;
    }
    return lines;
  }
  void ask(ResourceType type, std::vector<std::string> names = {}) {
    Request request;
    request.subscribe = std::move(names);
    stream.hear(type, request, world);
  }
  void accept(ResourceType type) {
    Request request;
    request.nonce = nonces[type];
    stream.hear(type, request, world);
  }
  void start() {
    ask(ResourceType::cluster);
    ask(ResourceType::endpoints, {"c1"});
    ask(ResourceType::listener);
    ask(ResourceType::routes, {"r1"});
    respond();
    for (const auto& [type, nonce] : std::map(nonces)) accept(type);
    ASSERT_THAT(respond(), IsEmpty());
    ASSERT_TRUE(stream.is_settled());
  }
  void change(ResourceType type, const std::string& name, const std::string& body) {
    world.put(type, name, body);
    stream.touch(type, name);
  }

  TestingWorld world;
  StreamState stream{Dialect::delta, "s1-"};
  std::map<ResourceType, std::string> nonces;
};

TEST_F(Stream, WhatIsAskedForIsAnsweredAtOnceInPushOrder) {
  ask(ResourceType::routes, {"r1"});
  ask(ResourceType::listener);
  ask(ResourceType::cluster);
  EXPECT_THAT(respond(), ElementsAre("CDS c1", "LDS l1", "RDS r1"));
}

TEST_F(Stream, ARouteThatChangedWaitsForTheClusterThatChangedWithIt) {
  start();
  change(ResourceType::cluster, "c2", "1");
  change(ResourceType::endpoints, "c2", "1");
  change(ResourceType::routes, "r1", "2");
  EXPECT_THAT(respond(), ElementsAre("CDS c2"));
  ask(ResourceType::endpoints, {"c2"});
  EXPECT_THAT(respond(), ElementsAre("EDS c2"));
  accept(ResourceType::cluster);
  EXPECT_THAT(respond(), IsEmpty());
  accept(ResourceType::endpoints);
  EXPECT_THAT(respond(), ElementsAre("RDS r1"));
}

TEST_F(Stream, AClusterIsRemovedAfterTheRouteThatDroppedItIsAccepted) {
  start();
  world.remove(ResourceType::cluster, "c1");
  stream.touch(ResourceType::cluster, "c1");
  change(ResourceType::routes, "r1", "2");
  EXPECT_THAT(respond(), ElementsAre("RDS r1"));
  EXPECT_FALSE(stream.is_settled());
  accept(ResourceType::routes);
  EXPECT_THAT(respond(), ElementsAre("CDS -c1"));
  accept(ResourceType::cluster);
  EXPECT_TRUE(stream.is_settled());
}

TEST_F(Stream, EndpointsFollowEveryClusterThatIsSentAgain) {
  start();
  change(ResourceType::cluster, "c1", "2");
  EXPECT_THAT(respond(), ElementsAre("CDS c1", "EDS c1"));
}

TEST_F(Stream, AClientThatRefusesItsClustersStillGetsItsRoutes) {
  start();
  change(ResourceType::cluster, "c1", "2");
  change(ResourceType::routes, "r1", "2");
  EXPECT_THAT(respond(), ElementsAre("CDS c1", "EDS c1"));
  Request request;
  request.nonce = nonces[ResourceType::cluster];
  request.rejection = "c1 is bad";
  stream.hear(ResourceType::cluster, request, world);
  accept(ResourceType::endpoints);
  EXPECT_THAT(respond(), ElementsAre("RDS r1"));
}

TEST_F(Stream, NoNonceIsUsedTwice) {
  ask(ResourceType::cluster);
  ask(ResourceType::listener);
  respond();
  EXPECT_EQ(nonces[ResourceType::cluster], "s1-1");
  EXPECT_EQ(nonces[ResourceType::listener], "s1-2");
}

}  // namespace
}  // namespace weft::xds
