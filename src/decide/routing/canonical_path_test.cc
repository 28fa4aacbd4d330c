#include "decide/routing/canonical_path.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

constexpr PathPolicy kBase{.normalizes = true};  // what Istio's sidecars do

std::string canonical(std::string path, const PathPolicy& policy = kBase) {
  const auto verdict = canonicalize_path(path, policy);
  if (verdict == PathVerdict::reject) return "rejected";
  return verdict == PathVerdict::redirect ? "redirect " + path : path;
}

TEST(CanonicalPath, leaves_plain_paths_alone) {
  for (const char* path : {"/", "/a/b", "/a.b/..c", "/a?x=/../b", "*", "/a;x=1"}) EXPECT_EQ(canonical(path), path);
}

TEST(CanonicalPath, resolves_dot_segments) {
  EXPECT_EQ(canonical("/a/./b"), "/a/b");
  EXPECT_EQ(canonical("/a/../b"), "/b");
  EXPECT_EQ(canonical("/a/b/.."), "/a/");
  EXPECT_EQ(canonical("/../../x"), "/x");
  EXPECT_EQ(canonical("/.."), "/");
}

TEST(CanonicalPath, resolves_dots_that_were_escaped) {
  EXPECT_EQ(canonical("/app/%2E./admin"), "/admin");
  EXPECT_EQ(canonical("/app/%2e%2e/admin"), "/admin");
}

TEST(CanonicalPath, takes_a_backslash_for_a_slash) {
  EXPECT_EQ(canonical("/app\\..\\admin"), "/admin");
}

TEST(CanonicalPath, decodes_once_only) {
  EXPECT_EQ(canonical("/%252e%252e/admin"), "/%252e%252e/admin");
}

TEST(CanonicalPath, keeps_escapes_that_mean_something) {
  EXPECT_EQ(canonical("/a%20b%2Fc"), "/a%20b%2Fc");
}

TEST(CanonicalPath, decodes_what_needs_no_escape) {
  EXPECT_EQ(canonical("/%61%2Db"), "/a-b");
}

TEST(CanonicalPath, never_decodes_overlong_bytes_into_dots) {
  EXPECT_EQ(canonical("/%c0%ae%c0%ae/admin"), "/%c0%ae%c0%ae/admin");
}

TEST(CanonicalPath, rejects_an_escaped_nul_and_broken_escapes) {
  EXPECT_EQ(canonical("/admin%00"), "rejected");
  EXPECT_EQ(canonical("/a%zz"), "rejected");
  EXPECT_EQ(canonical("/a%2"), "rejected");
}

TEST(CanonicalPath, keeps_the_query_as_it_is) {
  EXPECT_EQ(canonical("/a/../b?x=%2e%2e/../%00"), "/b?x=%2e%2e/../%00");
}

TEST(CanonicalPath, merges_slashes_where_asked) {
  EXPECT_EQ(canonical("/a//b"), "/a//b");
  EXPECT_EQ(canonical("/a///b", {.normalizes = true, .merges_slashes = true}), "/a/b");
}

TEST(CanonicalPath, treats_escaped_slashes_as_told) {
  EXPECT_EQ(canonical("/a%2fb", {.escaped_slashes = EscapedSlashes::reject}), "rejected");
  EXPECT_EQ(canonical("/a%2fb%5Cc", {.escaped_slashes = EscapedSlashes::decode}), "/a/b\\c");
  EXPECT_EQ(canonical("/a%2fb", {.escaped_slashes = EscapedSlashes::redirect}), "redirect /a/b");
}

TEST(CanonicalPath, normalizes_again_what_decoding_slashes_brought) {
  const PathPolicy policy{.normalizes = true, .escaped_slashes = EscapedSlashes::decode};
  EXPECT_EQ(canonical("/public%2f..%2fadmin", policy), "/admin");
}

TEST(CanonicalPath, changes_nothing_when_told_nothing) {
  EXPECT_EQ(canonical("/a/../b%2e", {}), "/a/../b%2e");
}

}  // namespace
}  // namespace weft::decide
