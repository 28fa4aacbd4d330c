#include "decide/authorization/path_template.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

bool matches(std::string_view path_template, std::string_view path) {
  const auto regex = compile_path_template(path_template);
  EXPECT_TRUE(regex) << path_template;
  return regex && regex->matches_whole(path);
}

TEST(PathTemplate, AStarIsOneSegment) {
  EXPECT_TRUE(matches("/a/*", "/a/b"));
  EXPECT_TRUE(matches("/a/*/c", "/a/b=%20/c"));
  EXPECT_FALSE(matches("/a/*", "/a/"));
  EXPECT_FALSE(matches("/a/*", "/a/b/c"));
  EXPECT_FALSE(matches("/a/*/c", "/a/b/d/c"));
}

TEST(PathTemplate, TwoStarsAreAllThatIsLeft) {
  EXPECT_TRUE(matches("/**", "/"));
  EXPECT_TRUE(matches("/a/**", "/a/"));
  EXPECT_TRUE(matches("/a/**", "/a/b/c"));
  EXPECT_FALSE(matches("/a/**", "/a"));
  EXPECT_TRUE(matches("/**/c", "/a/b/c"));
}

TEST(PathTemplate, AnOperatorAtTheEndMayHaveASuffix) {
  EXPECT_TRUE(matches("/v/*.m4s", "/v/1.m4s"));
  EXPECT_FALSE(matches("/v/*.m4s", "/v/1xm4s"));
  EXPECT_TRUE(matches("/**.mpd", "/a/b.mpd"));
}

TEST(PathTemplate, LettersOfExpressionsAreLetters) {
  EXPECT_TRUE(matches("/a.b+(c)$/*", "/a.b+(c)$/x"));
  EXPECT_FALSE(matches("/a.b/*", "/axb/x"));
  EXPECT_TRUE(matches("/a/", "/a/"));
  EXPECT_FALSE(matches("/a/", "/a"));
}

TEST(PathTemplate, RefusesWhatIsNone) {
  for (const char* wrong : {"", "a", "/a*/b", "/*a/b", "/**/*", "/**/**", "/{a}", "/a b", "/[a]", "/a|b", "/\\d"}) {
    EXPECT_FALSE(compile_path_template(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace weft::decide
