#include "node/processes/image_command.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using Words = std::vector<std::string>;

TEST(ImageCommand, is_read_with_working_folder_and_environment) {
  const auto image = parse_image_command(R"({"command":["node","server.js"],"workingDir":"/srv","env":{"A":"b"}})");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->command, (Words{"node", "server.js"}));
  EXPECT_EQ(image->working_dir, "/srv");
  EXPECT_EQ(image->environment.at("A"), "b");
}

TEST(ImageCommand, is_refused_without_words) {
  for (const char* text : {"", "[]", "{}", R"({"command":"node"})", R"({"command":[]})", R"({"command":[1]})"}) {
    EXPECT_FALSE(parse_image_command(text)) << text;
  }
}

TEST(ImageCommand, says_what_is_wrong_with_its_entry) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[]", "an image's entry is {\"command\": [...], ...}"},
      {R"({"command":"node"})", "an image's entry is {\"command\": [...], ...}"},
      {R"({"command":["node",1]})", "a command's words are strings"},
      {R"({"command":[["node"]]})", "a command's words are strings"},
      {R"({"command":[]})", "an image's command is empty"}};
  for (const auto& [text, detail] : wrong) EXPECT_EQ(parse_image_command(text).error().detail, detail) << text;
}

TEST(ImageCommand, passes_over_members_of_another_type) {
  const auto image = parse_image_command(R"({"command":["a"],"workingDir":7,"env":{"A":1,"B":"b"}})");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->working_dir, "");
  EXPECT_EQ(image->environment.size(), 1u);
  EXPECT_TRUE(parse_image_command(R"({"command":["a"],"env":[]})")->environment.empty());
}

TEST(ContainerCommand, runs_in_the_root_where_nobody_says_anything) {
  const ImageCommand image{.command = {"a"}};
  EXPECT_EQ(resolve_command({.image = "i"}, &image)->working_dir, "/");
}

TEST(ContainerCommand, of_the_container_wins_and_arguments_go_behind_either) {
  const ImageCommand image{.command = {"node", "a.js"}, .working_dir = "/srv"};
  api::kubernetes::Container container{.image = "i"};
  container.args = {"--x"};
  EXPECT_EQ(resolve_command(container, &image)->words, (Words{"node", "a.js", "--x"}));
  EXPECT_EQ(resolve_command(container, &image)->working_dir, "/srv");
  container.command = {"sleep"};
  container.working_dir = "/tmp";
  EXPECT_EQ(resolve_command(container, &image)->words, (Words{"sleep", "--x"}));
  EXPECT_EQ(resolve_command(container, nullptr)->working_dir, "/tmp");
}

TEST(ContainerCommand, that_is_missing_names_the_flag_that_adds_it) {
  const api::kubernetes::Container container{.image = "shop/cart:v2"};
  const auto resolved = resolve_command(container, nullptr);
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().reason, Reason::not_found);
  EXPECT_EQ(
      resolved.error().detail,
      "image shop/cart:v2 has no command on this machine; give it one with --image 'shop/cart:v2=COMMAND' or under "
      "images: in weft.yaml");
}

}  // namespace
}  // namespace weft::node
