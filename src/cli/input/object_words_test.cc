#include "cli/input/object_words.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

std::string read(std::vector<std::string> words) {
  const auto named = read_object_words(words);
  if (!named) return named.error().what;
  std::string text;
  for (const auto& one : *named) {
    text += (text.empty() ? "" : " ") + std::string(one.kind->plural);
    for (const auto& name : one.names) text += ":" + name;
  }
  return text;
}

TEST(ObjectWords, take_kinds_in_every_spelling) {
  EXPECT_EQ(read({"vs"}), "virtualservices");
  EXPECT_EQ(read({"Pod"}), "pods");
  EXPECT_EQ(read({"deploy,svc"}), "deployments services");
}

TEST(ObjectWords, take_names_behind_the_kind_or_a_slash) {
  EXPECT_EQ(read({"pods", "a", "b"}), "pods:a:b");
  EXPECT_EQ(read({"pod/a", "svc/b"}), "pods:a services:b");
}

TEST(ObjectWords, refuse_a_mixture) {
  EXPECT_EQ(read({"pods,svc", "a"}), "names can only be given for one kind");
  EXPECT_EQ(read({"pods", "svc/a"}), "write either KIND NAME... or KIND/NAME..., not both");
  EXPECT_EQ(read({"svc/a", "b"}), "\"b\" has no \"/\"; write either KIND NAME... or KIND/NAME...");
}

// `weft delete pod "$UNSET"` deleted every pod of the namespace.
TEST(ObjectWords, refuse_an_empty_name) {
  EXPECT_EQ(read({"pod", ""}), "a name is empty");
  EXPECT_EQ(read({"pod", "a", ""}), "a name is empty");
  EXPECT_EQ(read({"pods,svc", ""}), "a name is empty");
  EXPECT_EQ(read({"pod/"}), "\"pod/\" has no name behind the \"/\"");
  EXPECT_EQ(read({"pod/a", "ns/"}), "\"ns/\" has no name behind the \"/\"");
}

TEST(ObjectWords, refuse_an_empty_kind) {
  for (const auto& word : {"", ",", "pods,", "/a"})
    EXPECT_TRUE(read({word}).starts_with("there is no kind \"\"")) << word << ": " << read({word});
}

TEST(ObjectWords, name_the_nearest_kinds) {
  EXPECT_TRUE(read({"virtualservic"}).starts_with("there is no kind \"virtualservic\"; did you mean \"virtualservice"))
      << read({"virtualservic"});
}

}  // namespace
}  // namespace weft::cli
