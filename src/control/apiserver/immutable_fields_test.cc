// What an update may not change: a line for each object before and after, and what is said of it.
#include "control/apiserver/immutable_fields.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

struct Update {
  const char* word;  // of the kind
  const char* before;
  const char* after;
  const char* field;  // of the cause; empty: it may be changed
};

std::string refused_field(const Update& update) {
  const auto verdict = check_immutable_fields(*api::find_kind_by_word(update.word), Json::parse(update.before),
                                              Json::parse(update.after));
  if (verdict) return "";
  EXPECT_EQ(verdict.error().code, 422);
  return verdict.error().details["causes"][0]["field"];
}

void expect(const std::vector<Update>& updates) {
  for (const auto& update : updates)
    EXPECT_EQ(refused_field(update), update.field) << update.word << " " << update.before << " -> " << update.after;
}

TEST(ImmutableFields, OfADeploymentIsItsSelector) {
  expect({{"deploy", R"({"spec":{"selector":{"a":1}}})", R"({"spec":{"selector":{"a":1},"replicas":2}})", ""},
          {"deploy", R"({"spec":{"selector":{"a":1}}})", R"({"spec":{"selector":{"a":2}}})", "spec.selector"},
          {"deploy", R"({"spec":{"selector":{"a":1}}})", R"({"spec":{}})", "spec.selector"}});
}

TEST(ImmutableFields, OfAServiceIsTheAddressItHas) {
  expect({{"svc", R"({"spec":{"clusterIP":"10.0.0.1"}})", R"({"spec":{"clusterIP":"10.0.0.1","ports":[]}})", ""},
          {"svc", R"({"spec":{"clusterIP":"10.0.0.1"}})", R"({"spec":{"clusterIP":"10.0.0.2"}})", "spec.clusterIP"},
          {"svc", R"({"spec":{"clusterIP":"10.0.0.1"}})", R"({"spec":{"clusterIP":"None"}})", "spec.clusterIP"},
          {"svc", R"({"spec":{"clusterIP":"10.0.0.1"}})", R"({"spec":{"type":"ExternalName"}})", ""},
          {"svc", R"({"spec":{"type":"ExternalName"}})", R"({"spec":{"clusterIP":"10.0.0.2"}})", ""}});
}

TEST(ImmutableFields, OfDataAreAllOnceItsWriterSaysSo) {
  expect({{"cm", R"({"data":{"a":"1"}})", R"({"data":{"a":"2"}})", ""},
          {"cm", R"({"data":{"a":"1"}})", R"({"data":{"a":"1"},"immutable":true})", ""},
          {"cm", R"({"immutable":true,"data":{"a":"1"}})", R"({"immutable":true,"data":{"a":"2"}})", "data"},
          {"cm", R"({"immutable":true,"data":{"a":"1"}})", R"({"data":{"a":"1"}})", "data"},
          {"cm", R"({"immutable":true})", R"({"immutable":true,"binaryData":{"a":"MQ=="}})", "data"},
          {"cm", R"({"immutable":false,"data":{}})", R"({"data":{"a":"1"}})", ""},
          {"secret", R"({"immutable":true,"data":{"a":"MQ=="}})", R"({"immutable":true,"data":{}})", "data"},
          {"cm", R"({"immutable":true,"metadata":{"labels":{}}})", R"({"immutable":true,"metadata":{}})", ""}});
}

TEST(ImmutableFields, OfASecretIsItsType) {
  expect({{"secret", R"({"type":"Opaque"})", R"({"type":"kubernetes.io/tls"})", "type"},
          {"secret", R"({"type":"Opaque","data":{}})", R"({"type":"Opaque","data":{"a":""}})", ""}});
}

TEST(ImmutableFields, OfAPodAreAllButFew) {
  constexpr const char* kBefore = R"({"spec":{"containers":[{"name":"a","image":"i"}],"nodeName":"n"}})";
  expect({{"pod", kBefore, R"({"spec":{"containers":[{"name":"a","image":"j"}],"nodeName":"n"}})", ""},
          {"pod", kBefore, R"({"spec":{"containers":[{"name":"a"}],"nodeName":"n","tolerations":[{}]}})", ""},
          {"pod", kBefore, R"({"spec":{"containers":[{"name":"b","image":"i"}],"nodeName":"n"}})", "spec"},
          {"pod", kBefore, R"({"spec":{"containers":[{"name":"a","args":["x"]}],"nodeName":"n"}})", "spec"},
          {"pod", kBefore, R"({"spec":{"containers":[],"nodeName":"n"}})", "spec"},
          {"pod", kBefore, R"({"spec":{"containers":[{"name":"a"}],"nodeName":"m"}})", "spec"},
          {"pod", kBefore, R"({"spec":{"containers":[{"name":"a"}]}})", "spec"},
          {"pod", R"({"spec":{"hostname":"h"}})", R"({"spec":{"hostname":"h","nodeName":"n"}})", ""},
          {"pod", R"({"spec":{"hostname":"h"}})", R"({"spec":{"hostname":"i","nodeName":"n"}})", "spec"}});
}

TEST(ImmutableFields, AreNoneOfOtherKinds) {
  expect({{"vs", R"({"spec":{"hosts":["a"]}})", R"({"spec":{"hosts":["b"]}})", ""},
          {"ns", R"({"metadata":{"labels":{}}})", R"({"metadata":{}})", ""}});
}

}  // namespace
}  // namespace weft::control
