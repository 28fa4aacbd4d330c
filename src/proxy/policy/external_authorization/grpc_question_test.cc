// The question over gRPC and what is read from an answer, hostile ones included.
#include "proxy/policy/external_authorization/grpc_question.h"

#include <envoy/service/auth/v3/external_auth.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "grpc/message_framing.h"

namespace weft::proxy {
namespace {

using envoy::service::auth::v3::CheckRequest;
using envoy::service::auth::v3::CheckResponse;

std::string message(const std::string& json) {
  CheckResponse response;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &response).ok()) << json;
  return response.SerializeAsString();
}

std::string framed(const std::string& bytes) {
  const auto prefix = grpc::message_prefix(bytes.size());
  return std::string(prefix.data(), prefix.size()) + bytes;
}

Statement statement(std::string body, std::string_view status = "0") {
  Statement made{.body = std::move(body), .is_whole = true};
  if (!status.empty()) made.trailers.add("grpc-status", status);
  return made;
}

std::string why_not(const Result<Opinion>& opinion) {
  return opinion ? "taken" : opinion.error().detail;
}

TEST(GrpcQuestion, NamesBothEndsOfAConnection) {
  decide::Peer peer{.uri = "spiffe://cluster.local/ns/a/sa/b"};
  ClientFacts client{.address = {*decide::IpAddress::parse("10.1.0.1"), 4321},
                     .destination = {*decide::IpAddress::parse("10.1.0.2"), 6379},
                     .peer = &peer};
  const Question question = grpc_question(client, {.authority = "authz"});
  EXPECT_EQ(question.head.path, "/envoy.service.auth.v3.Authorization/Check");
  EXPECT_EQ(question.head.authority, "authz");
  EXPECT_EQ(question.version, http::Version::http2);
  CheckRequest check;
  ASSERT_TRUE(check.ParseFromString(question.body.substr(grpc::kPrefixSize)));
  const auto& attributes = check.attributes();
  EXPECT_EQ(attributes.source().principal(), "spiffe://cluster.local/ns/a/sa/b");
  EXPECT_EQ(attributes.source().address().socket_address().address(), "10.1.0.1");
  EXPECT_EQ(attributes.destination().address().socket_address().port_value(), 6379u);
  EXPECT_FALSE(attributes.has_request());
}

TEST(GrpcOpinion, AllowsWithChanges) {
  const auto opinion = grpc_opinion(statement(framed(message(R"({"okResponse":{
    "headers":[{"header":{"key":"X-User","value":"ann"}},
               {"header":{"key":"x-group","value":"g"},"append":true},
               {"header":{"key":"x-new","value":"n"},"appendAction":"ADD_IF_ABSENT"},
               {"header":{"key":"x-old","value":"o"},"appendAction":"OVERWRITE_IF_EXISTS"},
               {"header":{"key":"content-length","value":"0"}}],
    "headersToRemove":["X-Secret","host",":path"],
    "responseHeadersToAdd":[{"header":{"key":"set-cookie","value":"a=1"}}]}})"))));
  ASSERT_TRUE(opinion) << opinion.error().detail;
  EXPECT_TRUE(opinion->is_allowed);
  ASSERT_EQ(opinion->set.size(), 4u);
  using Kind = FieldChange::Kind;
  EXPECT_EQ(opinion->set[0].name, "x-user");
  EXPECT_EQ(opinion->set[0].kind, Kind::set);
  EXPECT_EQ(opinion->set[1].kind, Kind::append);
  EXPECT_EQ(opinion->set[2].kind, Kind::add_if_absent);
  EXPECT_EQ(opinion->set[3].kind, Kind::set_if_present);
  EXPECT_EQ(opinion->removed, std::vector<std::string>{"x-secret"});
  ASSERT_EQ(opinion->told.size(), 1u);
  EXPECT_EQ(opinion->told[0].kind, Kind::append);
}

TEST(GrpcOpinion, RefusesInItsOwnWords) {
  const auto opinion = grpc_opinion(statement(framed(message(R"({"status":{"code":7},"deniedResponse":{
    "status":{"code":"PaymentRequired"},"body":"pay","headers":[{"header":{"key":"x-why","value":"w"}}]}})"))));
  ASSERT_TRUE(opinion);
  EXPECT_FALSE(opinion->is_allowed);
  EXPECT_EQ(opinion->status, 402);
  EXPECT_EQ(opinion->body, "pay");
  ASSERT_EQ(opinion->told.size(), 1u);
}

TEST(GrpcOpinion, ARefusalWithoutAStatusOrWithNoneThatThereIsIs403) {
  for (const char* json : {R"({"status":{"code":16}})", R"({"status":{"code":7},"deniedResponse":{}})",
                           R"({"status":{"code":7},"deniedResponse":{"status":{"code":100}}})",
                           R"({"status":{"code":7},"okResponse":{}})"}) {
    const auto opinion = read_check_response(message(json));
    ASSERT_TRUE(opinion) << json;
    EXPECT_FALSE(opinion->is_allowed) << json;
    EXPECT_EQ(opinion->status, 403) << json;
  }
}

TEST(GrpcOpinion, IsOneWholeMessageWithAGoodStatus) {
  const std::string good = framed(message(R"({"okResponse":{}})"));
  EXPECT_EQ(why_not(grpc_opinion(statement(good))), "taken");
  EXPECT_EQ(why_not(grpc_opinion(statement(good, ""))), "the authorizer's answer has no end");
  EXPECT_EQ(why_not(grpc_opinion(statement(good, "1"))), "the authorizer's status is CANCELLED");
  EXPECT_EQ(why_not(grpc_opinion(statement(good + good))), "the authorizer's answer is not one message");
  EXPECT_EQ(why_not(grpc_opinion(statement(good.substr(0, good.size() - 1)))),
            "the authorizer's answer is not one message");
  EXPECT_EQ(why_not(grpc_opinion(statement(""))), "the authorizer's answer is not one message");
  EXPECT_EQ(why_not(grpc_opinion(statement(std::string("\1\0\0\0\0", 5)))),
            "the authorizer's answer is not one message");
  EXPECT_EQ(why_not(grpc_opinion(statement(framed("\xff\xff")))), "the authorizer's answer is no CheckResponse");
  auto cut = statement(good);
  cut.is_whole = false;
  EXPECT_EQ(why_not(grpc_opinion(cut)), "the authorizer's answer has no end");
  auto html = statement(good);
  html.head.status = 404;
  EXPECT_EQ(why_not(grpc_opinion(html)), "the authorizer's answer is none of gRPC's");
}

// A service that fails with CANCELLED must not look like a client that left.
TEST(GrpcOpinion, AFailureIsNeverACancellation) {
  EXPECT_EQ(grpc_opinion(statement("", "1")).error().reason, Reason::unavailable);
}

TEST(GrpcOpinion, IsFollowedAsAWholeOrNotAtAll) {
  EXPECT_EQ(
      why_not(read_check_response(message(R"({"okResponse":{"headers":[{"header":{"key":":path","value":"/"}}]}})"))),
      "an authorizer that changes where a request goes");
  EXPECT_EQ(
      why_not(read_check_response(message(R"({"okResponse":{"headers":[{"header":{"key":"Host","value":"h"}}]}})"))),
      "an authorizer that changes where a request goes");
  EXPECT_EQ(why_not(read_check_response(message(R"({"okResponse":{"queryParametersToRemove":["a"]}})"))),
            "an authorizer that changes query parameters");
  EXPECT_EQ(why_not(read_check_response(
                message(R"({"okResponse":{"headers":[{"header":{"key":"a","value":"b\r\nc: d"}}]}})"))),
            "a change to what is no header field");
  EXPECT_EQ(why_not(read_check_response(message(R"({"deniedResponse":{}})"))),
            "the authorizer's answer contradicts itself");
}

}  // namespace
}  // namespace weft::proxy
