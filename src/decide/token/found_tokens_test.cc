#include "decide/token/found_tokens.h"

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

std::string without(std::string value, const TokenHeader& location) {
  remove_tokens(value, location);
  return value;
}
std::string path_without(std::string path) {
  remove_parameters(path, {"access_token", "t"});
  return path;
}
std::string cookies_without(std::string cookies) {
  remove_cookies(cookies, {"s"});
  return cookies;
}

TEST(FoundTokens, LeaveFieldsWithoutThem) {
  const TokenHeader bearer{"authorization", "Bearer "};
  EXPECT_EQ(without("Bearer a.b.c", bearer), "");
  EXPECT_EQ(without("bearer a.b.c,Basic x", bearer), "Basic x");
  EXPECT_EQ(without("Basic x, Bearer a.b.c,Basic y", bearer), "Basic x,Basic y");
  EXPECT_EQ(without("Basic x", bearer), "Basic x");
  EXPECT_EQ(without("Bearer", bearer), "Bearer");
  EXPECT_TRUE(holds_token("Basic x,BEARER y", bearer));
  EXPECT_FALSE(holds_token("Bearer ", bearer));
  EXPECT_TRUE(holds_token("a.b.c", {"x", ""}));
}

TEST(FoundTokens, LeavePathsWithoutThem) {
  EXPECT_EQ(path_without("/a?access_token=x"), "/a");
  EXPECT_EQ(path_without("/a?b=1&access_token=x&t=y&c"), "/a?b=1&c");
  EXPECT_EQ(path_without("/a?access_tokens=x"), "/a?access_tokens=x");
  EXPECT_EQ(path_without("/a?"), "/a?");
  EXPECT_EQ(path_without("/access_token=x"), "/access_token=x");
  EXPECT_EQ(path_without("/a?access_token=x?access_token=y"), "/a");
}

TEST(FoundTokens, LeaveCookiesWithoutThem) {
  EXPECT_EQ(cookies_without("a=b; s=x; c=d"), "a=b; c=d");
  EXPECT_EQ(cookies_without("s=x"), "");
  EXPECT_EQ(cookies_without("s=x; a=b"), "a=b");
  EXPECT_EQ(cookies_without("ss=x"), "ss=x");
}

TEST(FoundTokens, AreListedOnceInTheOrderOfPlaces) {
  const TokenProvider provider{
      .headers = {{"x", ""}, {"authorization", "Bearer "}}, .parameters = {"t"}, .cookies = {"s"}};
  const TestRequest request = TestRequest("/?t=1&u=9&t=2")
                                  .header("authorization", "Bearer 3")
                                  .header("authorization", "Bearer 1")
                                  .header("cookie", "s=4; s=2; q=8")
                                  .header("x", " 5 , ");
  std::deque<std::string> joined;
  std::vector<std::string_view> found;
  find_tokens(provider, request.head(), joined, found);
  EXPECT_EQ(found, (std::vector<std::string_view>{"5", "3", "1", "2", "4"}));
}

}  // namespace
}  // namespace weft::decide
