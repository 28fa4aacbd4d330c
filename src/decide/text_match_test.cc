#include "decide/text_match.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

using Kind = TextMatch::Kind;

TEST(TextMatch, compares_exactly_byte_by_byte) {
  const TextMatch match(Kind::exact, "true");
  EXPECT_TRUE(match.matches("true"));
  EXPECT_FALSE(match.matches("True"));
  EXPECT_FALSE(match.matches("true "));
}

TEST(TextMatch, ignores_case_where_asked) {
  EXPECT_TRUE(TextMatch(Kind::exact, "True", Case::ignored).matches("tRUE"));
  EXPECT_TRUE(TextMatch(Kind::prefix, "/Api", Case::ignored).matches("/aPI/x"));
  EXPECT_TRUE(TextMatch(Kind::suffix, ".PNG", Case::ignored).matches("a.png"));
  EXPECT_TRUE(TextMatch(Kind::contains, "mid", Case::ignored).matches("aMIDb"));
}

TEST(TextMatch, of_a_prefix_needs_the_whole_prefix) {
  EXPECT_TRUE(TextMatch(Kind::prefix, "/foo").matches("/foobar"));
  EXPECT_FALSE(TextMatch(Kind::prefix, "/foo").matches("/fo"));
  EXPECT_FALSE(TextMatch(Kind::prefix, "/foo", Case::ignored).matches("/FO"));
}

TEST(TextMatch, of_a_suffix_longer_than_the_text_does_not_hold) {
  EXPECT_FALSE(TextMatch(Kind::suffix, "abc").matches("bc"));
}

TEST(TextMatch, of_an_empty_prefix_always_holds) {
  EXPECT_TRUE(TextMatch(Kind::prefix, "").matches(""));
}

TEST(Regex, must_match_the_whole_text) {
  const TextMatch match(*Regex::compile("v[0-9]+"));
  EXPECT_TRUE(match.matches("v12"));
  EXPECT_FALSE(match.matches("v12-beta"));
}

TEST(Regex, sees_bytes_that_are_not_utf8) {
  EXPECT_TRUE(TextMatch(*Regex::compile(".*admin.*"))
                  .matches("\xe9"
                           "admin\xff"));
}

TEST(Regex, tells_what_is_wrong_with_a_pattern) {
  const auto regex = Regex::compile("a(b");
  ASSERT_FALSE(regex);
  EXPECT_EQ(regex.error().detail, "regular expression 'a(b': missing ): a(b");
}

TEST(Regex, refuses_a_program_that_would_grow_without_measure) {
  EXPECT_FALSE(Regex::compile("((a{1,100}){1,100}){1,100}"));
}

TEST(Regex, replaces_every_match_with_references) {
  EXPECT_EQ(Regex::compile("/v([0-9]+)")->replace_all("/v1/x/v2", "/version\\1"), "/version1/x/version2");
}

TEST(Regex, knows_which_references_it_has) {
  EXPECT_TRUE(Regex::compile("(a)")->check_rewrite("\\1"));
  EXPECT_FALSE(Regex::compile("(a)")->check_rewrite("\\2"));
}

}  // namespace
}  // namespace weft::decide
