#include "decide/routing/rewrite.h"

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

using Kind = PathRewrite::Kind;

RouteMatch by_prefix(const char* text) {
  return {.path = {PathMatch::Kind::prefix, TextMatch(TextMatch::Kind::prefix, text)}};
}
RouteMatch by_exact(const char* text) {
  return {.path = {PathMatch::Kind::exact, TextMatch(TextMatch::Kind::exact, text)}};
}

std::string path_after(Kind kind, const char* text, const RouteMatch& match, const char* path) {
  return rewritten_path({kind, text, {}}, match, TestRequest(path).head()).value_or("unchanged");
}

TEST(PathRewrite, replaces_just_the_matched_prefix_and_keeps_the_query) {
  EXPECT_EQ(path_after(Kind::replace_matched, "/v2", by_prefix("/api"), "/api/x?k=v"), "/v2/x?k=v");
  EXPECT_EQ(path_after(Kind::replace_matched, "/", by_prefix("/api/"), "/api/x"), "/x");
}

TEST(PathRewrite, replaces_the_whole_path_of_an_exact_match) {
  EXPECT_EQ(path_after(Kind::replace_matched, "/new", by_exact("/old"), "/old?k=v"), "/new?k=v");
}

TEST(PathRewrite, by_regex_works_within_the_path) {
  const PathRewrite rewrite{Kind::regex, "/\\2/\\1", *Regex::compile("^/([a-z]+)/([a-z]+)")};
  EXPECT_EQ(rewritten_path(rewrite, by_prefix("/"), TestRequest("/a/b/c?/x/y").head()), "/b/a/c?/x/y");
}

TEST(PathRewrite, of_no_kind_changes_nothing) {
  EXPECT_EQ(path_after(Kind::none, "", by_prefix("/"), "/x"), "unchanged");
}

TEST(HostRewrite, takes_a_literal_or_a_header) {
  const auto request = TestRequest("/").header("x-host", "other.test");
  EXPECT_EQ(rewritten_host({HostRewrite::Kind::literal, "a.test", {}}, request.head()), "a.test");
  EXPECT_EQ(rewritten_host({HostRewrite::Kind::from_header, "x-host", {}}, request.head()), "other.test");
  EXPECT_EQ(rewritten_host({HostRewrite::Kind::from_header, "x-none", {}}, request.head()), std::nullopt);
  EXPECT_EQ(rewritten_host({}, request.head()), std::nullopt);
}

std::string location(const Redirect& redirect, const char* authority, const char* path = "/a?k=v") {
  return redirect_location(redirect, by_prefix("/a"), TestRequest(path).authority(authority).head());
}

TEST(Redirect, replaces_the_path_and_keeps_the_query) {
  EXPECT_EQ(location({.path = {Kind::replace_all, "/new", {}}}, "h"), "http://h/new?k=v");
  EXPECT_EQ(location({.path = {Kind::replace_all, "/new", {}}, .drop_query = true}, "h"), "http://h/new");
}

TEST(Redirect, prefers_a_query_of_its_own) {
  EXPECT_EQ(location({.path = {Kind::replace_all, "/new?x=1", {}}}, "h"), "http://h/new?x=1");
}

TEST(Redirect, replaces_the_matched_prefix) {
  EXPECT_EQ(location({.path = {Kind::replace_matched, "/b", {}}}, "h", "/a/c"), "http://h/b/c");
}

TEST(Redirect, keeps_the_request_port_unless_the_host_changes) {
  EXPECT_EQ(location({}, "h:8080"), "http://h:8080/a?k=v");
  EXPECT_EQ(location({.host = "other"}, "h:8080"), "http://other/a?k=v");
}

TEST(Redirect, never_writes_the_default_port) {
  EXPECT_EQ(location({.scheme = "https"}, "h:80"), "https://h/a?k=v");
  EXPECT_EQ(location({.scheme = "https", .port = 443}, "h"), "https://h/a?k=v");
  EXPECT_EQ(location({.port = 80}, "h"), "http://h/a?k=v");
  EXPECT_EQ(location({.scheme = "https", .port = 8443}, "h"), "https://h:8443/a?k=v");
}

}  // namespace
}  // namespace weft::decide
