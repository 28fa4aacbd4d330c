#include "http/message.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

TEST(RequestHead, is_swapped_as_a_whole) {
  RequestHead one;
  one.method = "POST";
  one.scheme = "https";
  one.authority = "a.example";
  one.path = "/a?b";
  one.version = Version::http2;
  one.headers.add("x-a", "1");
  RequestHead other;
  other.swap(one);
  // Whoever adds a member has to add it here, and to swap().
  const auto& [method, scheme, authority, path, version, headers] = other;
  EXPECT_EQ(method, "POST");
  EXPECT_EQ(scheme, "https");
  EXPECT_EQ(authority, "a.example");
  EXPECT_EQ(path, "/a?b");
  EXPECT_EQ(version, Version::http2);
  EXPECT_EQ(headers.get("x-a"), "1");
  EXPECT_EQ(one.method, "GET");
  EXPECT_EQ(one.scheme, "http");
  EXPECT_EQ(one.authority, "");
  EXPECT_EQ(one.path, "/");
  EXPECT_EQ(one.version, Version::http11);
  EXPECT_TRUE(one.headers.empty() && !one.headers.has(HeaderId::host));
}

}  // namespace
}  // namespace weft::http
