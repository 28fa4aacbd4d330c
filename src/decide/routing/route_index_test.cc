#include "decide/routing/route_index.h"

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

Route by_path(PathMatch::Kind kind, const std::string& text) {
  const auto comparison = kind == PathMatch::Kind::exact ? TextMatch::Kind::exact : TextMatch::Kind::prefix;
  return {.name = text, .match = {.path = {kind, TextMatch(comparison, text)}}};
}
Route by_header(const std::string& value) {
  Route route = by_path(PathMatch::Kind::prefix, "/");
  route.name = "x-route=" + value;
  route.match.headers = {{.name = "x-route", .rule = TextMatch(TextMatch::Kind::exact, value)}};
  return route;
}

std::string found(const std::vector<Route>& routes, const TestRequest& request) {
  const Route* route = RouteIndex(routes).first_match(routes, request.head());
  return route == nullptr ? "none" : route->name;
}

// Enough other routes that the index is used instead of a walk.
std::vector<Route> among_many(std::vector<Route> routes) {
  for (int i = 0; i < 100; ++i) routes.push_back(by_path(PathMatch::Kind::exact, "/filler" + std::to_string(i)));
  return routes;
}

TEST(RouteIndex, finds_routes_of_every_kind_among_many) {
  auto regex = by_path(PathMatch::Kind::prefix, "");
  regex.name = "regex";
  regex.match.path = {PathMatch::Kind::regex, TextMatch(*Regex::compile("/r[0-9]"))};
  const auto routes =
      among_many({by_path(PathMatch::Kind::exact, "/exact"), by_path(PathMatch::Kind::prefix, "/prefix"),
                  by_path(PathMatch::Kind::separated_prefix, "/segment"), by_header("7"), regex});
  EXPECT_EQ(found(routes, TestRequest("/exact?q")), "/exact");
  EXPECT_EQ(found(routes, TestRequest("/prefixed")), "/prefix");
  EXPECT_EQ(found(routes, TestRequest("/segment/a")), "/segment");
  EXPECT_EQ(found(routes, TestRequest("/segments")), "none");
  EXPECT_EQ(found(routes, TestRequest("/any").header("x-route", "7")), "x-route=7");
  EXPECT_EQ(found(routes, TestRequest("/r5")), "regex");
  EXPECT_EQ(found(routes, TestRequest("/filler42")), "/filler42");
}

TEST(RouteIndex, keeps_the_order_of_the_routes_whatever_they_are_filed_under) {
  EXPECT_EQ(found(among_many({by_header("7"), by_path(PathMatch::Kind::exact, "/a")}),
                  TestRequest("/a").header("x-route", "7")),
            "x-route=7");
  EXPECT_EQ(found(among_many({by_path(PathMatch::Kind::prefix, "/a"), by_path(PathMatch::Kind::exact, "/a/b")}),
                  TestRequest("/a/b")),
            "/a");
  EXPECT_EQ(found(among_many({by_path(PathMatch::Kind::prefix, "/"), by_path(PathMatch::Kind::exact, "/a")}),
                  TestRequest("/a")),
            "/");
}

TEST(RouteIndex, tries_the_next_route_when_the_filed_condition_alone_holds) {
  auto picky = by_path(PathMatch::Kind::exact, "/a");
  picky.name = "picky";
  picky.match.query = {{.name = "q", .rule = Presence{true}}};
  const auto routes = among_many({picky, by_path(PathMatch::Kind::exact, "/a")});
  EXPECT_EQ(found(routes, TestRequest("/a?q")), "picky");
  EXPECT_EQ(found(routes, TestRequest("/a")), "/a");
}

TEST(RouteIndex, decides_as_a_walk_through_the_routes_does) {
  std::vector<Route> routes;
  for (int i = 0; i < 30; ++i) {
    const std::string path = "/" + std::string(static_cast<size_t>(i % 5), 'a');
    routes.push_back(
        by_path(i % 3 == 0 ? PathMatch::Kind::exact : PathMatch::Kind::prefix, path + std::to_string(i % 4)));
    routes.push_back(by_header(std::to_string(i)));
  }
  for (int i = 0; i < 40; ++i) {
    const auto request = TestRequest("/" + std::string(static_cast<size_t>(i % 6), 'a') + std::to_string(i % 5))
                             .header("x-route", std::to_string(i));
    const Route* walked = nullptr;
    for (const auto& route : routes) {
      if (walked == nullptr && route.match.matches(request.head())) walked = &route;
    }
    EXPECT_EQ(RouteIndex(routes).first_match(routes, request.head()), walked);
  }
}

}  // namespace
}  // namespace weft::decide
