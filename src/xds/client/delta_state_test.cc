#include "xds/client/delta_state.h"

#include <gmock/gmock.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include "xds/wire/type_urls.h"

namespace weft::xds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// Builds a response step by step.
struct ResponseOf {
  DeltaState::Response response;
  ResponseOf(std::string_view type_url, const std::string& nonce) {
    response.set_type_url(std::string(type_url));
    response.set_nonce(nonce);
    response.set_system_version_info("r" + nonce);
  }
  ResponseOf&& with(const std::string& name, const std::string& version) && {
    auto* resource = response.add_resources();
    resource->set_name(name);
    resource->set_version(version);
    resource->mutable_resource()->set_type_url(response.type_url());
    resource->mutable_resource()->set_value("body of " + name);
    return std::move(*this);
  }
  ResponseOf&& without(const std::string& name) && {
    response.add_removed_resources(name);
    return std::move(*this);
  }
};

class DeltaStateTest : public testing::Test {
 protected:
  static envoy::config::core::v3::Node node() {
    envoy::config::core::v3::Node made;
    made.set_id("sidecar~10.0.0.1~web.shop~shop.svc.cluster.local");
    return made;
  }

  // The one request that is to be sent.
  DeltaState::Request only_request() {
    auto request = state_.next_request();
    EXPECT_TRUE(request);
    EXPECT_FALSE(state_.next_request());
    return request.value_or(DeltaState::Request());
  }
  void expect_nothing_to_send() { EXPECT_FALSE(state_.next_request()); }

  // Takes a response as the client does; the names that the subscriber saw.
  std::vector<std::string> take(const ResponseOf& made, const std::vector<Rejection>& rejections = {}) {
    const auto received = state_.receive(made.response);
    std::vector<std::string> names;
    for (const Resource& resource : received.update.changed) names.emplace_back(resource.name);
    for (const auto name : received.update.removed) names.push_back('-' + std::string(name));
    state_.answer(made.response, received, rejections, WallTime{});
    return names;
  }
  void drain() {
    while (state_.next_request()) {
    }
  }

  DeltaState state_{node()};
};

TEST_F(DeltaStateTest, SaysWhoItIsOnlyInTheFirstRequest) {
  state_.subscribe_all(kClusterType);
  state_.subscribe_all(kListenerType);
  state_.begin_stream();
  const auto first = state_.next_request();
  const auto second = state_.next_request();
  EXPECT_EQ(first->node().id(), node().id());
  EXPECT_EQ(first->type_url(), kClusterType);
  EXPECT_FALSE(second->has_node());
  EXPECT_EQ(second->type_url(), kListenerType);
  expect_nothing_to_send();
}

TEST_F(DeltaStateTest, AsksForAWholeTypeByNamingNothing) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  EXPECT_THAT(only_request().resource_names_subscribe(), IsEmpty());
}

TEST_F(DeltaStateTest, StaysSilentAboutATypeOfWhichNoNameIsWantedYet) {
  state_.subscribe(kEndpointsType, {});
  state_.begin_stream();
  expect_nothing_to_send();
  state_.subscribe(kEndpointsType, {"a"});
  EXPECT_THAT(only_request().resource_names_subscribe(), ElementsAre("a"));
}

TEST_F(DeltaStateTest, AcknowledgesByNonceAlone) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  drain();
  EXPECT_THAT(take(ResponseOf(kClusterType, "n1").with("a", "1").without("b")), ElementsAre("a", "-b"));
  const auto ack = only_request();
  EXPECT_EQ(ack.type_url(), kClusterType);
  EXPECT_EQ(ack.response_nonce(), "n1");
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_THAT(ack.resource_names_subscribe(), IsEmpty());
}

TEST_F(DeltaStateTest, RejectsByNameAndKeepsTheVersionInUse) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  take(ResponseOf(kClusterType, "n1").with("a", "1").with("b", "1"));
  drain();
  take(ResponseOf(kClusterType, "n2").with("a", "2").with("b", "2"), {{"b", "no such type"}});
  const auto nack = only_request();
  EXPECT_EQ(nack.response_nonce(), "n2");
  EXPECT_EQ(nack.error_detail().code(), 3);
  EXPECT_EQ(nack.error_detail().message(), "b: no such type");

  state_.begin_stream();
  EXPECT_THAT(only_request().initial_resource_versions(), UnorderedElementsAre(Pair("a", "2"), Pair("b", "1")));
}

TEST_F(DeltaStateTest, SendsChangesOfNamesWithoutANonce) {
  state_.subscribe(kRouteType, {"80"});
  state_.begin_stream();
  drain();
  take(ResponseOf(kRouteType, "n1").with("80", "1"));
  drain();
  state_.subscribe(kRouteType, {"80", "90"});
  auto request = only_request();
  EXPECT_EQ(request.response_nonce(), "");
  EXPECT_THAT(request.resource_names_subscribe(), ElementsAre("90"));
  EXPECT_THAT(request.resource_names_unsubscribe(), IsEmpty());
  state_.subscribe(kRouteType, {"90"});
  request = only_request();
  EXPECT_THAT(request.resource_names_subscribe(), IsEmpty());
  EXPECT_THAT(request.resource_names_unsubscribe(), ElementsAre("80"));
}

TEST_F(DeltaStateTest, KeepsAnswersAndChangesApart) {
  state_.subscribe(kRouteType, {"80"});
  state_.begin_stream();
  drain();
  state_.subscribe(kRouteType, {"80", "90"});
  take(ResponseOf(kRouteType, "n1").with("80", "1"));
  const auto ack = state_.next_request();
  EXPECT_EQ(ack->response_nonce(), "n1");
  EXPECT_THAT(ack->resource_names_subscribe(), IsEmpty());
  EXPECT_THAT(only_request().resource_names_subscribe(), ElementsAre("90"));
}

TEST_F(DeltaStateTest, MergesChangesThatCouldNotBeSentYet) {
  state_.subscribe(kRouteType, {"80"});
  state_.begin_stream();
  drain();
  state_.subscribe(kRouteType, {"80", "90"});
  state_.subscribe(kRouteType, {"80", "100"});
  EXPECT_THAT(only_request().resource_names_subscribe(), ElementsAre("100"));
}

TEST_F(DeltaStateTest, AsksAgainForWhatWasGivenUpAndWantedAgain) {
  state_.subscribe(kRouteType, {"80"});
  state_.begin_stream();
  take(ResponseOf(kRouteType, "n1").with("80", "1"));
  drain();
  state_.subscribe(kRouteType, {});
  state_.subscribe(kRouteType, {"80"});
  const auto request = only_request();
  EXPECT_THAT(request.resource_names_subscribe(), ElementsAre("80"));
  EXPECT_THAT(request.resource_names_unsubscribe(), IsEmpty());
}

TEST_F(DeltaStateTest, TellsANewStreamWhatItHolds) {
  state_.subscribe_all(kClusterType);
  state_.subscribe(kEndpointsType, {"a", "b"});
  state_.begin_stream();
  drain();
  take(ResponseOf(kClusterType, "n1").with("a", "1").with("b", "2"));
  take(ResponseOf(kClusterType, "n2").without("b"));
  take(ResponseOf(kEndpointsType, "n3").with("a", "7"));
  state_.subscribe(kEndpointsType, {"a", "c"});

  state_.begin_stream();
  const auto clusters = state_.next_request();
  EXPECT_TRUE(clusters->has_node());
  EXPECT_EQ(clusters->response_nonce(), "");
  EXPECT_THAT(clusters->initial_resource_versions(), UnorderedElementsAre(Pair("a", "1")));
  const auto endpoints = only_request();
  EXPECT_THAT(endpoints.resource_names_subscribe(), ElementsAre("a", "c"));
  EXPECT_THAT(endpoints.resource_names_unsubscribe(), IsEmpty());
  EXPECT_THAT(endpoints.initial_resource_versions(), UnorderedElementsAre(Pair("a", "7")));
}

TEST_F(DeltaStateTest, DropsAnswersThatTheLostStreamDidNotCarry) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  drain();
  take(ResponseOf(kClusterType, "n1").with("a", "1"));
  state_.begin_stream();
  EXPECT_EQ(only_request().response_nonce(), "");
}

TEST_F(DeltaStateTest, IgnoresResourcesThatAreNotWanted) {
  state_.subscribe(kEndpointsType, {"a"});
  state_.begin_stream();
  drain();
  EXPECT_THAT(take(ResponseOf(kEndpointsType, "n1").with("a", "1").with("x", "1").without("y")), ElementsAre("a"));
  EXPECT_FALSE(only_request().has_error_detail());
}

TEST_F(DeltaStateTest, RejectsANameThatIsTwiceInOneResponse) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  drain();
  EXPECT_THAT(take(ResponseOf(kClusterType, "n1").with("a", "1").with("a", "2")), ElementsAre("a"));
  EXPECT_EQ(only_request().error_detail().message(), "a: the resource is twice in one response");
}

TEST_F(DeltaStateTest, RejectsAResourceOfAnotherType) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  drain();
  ResponseOf made = ResponseOf(kClusterType, "n1").with("a", "1");
  made.response.mutable_resources(0)->mutable_resource()->set_type_url(std::string(kRouteType));
  EXPECT_THAT(take(made), IsEmpty());
  EXPECT_TRUE(only_request().has_error_detail());
}

TEST_F(DeltaStateTest, RejectsATypeThatWasNotAskedFor) {
  state_.begin_stream();
  EXPECT_THAT(take(ResponseOf(kSecretType, "n1").with("a", "1")), IsEmpty());
  const auto nack = only_request();
  EXPECT_EQ(nack.type_url(), kSecretType);
  EXPECT_TRUE(nack.has_error_detail());
  EXPECT_THAT(state_.status(), IsEmpty());
}

TEST_F(DeltaStateTest, CountsWhatWasAcceptedAndRejected) {
  state_.subscribe_all(kClusterType);
  state_.begin_stream();
  take(ResponseOf(kClusterType, "n1").with("a", "1"));
  take(ResponseOf(kClusterType, "n2").with("b", "1"), {{"b", "bad"}});
  const TypeStatus status = state_.status().at(0);
  EXPECT_EQ(status.updates_accepted, 1u);
  EXPECT_EQ(status.updates_rejected, 1u);
  EXPECT_EQ(status.resources, 1u);
  EXPECT_EQ(status.version, "rn2");
  EXPECT_EQ(status.last_error, "b: bad");
  take(ResponseOf(kClusterType, "n3").with("b", "2"));
  EXPECT_EQ(state_.status().at(0).last_error, "");
}

}  // namespace
}  // namespace weft::xds
