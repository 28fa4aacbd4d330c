#include "api/kinds.h"

#include <set>

#include <gtest/gtest.h>

#include "api/field_table.h"

namespace weft::api {
namespace {

TEST(Kinds, AreFoundByVersionPathAndWord) {
  const Kind* service = find_kind("networking.istio.io/v1beta1", "VirtualService");
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->api_version(), "networking.istio.io/v1");
  EXPECT_EQ(find_kind_by_path("networking.istio.io", "v1alpha3", "virtualservices"), service);
  for (const std::string_view word :
       {"vs", "VirtualService", "virtualservices", "virtualservice.networking.istio.io"}) {
    EXPECT_EQ(find_kind_by_word(word), service) << word;
  }
  EXPECT_EQ(find_kind("v1", "VirtualService"), nullptr);
  EXPECT_EQ(find_kind("networking.istio.io/v2", "VirtualService"), nullptr);
  EXPECT_EQ(find_kind_by_path("", "v1", "pods")->kind, "Pod");
  EXPECT_EQ(find_kind_by_word("deploy")->api_version(), "apps/v1");
  EXPECT_EQ(find_kind_by_word("nothing"), nullptr);
}

TEST(Kinds, HaveNamesOfTheirOwnAndAllTheirParts) {
  std::set<std::string_view> words;
  for (const auto word : kind_words()) EXPECT_TRUE(words.insert(word).second) << word;
  for (const Kind& kind : all_kinds()) {
    EXPECT_TRUE(kind.serves(kind.storage_version)) << kind.kind;
    EXPECT_NE(kind.codec, nullptr) << kind.kind;
    EXPECT_NE(kind.fields().find("metadata"), nullptr) << kind.kind;
    EXPECT_FALSE(kind.singular.empty()) << kind.kind;
  }
  EXPECT_EQ(all_kinds().front().kind, "Namespace");
}

std::string cell(std::string_view kind, std::string_view column, const Json& body) {
  for (const Column& known : find_kind_by_word(kind)->columns) {
    if (known.name == column) return known.cell(body, WallTime{});
  }
  return "no such column";
}

TEST(Columns, ShowWhatKubectlShows) {
  const Json pod = Json::parse(R"({"spec":{"containers":[{},{}]},"status":{"phase":"Running","podIP":"10.0.0.1",
      "containerStatuses":[{"ready":true,"restartCount":2},{"ready":false,"restartCount":1}]}})");
  EXPECT_EQ(cell("pod", "READY", pod), "1/2");
  EXPECT_EQ(cell("pod", "STATUS", pod), "Running");
  EXPECT_EQ(cell("pod", "RESTARTS", pod), "3");
  EXPECT_EQ(cell("pod", "STATUS", Json::parse(R"({"metadata":{"deletionTimestamp":"x"}})")), "Terminating");
  EXPECT_EQ(
      cell("pod", "STATUS",
           Json::parse(R"({"status":{"containerStatuses":[{"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})")),
      "CrashLoopBackOff");
  EXPECT_EQ(cell("svc", "PORT(S)",
                 Json::parse(R"({"spec":{"ports":[{"port":80},{"port":53,"protocol":"UDP","nodePort":9}]}})")),
            "80/TCP,53:9/UDP");
  EXPECT_EQ(cell("netpol", "POD-SELECTOR", Json::parse(R"({"spec":{"podSelector":{"matchLabels":{"app":"a"},
      "matchExpressions":[{"key":"t","operator":"In","values":["b","c"]},{"key":"old","operator":"DoesNotExist"}]}}})")),
            "app=a,t in (b,c),!old");
  EXPECT_EQ(cell("netpol", "POD-SELECTOR", Json::parse(R"({"spec":{"podSelector":{}}})")), "<none>");
  EXPECT_EQ(cell("vs", "GATEWAYS", Json::object()), "mesh");
  EXPECT_EQ(cell("vs", "HOSTS", Json::parse(R"({"spec":{"hosts":["a","b"]}})")), "a,b");
  EXPECT_EQ(cell("deploy", "READY", Json::parse(R"({"spec":{"replicas":3},"status":{"readyReplicas":1}})")), "1/3");
  EXPECT_EQ(
      cell("endpointslices", "ENDPOINTS", Json::parse(R"({"endpoints":[{"addresses":["a"]},{"addresses":["b"]}]})")),
      "a,b");
}

TEST(Columns, BearBodiesThatAreNothingLikeTheKind) {
  const Json bodies[] = {nullptr, 5, "x", Json::array(),
                         Json::parse(R"({"spec":5,"status":[],"endpoints":{"a":1},"data":7})")};
  for (const Kind& kind : all_kinds()) {
    for (const Column& column : kind.columns) {
      for (const Json& body : bodies) column.cell(body, WallTime{});
    }
  }
}

TEST(Age, CountsAsKubectlDoes) {
  const WallTime now = WallTime{} + std::chrono::hours(24 * 365 * 54);
  const auto after = [](std::chrono::seconds since) { return age("1970-01-01T00:00:00Z", WallTime{} + since); };
  EXPECT_EQ(after(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(after(std::chrono::seconds(185)), "3m5s");
  EXPECT_EQ(after(std::chrono::minutes(42)), "42m");
  EXPECT_EQ(after(std::chrono::minutes(200)), "3h20m");
  EXPECT_EQ(after(std::chrono::hours(30)), "30h");
  EXPECT_EQ(after(std::chrono::hours(76)), "3d4h");
  EXPECT_EQ(after(std::chrono::hours(24 * 400)), "400d");
  EXPECT_EQ(after(std::chrono::hours(24 * (365 * 3 + 7))), "3y7d");
  EXPECT_EQ(after(std::chrono::hours(24 * (365 * 8 + 7))), "8y");
  EXPECT_EQ(age("2023-12-18T23:59:00Z", now), "60s");
  EXPECT_EQ(age("yesterday", now), "<unknown>");
}

}  // namespace
}  // namespace weft::api
