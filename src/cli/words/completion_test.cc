#include "cli/words/completion.h"

#include <gtest/gtest.h>

#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using Words = std::vector<std::string>;

Words complete_words(const Words& words) {
  static const auto commands = all_commands();
  return complete(commands, words, [](std::string_view kind, std::string_view space) -> Words {
    if (kind == "namespaces") return {"default", "shop"};
    return {std::string(kind) + "-of-" + std::string(space)};
  });
}

TEST(Completion, offers_verbs_but_no_hidden_ones) {
  EXPECT_EQ(complete_words({"de"}), (Words{"describe", "delete"}));
  EXPECT_EQ(complete_words({"__"}), Words{});
}

TEST(Completion, offers_flags_of_the_verb) {
  EXPECT_EQ(complete_words({"get", "--w"}), Words{"--watch"});
}

TEST(Completion, offers_the_values_of_a_flag) {
  EXPECT_EQ(complete_words({"get", "-o", "ya"}), Words{"yaml"});
}

TEST(Completion, offers_namespaces_that_exist) {
  EXPECT_EQ(complete_words({"get", "pods", "-n", "s"}), Words{"shop"});
}

TEST(Completion, offers_objects_of_the_kind_in_the_namespace) {
  EXPECT_EQ(complete_words({"get", "-n", "shop", "vs", ""}), Words{"vs-of-shop"});
}

TEST(Completion, offers_pods_where_a_pod_is_due) {
  EXPECT_EQ(complete_words({"logs", ""}), Words{"pods-of-default"});
  EXPECT_EQ(complete_words({"pc", "routes", ""}), Words{"pods-of-default"});
  EXPECT_EQ(complete_words({"pc", "cl"}), (Words{"clusters", "cluster"}));
}

TEST(Completion, leaves_files_to_the_shell) {
  EXPECT_EQ(complete_words({"apply", "-f", "exa"}), Words{":files"});
  EXPECT_EQ(complete_words({"exec", "--", "cu"}), Words{":files"});
}

TEST(Completion, has_a_script_for_each_shell) {
  EXPECT_NE(completion_script("bash"), "");
  EXPECT_NE(completion_script("zsh"), "");
  EXPECT_NE(completion_script("fish"), "");
  EXPECT_EQ(completion_script("tcsh"), "");
}

}  // namespace
}  // namespace weft::cli
