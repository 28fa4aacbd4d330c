#include "decide/routing/route_match.h"

#include <map>

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

using Kind = TextMatch::Kind;

PathMatch prefix(const char* text, Case letters = Case::sensitive) {
  return {PathMatch::Kind::prefix, TextMatch(Kind::prefix, text, letters)};
}
RouteMatch with_header(HeaderMatch header) {
  return {.path = prefix("/"), .headers = {std::move(header)}};
}
RouteMatch with_query(QueryMatch query) {
  return {.path = prefix("/"), .query = {std::move(query)}};
}
TextMatch exact(const char* text) {
  return {Kind::exact, text};
}

TEST(RouteMatch, by_prefix_is_not_bound_to_segments) {
  const RouteMatch match{.path = prefix("/foo")};
  EXPECT_TRUE(match.matches(TestRequest("/foobar").head()));
  EXPECT_FALSE(match.matches(TestRequest("/Foo").head()));
}

TEST(RouteMatch, by_prefix_may_ignore_case) {
  EXPECT_TRUE(RouteMatch{.path = prefix("/foo", Case::ignored)}.matches(TestRequest("/FOO/x").head()));
}

TEST(RouteMatch, by_exact_path_does_not_look_at_the_query) {
  const RouteMatch match{.path = {PathMatch::Kind::exact, exact("/foo")}};
  EXPECT_TRUE(match.matches(TestRequest("/foo?a=b").head()));
  EXPECT_FALSE(match.matches(TestRequest("/foo/").head()));
}

TEST(RouteMatch, by_separated_prefix_is_bound_to_segments) {
  const RouteMatch match{.path = {PathMatch::Kind::separated_prefix, TextMatch(Kind::prefix, "/api")}};
  EXPECT_TRUE(match.matches(TestRequest("/api").head()));
  EXPECT_TRUE(match.matches(TestRequest("/api?x").head()));
  EXPECT_TRUE(match.matches(TestRequest("/api/x").head()));
  EXPECT_FALSE(match.matches(TestRequest("/apis").head()));
}

TEST(RouteMatch, by_regex_needs_the_whole_path) {
  const RouteMatch match{.path = {PathMatch::Kind::regex, TextMatch(*Regex::compile("/item/[0-9]+"))}};
  EXPECT_TRUE(match.matches(TestRequest("/item/7?q").head()));
  EXPECT_FALSE(match.matches(TestRequest("/item/7/edit").head()));
}

TEST(HeaderMatch, compares_the_value) {
  const auto match = with_header({.name = "canary", .rule = exact("true")});
  EXPECT_TRUE(match.matches(TestRequest("/").header("canary", "true").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").header("canary", "false").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").head()));
}

TEST(HeaderMatch, sees_repeated_fields_joined) {
  const auto request = TestRequest("/").header("x-role", "user").header("x-role", "admin");
  EXPECT_TRUE(with_header({.name = "x-role", .rule = TextMatch(Kind::contains, "admin")}).matches(request.head()));
  EXPECT_FALSE(with_header({.name = "x-role", .rule = exact("user")}).matches(request.head()));
}

TEST(HeaderMatch, of_presence_holds_for_an_empty_value_too) {
  const auto match = with_header({.name = "x", .rule = Presence{true}});
  EXPECT_TRUE(match.matches(TestRequest("/").header("x", "").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").head()));
}

TEST(HeaderMatch, of_presence_may_be_turned_around_in_two_ways) {
  for (const auto& match : {with_header({.name = "x", .rule = Presence{false}}),
                            with_header({.name = "x", .rule = Presence{true}, .inverted = true})}) {
    EXPECT_FALSE(match.matches(TestRequest("/").header("x", "1").head()));
    EXPECT_TRUE(match.matches(TestRequest("/").head()));
  }
}

TEST(HeaderMatch, inverted_does_not_hold_for_a_missing_field_unless_it_counts_as_empty) {
  HeaderMatch header{.name = "x", .rule = exact("1"), .inverted = true};
  EXPECT_FALSE(with_header(header).matches(TestRequest("/").head()));
  EXPECT_TRUE(with_header(header).matches(TestRequest("/").header("x", "2").head()));
  header.missing_is_empty = true;
  EXPECT_TRUE(with_header(header).matches(TestRequest("/").head()));
  EXPECT_FALSE(with_header(header).matches(TestRequest("/").header("x", "1").head()));
}

TEST(HeaderMatch, of_a_range_excludes_its_end_and_all_that_is_no_number) {
  const auto match = with_header({.name = "x", .rule = NumberRange{-10, 10}});
  for (const char* inside : {"-10", "0", "9"}) EXPECT_TRUE(match.matches(TestRequest("/").header("x", inside).head()));
  for (const char* outside : {"10", "-11", "1.5", "", "x", "1x"}) {
    EXPECT_FALSE(match.matches(TestRequest("/").header("x", outside).head())) << outside;
  }
}

TEST(HeaderMatch, reaches_the_parts_of_the_request_line) {
  const auto request = TestRequest("/p?q=1");
  EXPECT_TRUE(with_header({.name = ":method", .rule = exact("GET")}).matches(request.head()));
  EXPECT_TRUE(with_header({.name = ":path", .rule = exact("/p?q=1")}).matches(request.head()));
  EXPECT_TRUE(with_header({.name = ":authority", .rule = exact("host.test")}).matches(request.head()));
  EXPECT_TRUE(with_header({.name = ":scheme", .rule = exact("http")}).matches(request.head()));
}

TEST(QueryMatch, looks_at_the_first_value_of_the_name) {
  const auto match = with_query({.name = "v", .rule = exact("2")});
  EXPECT_TRUE(match.matches(TestRequest("/?a=1&v=2&v=3").head()));
  EXPECT_FALSE(match.matches(TestRequest("/?v=3&v=2").head()));
  EXPECT_FALSE(match.matches(TestRequest("/?av=2").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").head()));
}

TEST(QueryMatch, of_presence_needs_no_value) {
  EXPECT_TRUE(with_query({.name = "debug", .rule = Presence{true}}).matches(TestRequest("/?x&debug").head()));
  EXPECT_FALSE(with_query({.name = "debug", .rule = Presence{true}}).matches(TestRequest("/?debugger").head()));
  EXPECT_TRUE(with_query({.name = "debug", .rule = Presence{false}}).matches(TestRequest("/").head()));
}

TEST(RouteMatch, of_grpc_looks_at_the_content_type) {
  const RouteMatch match{.path = prefix("/"), .grpc_only = true};
  for (const char* type : {"application/grpc", "application/grpc+proto", "application/grpc;x=y"}) {
    EXPECT_TRUE(match.matches(TestRequest("/").header("content-type", type).head())) << type;
  }
  EXPECT_FALSE(match.matches(TestRequest("/").header("content-type", "application/grpc-web").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").head()));
}

TEST(Fraction, includes_its_share_of_all_random_numbers) {
  const Fraction quarter{25, 100};
  EXPECT_TRUE(quarter.includes(0));
  EXPECT_TRUE(quarter.includes(UINT64_MAX / 4 - 1000));
  EXPECT_FALSE(quarter.includes(UINT64_MAX / 4 + 1000));
  EXPECT_FALSE((Fraction{0, 100}).includes(0));
  EXPECT_TRUE((Fraction{1'000'000, 1'000'000}).includes(UINT64_MAX));
}

TEST(RouteMatch, needs_all_of_its_conditions) {
  RouteMatch match = with_header({.name = "a", .rule = exact("1")});
  match.headers.push_back({.name = "b", .rule = exact("2")});
  match.query.push_back({.name = "q", .rule = Presence{true}});
  EXPECT_TRUE(match.matches(TestRequest("/?q").header("a", "1").header("b", "2").head()));
  EXPECT_FALSE(match.matches(TestRequest("/?q").header("a", "1").head()));
  EXPECT_FALSE(match.matches(TestRequest("/").header("a", "1").header("b", "2").head()));
}

}  // namespace
}  // namespace weft::decide
