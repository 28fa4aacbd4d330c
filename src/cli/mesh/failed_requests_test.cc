#include "cli/mesh/failed_requests.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

FailedHop hop_at(std::string pod, int started_ms, std::string direction, std::string id,
                 std::vector<std::string> flags = {}) {
  FailedHop hop;
  hop.pod = std::move(pod);
  hop.started = WallTime(std::chrono::milliseconds(started_ms));
  hop.direction = std::move(direction);
  hop.request_id = std::move(id);
  hop.flags = std::move(flags);
  return hop;
}

TEST(FailedRequests, AreReadFromAProxysPage) {
  const auto page = Json::parse(R"({"failures":[{"started_ms":1000,"duration_ms":5,"status":503,"attempts":2,
    "flags":"UF,URX","request_id":"8d0e","method":"GET","object":"VirtualService shop/a","file":"a.yaml","line":7,
    "not_retried":"used_up","tried":[{"endpoint":"a:1","trouble":"connect_refused","flags":"UF","duration_ms":2},
    {"endpoint":"b:1","status":503,"idle_ms":9}, 7]}, 3]})");
  const auto hops = read_failures(page, "shop/front-1");
  ASSERT_EQ(hops.size(), 1U);
  EXPECT_EQ(hops[0].pod, "shop/front-1");
  EXPECT_EQ(hops[0].status, 503);
  EXPECT_EQ(hops[0].attempts, 2);
  EXPECT_EQ(hops[0].flags, (std::vector<std::string>{"UF", "URX"}));
  EXPECT_EQ(hops[0].object, "VirtualService shop/a");
  EXPECT_EQ(hops[0].place, "a.yaml:7");
  EXPECT_TRUE(hops[0].is_request());
  EXPECT_EQ(hops[0].not_retried, "used_up");
  ASSERT_EQ(hops[0].tried.size(), 2U);
  EXPECT_EQ(hops[0].tried[0].trouble, "connect_refused");
  EXPECT_EQ(hops[0].tried[0].idle_ms, std::nullopt);
  EXPECT_EQ(hops[0].tried[1].idle_ms, 9);
  EXPECT_EQ(hops[0].trouble(), "");
}

TEST(FailedRequests, OfAnotherShapeArePassedOver) {
  EXPECT_TRUE(read_failures(Json(), "a/b").empty());
  EXPECT_TRUE(read_failures(Json::parse(R"({"failures":{}})"), "a/b").empty());
  const auto odd = read_failures(Json::parse(R"({"failures":[{"status":"503","flags":7}]})"), "a/b");
  ASSERT_EQ(odd.size(), 1U);
  EXPECT_EQ(odd[0].status, 0);
  EXPECT_TRUE(odd[0].flags.empty());
}

TEST(FailedRequests, AreJoinedByTheirIdTheNewestFirst) {
  const auto requests = join_hops(
      {hop_at("b", 2001, "inbound", "1"), hop_at("c", 3000, "inbound", "2"), hop_at("a", 2000, "outbound", "1")});
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].hops[0].pod, "c");
  ASSERT_EQ(requests[1].hops.size(), 2U);
  EXPECT_EQ(requests[1].hops[0].pod, "a");
  EXPECT_EQ(requests[1].hops[1].pod, "b");
}

TEST(FailedRequests, StayApartWithoutAnId) {
  EXPECT_EQ(join_hops({hop_at("a", 1, "inbound", ""), hop_at("a", 2, "inbound", "")}).size(), 2U);
}

TEST(FailedRequests, HaveTheirCauseAtTheFurthestHopThatWasNotLeft) {
  FailedRequest request({hop_at("a", 1, "outbound", "1"), hop_at("b", 2, "inbound", "1")});
  EXPECT_EQ(request.culprit().pod, "b");
  request.hops[0].flags = {"UT"};
  request.hops[1].flags = {"DC"};
  EXPECT_EQ(request.culprit().pod, "a");
  request.hops.erase(request.hops.begin());
  EXPECT_EQ(request.culprit().pod, "b");
}

}  // namespace
}  // namespace weft::cli
