#include "xds/server/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xds/server/testing_world.h"

namespace weft::xds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names_of(const std::optional<Response>& response) {
  std::vector<std::string> names;
  if (!response) return {"(no response)"};
  for (const auto& resource : response->resources) names.push_back(resource->name);
  return names;
}

Request subscribe_to(std::vector<std::string> names, std::string nonce = {}) {
  Request request;
  request.subscribe = std::move(names);
  request.nonce = std::move(nonce);
  return request;
}

Request answer_to(const std::optional<Response>& response) {
  Request request;
  request.nonce = response->nonce;
  return request;
}

Request refuse(const std::optional<Response>& response, std::string message) {
  Request request = answer_to(response);
  request.rejection = std::move(message);
  return request;
}

// One delta subscription with clusters a and b in its world.
class DeltaClusters : public testing::Test {
 protected:
  DeltaClusters() {
    world.put(ResourceType::cluster, "a", "1");
    world.put(ResourceType::cluster, "b", "1");
  }
  std::optional<Response> respond(Due due = Due::updates_and_removals) {
    return subscription.respond(world, due, "n" + std::to_string(++count));
  }

  TestingWorld world;
  Subscription subscription{ResourceType::cluster, Dialect::delta};
  int count = 0;
};

TEST_F(DeltaClusters, NothingIsSentBeforeTheTypeIsRequested) {
  EXPECT_FALSE(respond());
}

TEST_F(DeltaClusters, AnEmptyFirstRequestAsksForAllClusters) {
  EXPECT_EQ(subscription.hear({}, world), Heard::first);
  EXPECT_THAT(names_of(respond()), ElementsAre("a", "b"));
}

TEST_F(DeltaClusters, AnEmptyWorldIsAnsweredToo) {
  TestingWorld empty;
  subscription.hear({}, empty);
  auto response = subscription.respond(empty, Due::updates, "n1");
  ASSERT_TRUE(response);
  EXPECT_THAT(response->resources, IsEmpty());
}

TEST_F(DeltaClusters, ANonceInTheFirstRequestIsFromAnOldStreamAndMeansNothing) {
  Request request;
  request.nonce = "from-before";
  EXPECT_EQ(subscription.hear(request, world), Heard::first);
  EXPECT_THAT(names_of(respond()), ElementsAre("a", "b"));
}

TEST_F(DeltaClusters, OnlyOneResponseIsInFlight) {
  subscription.hear({}, world);
  auto first = respond();
  world.put(ResourceType::cluster, "a", "2");
  subscription.touch("a");
  EXPECT_FALSE(respond());
  EXPECT_EQ(subscription.hear(answer_to(first), world), Heard::accepted);
  EXPECT_THAT(names_of(respond()), ElementsAre("a"));
}

TEST_F(DeltaClusters, WhatDidNotChangeIsNotSentAgain) {
  subscription.hear({}, world);
  subscription.hear(answer_to(respond()), world);
  subscription.touch("a");
  EXPECT_FALSE(respond());
  EXPECT_TRUE(subscription.is_settled());
}

TEST_F(DeltaClusters, ARemovalWaitsUntilItIsAllowed) {
  subscription.hear({}, world);
  subscription.hear(answer_to(respond()), world);
  world.remove(ResourceType::cluster, "a");
  subscription.touch("a");
  EXPECT_FALSE(respond(Due::updates));
  auto response = respond(Due::updates_and_removals);
  ASSERT_TRUE(response);
  EXPECT_THAT(response->removed, ElementsAre("a"));
}

TEST_F(DeltaClusters, AHeldRemovalIsForgottenWhenTheResourceComesBack) {
  subscription.hear({}, world);
  subscription.hear(answer_to(respond()), world);
  world.remove(ResourceType::cluster, "a");
  subscription.touch("a");
  EXPECT_FALSE(respond(Due::updates));
  world.put(ResourceType::cluster, "a", "1");
  subscription.touch("a");
  EXPECT_FALSE(respond(Due::updates_and_removals));
}

TEST_F(DeltaClusters, AReconnectingClientGetsOnlyWhatDiffersAndWhatIsGone) {
  Request request;
  request.initial_versions = {{"a", world.find(ResourceType::cluster, "a")->version}, {"b", "older"}, {"c", "1"}};
  subscription.hear(request, world);
  auto response = respond();
  EXPECT_THAT(names_of(response), ElementsAre("b"));
  EXPECT_THAT(response->removed, ElementsAre("c"));
}

TEST_F(DeltaClusters, ARejectedResourceIsSentAgainOnlyWhenItChanges) {
  subscription.hear({}, world);
  auto response = respond();
  EXPECT_EQ(subscription.hear(refuse(response, "b: no such policy"), world), Heard::rejected);
  EXPECT_EQ(subscription.rejection(), "b: no such policy");
  EXPECT_EQ(subscription.rejected_resource(), "b");
  subscription.touch("b");
  EXPECT_FALSE(respond());
  world.put(ResourceType::cluster, "b", "2");
  subscription.touch("b");
  EXPECT_THAT(names_of(respond()), ElementsAre("b"));
}

TEST_F(DeltaClusters, WhatIsRefusedStaysSoWhileOthersAreAccepted) {
  subscription.hear({}, world);
  subscription.hear(refuse(respond(), "b: no such policy"), world);
  world.put(ResourceType::cluster, "a", "2");
  subscription.touch("a");
  subscription.hear(answer_to(respond()), world);
  EXPECT_EQ(subscription.rejection(), "b: no such policy");
  EXPECT_TRUE(subscription.has_rejected("b"));
  world.put(ResourceType::cluster, "b", "2");
  subscription.touch("b");
  subscription.hear(answer_to(respond()), world);
  EXPECT_FALSE(subscription.rejection());
}

TEST_F(DeltaClusters, WhatIsRefusedIsSoNoMoreOnceItIsGone) {
  subscription.hear({}, world);
  subscription.hear(refuse(respond(), "b: no such policy"), world);
  world.remove(ResourceType::cluster, "b");
  subscription.touch("b");
  subscription.hear(answer_to(respond()), world);
  EXPECT_FALSE(subscription.rejection());
}

TEST_F(DeltaClusters, AnAcceptedResponseEndsARejection) {
  subscription.hear({}, world);
  subscription.hear(refuse(respond(), "no"), world);
  world.put(ResourceType::cluster, "b", "2");
  subscription.touch("b");
  subscription.hear(answer_to(respond()), world);
  EXPECT_FALSE(subscription.rejection());
  EXPECT_EQ(subscription.accepted_version(), subscription.sent_version());
}

TEST_F(DeltaClusters, AStaleNonceIsNoAnswerButItsNamesCount) {
  subscription.hear(subscribe_to({"a"}), world);
  auto response = respond();
  EXPECT_EQ(subscription.hear(subscribe_to({"b"}, "older"), world), Heard::stale);
  EXPECT_TRUE(subscription.is_in_flight());
  subscription.hear(answer_to(response), world);
  EXPECT_THAT(names_of(respond()), ElementsAre("b"));
}

TEST_F(DeltaClusters, ASecondSubscribeToTheSameNameIsAnswered) {
  subscription.hear(subscribe_to({"a"}), world);
  subscription.hear(answer_to(respond()), world);
  subscription.hear(subscribe_to({"a"}), world);
  EXPECT_THAT(names_of(respond(Due::owed)), ElementsAre("a"));
}

TEST_F(DeltaClusters, AnUnknownNameIsAnsweredWithItsRemoval) {
  subscription.hear(subscribe_to({"x"}), world);
  auto response = respond(Due::owed);
  ASSERT_TRUE(response);
  EXPECT_THAT(response->removed, ElementsAre("x"));
}

TEST_F(DeltaClusters, AnUnsubscribedNameIsNotUpdated) {
  subscription.hear(subscribe_to({"a", "b"}), world);
  auto response = respond();
  Request request = answer_to(response);
  request.unsubscribe = {"a", "never-subscribed"};
  subscription.hear(request, world);
  world.put(ResourceType::cluster, "a", "2");
  subscription.touch("a");
  EXPECT_FALSE(respond());
}

TEST_F(DeltaClusters, UnderAWildcardAnUnsubscribedNameIsAnsweredWithTheResource) {
  subscription.hear(subscribe_to({"*", "a"}), world);
  subscription.hear(answer_to(respond()), world);
  Request request;
  request.unsubscribe = {"a"};
  subscription.hear(request, world);
  EXPECT_THAT(names_of(respond()), ElementsAre("a"));
}

TEST_F(DeltaClusters, WithoutTheStarOnlyNamedResourcesAreUpdated) {
  subscription.hear(subscribe_to({"*", "a"}), world);
  subscription.hear(answer_to(respond()), world);
  Request request;
  request.unsubscribe = {"*"};
  subscription.hear(request, world);
  for (const auto* name : {"a", "b"}) {
    world.put(ResourceType::cluster, name, "2");
    subscription.touch(name);
  }
  EXPECT_THAT(names_of(respond()), ElementsAre("a"));
}

TEST(DeltaEndpoints, AreNeverRemovedOutOfTheBlue) {
  TestingWorld world;
  world.put(ResourceType::endpoints, "a", "1");
  Subscription subscription(ResourceType::endpoints, Dialect::delta);
  subscription.hear(subscribe_to({"a"}), world);
  subscription.hear(answer_to(subscription.respond(world, Due::updates, "n1")), world);
  world.remove(ResourceType::endpoints, "a");
  subscription.touch("a");
  EXPECT_FALSE(subscription.respond(world, Due::updates_and_removals, "n2"));
}

TEST(DeltaEndpoints, AnEmptyFirstRequestAsksForNothing) {
  TestingWorld world;
  world.put(ResourceType::endpoints, "a", "1");
  Subscription subscription(ResourceType::endpoints, Dialect::delta);
  subscription.hear({}, world);
  EXPECT_FALSE(subscription.respond(world, Due::updates, "n1"));
}

TEST(DeltaEndpoints, AReconnectingClientWithTheSameVersionsGetsNothing) {
  TestingWorld world;
  world.put(ResourceType::endpoints, "a", "1");
  Subscription subscription(ResourceType::endpoints, Dialect::delta);
  Request request = subscribe_to({"a"});
  request.initial_versions = {{"a", world.find(ResourceType::endpoints, "a")->version}};
  subscription.hear(request, world);
  EXPECT_FALSE(subscription.respond(world, Due::updates, "n1"));
}

// One state-of-the-world subscription with clusters a and b in its world.
class SotwClusters : public testing::Test {
 protected:
  SotwClusters() {
    world.put(ResourceType::cluster, "a", "1");
    world.put(ResourceType::cluster, "b", "1");
  }
  std::optional<Response> respond(Due due = Due::updates_and_removals) {
    return subscription.respond(world, due, "n" + std::to_string(++count));
  }

  TestingWorld world;
  Subscription subscription{ResourceType::cluster, Dialect::state_of_the_world};
  int count = 0;
};

TEST_F(SotwClusters, AChangeOfOneSendsAll) {
  subscription.hear({}, world);
  subscription.hear(answer_to(respond()), world);
  world.put(ResourceType::cluster, "b", "2");
  subscription.touch("b");
  EXPECT_THAT(names_of(respond()), ElementsAre("a", "b"));
}

TEST_F(SotwClusters, AHeldRemovalStaysInTheList) {
  subscription.hear({}, world);
  subscription.hear(answer_to(respond()), world);
  world.remove(ResourceType::cluster, "a");
  world.put(ResourceType::cluster, "b", "2");
  subscription.touch("a");
  subscription.touch("b");
  auto response = respond(Due::updates);
  EXPECT_THAT(names_of(response), testing::UnorderedElementsAre("a", "b"));
  subscription.hear(answer_to(response), world);
  EXPECT_THAT(names_of(respond(Due::updates_and_removals)), ElementsAre("b"));
}

TEST_F(SotwClusters, AStaleNonceChangesNothing) {
  subscription.hear(subscribe_to({"a"}), world);
  auto response = respond();
  EXPECT_EQ(subscription.hear(subscribe_to({"a", "b"}, "older"), world), Heard::stale);
  subscription.hear(subscribe_to({"a"}, response->nonce), world);
  EXPECT_FALSE(respond());
}

TEST_F(SotwClusters, NamesThatCameBeforeTheFirstResponseCount) {
  subscription.hear(subscribe_to({"a"}), world);
  EXPECT_EQ(subscription.hear(subscribe_to({"a", "b"}), world), Heard::changed);
  EXPECT_THAT(names_of(respond()), ElementsAre("a", "b"));
}

TEST_F(SotwClusters, OnceNamesWereGivenAnEmptyListMeansNothing) {
  subscription.hear(subscribe_to({"a"}), world);
  auto response = respond();
  subscription.hear(subscribe_to({}, response->nonce), world);
  world.put(ResourceType::cluster, "a", "2");
  subscription.touch("a");
  EXPECT_FALSE(respond());
}

TEST(SotwEndpoints, OnlyAddedNamesAreAnswered) {
  TestingWorld world;
  world.put(ResourceType::endpoints, "a", "1");
  world.put(ResourceType::endpoints, "b", "1");
  Subscription subscription(ResourceType::endpoints, Dialect::state_of_the_world);
  subscription.hear(subscribe_to({"a"}), world);
  auto first = subscription.respond(world, Due::owed, "n1");
  subscription.hear(subscribe_to({"a", "b"}, "n1"), world);
  auto second = subscription.respond(world, Due::owed, "n2");
  EXPECT_THAT(names_of(second), ElementsAre("b"));
  subscription.hear(subscribe_to({"b"}, "n2"), world);
  EXPECT_FALSE(subscription.respond(world, Due::updates, "n3"));
}

TEST(SotwEndpoints, ANameThatWasDroppedAndAskedForAgainIsSentAgain) {
  TestingWorld world;
  world.put(ResourceType::endpoints, "a", "1");
  Subscription subscription(ResourceType::endpoints, Dialect::state_of_the_world);
  subscription.hear(subscribe_to({"a"}), world);
  subscription.respond(world, Due::owed, "n1");
  subscription.hear(subscribe_to({}, "n1"), world);
  subscription.hear(subscribe_to({"a"}, "n1"), world);
  EXPECT_THAT(names_of(subscription.respond(world, Due::owed, "n2")), ElementsAre("a"));
}

}  // namespace
}  // namespace weft::xds
