#include "cli/words/suggest.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using Names = std::vector<std::string_view>;

TEST(Suggest, prefers_what_the_word_begins) {
  EXPECT_EQ(nearest_three("desc", {"delete", "describe"}), Names{"describe"});
}

TEST(Suggest, says_each_name_once) {
  EXPECT_EQ(nearest_three("api", {"api-v1", "api-v1", "api-v2", "api-v1"}), (Names{"api-v1", "api-v2"}));
}

TEST(Suggest, finds_slips_of_the_pen) {
  EXPECT_EQ(nearest_three("aplpy", {"up", "apply", "get"}), Names{"apply"});
}

TEST(Suggest, says_nothing_about_what_is_far_away) {
  EXPECT_EQ(did_you_mean("frobnicate", {"up", "get"}), "");
}

TEST(Suggest, joins_several_with_or) {
  EXPECT_EQ(did_you_mean("com", {"completion", "complain", "command"}, "--"),
            "did you mean \"--completion\", \"--complain\" or \"--command\"?");
}

}  // namespace
}  // namespace weft::cli
