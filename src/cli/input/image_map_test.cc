#include "cli/input/image_map.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

MeshSettings read(const std::string& text) {
  return read_settings(api::parse_yaml(text, "weft.yaml"), "/shop");
}

TEST(ImageMap, reads_a_command_line_a_list_and_a_map) {
  const auto settings = read(
      "images:\n"
      "  a:v1: node server.js\n"
      "  b: [node, 'my server.js']\n"
      "  c: {command: ./run, workingDir: ../other, env: {MODE: fast, SIZE: 3}}\n");
  EXPECT_EQ(api::render(settings.findings), "");
  EXPECT_EQ(settings.images.at("a:v1"), (ImageCommand{{"node", "server.js"}, "/shop", {}}));
  EXPECT_EQ(settings.images.at("b").command, (std::vector<std::string>{"node", "my server.js"}));
  EXPECT_EQ(settings.images.at("c"), (ImageCommand{{"./run"}, "/other", {{"MODE", "fast"}, {"SIZE", "3"}}}));
}

TEST(ImageMap, keeps_the_mesh_settings_as_they_are) {
  EXPECT_EQ(read("mesh: {enableTracing: true}").mesh, (api::Json{{"enableTracing", true}}));
  EXPECT_TRUE(read("images: {}").mesh.is_null());
}

TEST(ImageMap, keeps_hosts_and_refuses_what_is_no_address) {
  const auto settings = read("hosts:\n  Auth.example.com: 127.0.0.1:8443\n  b.test: 10.0.0.1\n  c.test: nowhere\n");
  EXPECT_EQ(settings.outside.addresses,
            (std::map<std::string, std::string>{{"auth.example.com", "127.0.0.1:8443"}, {"b.test", "10.0.0.1"}}));
  ASSERT_EQ(settings.findings.size(), 1U);
  EXPECT_EQ(settings.findings[0].line, 4U);
  EXPECT_EQ(settings.findings[0].message, "a host's address is ADDRESS or ADDRESS:PORT");
}

TEST(ImageMap, wants_certificates_in_its_ca_file) {
  const auto settings = read("caFile: none.pem\n");
  ASSERT_EQ(settings.findings.size(), 1U);
  EXPECT_EQ(settings.findings[0].message, "there are no certificates in /shop/none.pem");
}

TEST(OutsideHosts, are_lines_of_a_config_map) {
  const auto map = outside_config_map({{{"a.test", "10.0.0.1"}, {"b.test", "127.0.0.1:1"}}, "PEM"});
  EXPECT_EQ(map["data"]["hosts"], "a.test 10.0.0.1\nb.test 127.0.0.1:1\n");
  EXPECT_EQ(map["data"]["ca.pem"], "PEM");
}

TEST(ImageMap, says_where_the_mesh_settings_are_wrong) {
  const auto settings = read("mesh:\n  outboundTrafficPolicy: {mode: NEVER}\n");
  ASSERT_EQ(settings.findings.size(), 1U);
  EXPECT_EQ(settings.findings[0].line, 2U);
  EXPECT_EQ(settings.findings[0].message, "\"NEVER\" is none of: REGISTRY_ONLY, ALLOW_ANY, ALLOW_ANY_DYNAMIC_DNS");
}

TEST(ImageMap, says_where_a_key_is_wrong) {
  const auto settings = read("images:\n  a:\n    comand: x\n");
  ASSERT_EQ(settings.findings.size(), 2U);
  EXPECT_EQ(settings.findings[0].message, "weft.yaml has no key \"comand\" here");
  EXPECT_EQ(settings.findings[0].hint, "did you mean \"command\"?");
  EXPECT_EQ(settings.findings[0].line, 3U);
  EXPECT_EQ(settings.findings[0].column, 5U);
  EXPECT_EQ(settings.findings[1].message, "image \"a\" has no command");
}

TEST(ImageMap, reads_the_flag) {
  const auto image = parse_image_flag("registry:5000/a=sh -c 'x=1; exec run'", "/here");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->first, "registry:5000/a");
  EXPECT_EQ(image->second, (ImageCommand{{"sh", "-c", "x=1; exec run"}, "/here", {}}));
  EXPECT_FALSE(parse_image_flag("a", "/here"));
  EXPECT_FALSE(parse_image_flag("=x", "/here"));
}

TEST(ImageMap, adds_to_the_images_that_are_known) {
  const auto first = image_config_map({{"a", {{"x"}, "/", {}}}}, nullptr);
  const auto second = image_config_map({{"b:v1", {{"y"}, "/", {}}}}, first);
  EXPECT_EQ(image_names(second), (std::vector<std::string>{"a", "b:v1"}));
  EXPECT_EQ(second["data"]["b_3av1"], R"({"command":["y"],"env":{},"image":"b:v1","workingDir":"/"})");
  EXPECT_EQ(second["metadata"]["namespace"], "weft-system");
}

}  // namespace
}  // namespace weft::cli
