#include "cli/mesh/hop_order.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

// "a" has the address 10.0.0.1, "b" 10.0.0.2.
std::string address(char pod) {
  return "10.0.0." + std::to_string(pod - 'a' + 1) + ":80";
}

FailedHop call(char from, char to, int started_ms) {
  FailedHop hop;
  hop.pod = from;
  hop.direction = "outbound";
  hop.started = WallTime(std::chrono::milliseconds(started_ms));
  hop.endpoint = address(to);
  return hop;
}

FailedHop serving(char pod, int started_ms) {
  FailedHop hop;
  hop.pod = pod;
  hop.direction = "inbound";
  hop.started = WallTime(std::chrono::milliseconds(started_ms));
  hop.destination = address(pod);
  return hop;
}

// "a> b< b>": a calls, b serves, b calls.
std::string order(std::vector<FailedHop> hops) {
  std::string text;
  for (const auto& hop : in_order_of_calls(std::move(hops)))
    text += (text.empty() ? "" : " ") + hop.pod + (hop.direction == "outbound" ? ">" : "<");
  return text;
}

TEST(HopOrder, IsThatOfClocksWhereTheyAgree) {
  EXPECT_EQ(order({serving('c', 14), call('b', 'c', 12), serving('b', 11), call('a', 'b', 10)}), "a> b< b> c<");
}

TEST(HopOrder, IsThatOfCallsWhereTheServersClockIsBehind) {
  EXPECT_EQ(order({call('a', 'b', 20), serving('b', 12), call('b', 'c', 13), serving('c', 21)}), "a> b< b> c<");
  EXPECT_EQ(order({call('a', 'b', 20), serving('b', 21), call('b', 'c', 22), serving('c', 3)}), "a> b< b> c<");
}

TEST(HopOrder, IsThatOfCallsWhereTheServersClockIsAhead) {
  EXPECT_EQ(order({call('a', 'b', 20), serving('b', 29), call('b', 'c', 30), serving('c', 23)}), "a> b< b> c<");
  EXPECT_EQ(order({call('a', 'b', 20), serving('b', 90), call('b', 'c', 91), serving('c', 23)}), "a> b< b> c<");
}

TEST(HopOrder, OfOnePodInOneMillisecondBeginsWithWhatItServed) {
  EXPECT_EQ(order({call('b', 'c', 20), serving('b', 20)}), "b< b>");
  EXPECT_EQ(order({call('b', 'c', 20), serving('b', 20), call('a', 'b', 20), serving('c', 20)}), "a> b< b> c<");
}

TEST(HopOrder, OfAPodThatCallsItselfBeginsWithTheCall) {
  EXPECT_EQ(order({serving('a', 20), call('a', 'a', 20)}), "a> a<");
}

TEST(HopOrder, OfACircleBeginsWithACall) {
  EXPECT_EQ(order({call('a', 'b', 20), serving('b', 20), call('b', 'a', 20), serving('a', 20)}), "a> b< b> a<");
}

TEST(HopOrder, KeepsSeveralCallsOfOnePodInItsOrder) {
  EXPECT_EQ(order({serving('c', 1), call('a', 'b', 10), serving('b', 30), call('a', 'c', 15)}), "a> b< a> c<");
  EXPECT_EQ(order({call('a', 'b', 10), call('a', 'b', 15), serving('b', 2), serving('b', 5)}), "a> b< a> b<");
}

TEST(HopOrder, KnowsAServerByAnyAttemptAtIt) {
  auto client = call('a', 'c', 20);
  client.tried = {{.endpoint = address('b')}, {.endpoint = address('c')}};
  EXPECT_EQ(order({serving('b', 12), client, serving('c', 15)}), "a> b< c<");
}

TEST(HopOrder, OfHopsThatHaveNotCalledEachOtherIsThatOfClocks) {
  EXPECT_EQ(order({serving('c', 30), call('a', 'b', 20)}), "a> c<");
  EXPECT_EQ(order({serving('c', 10), call('a', 'b', 20)}), "c< a>");
}

}  // namespace
}  // namespace weft::cli
