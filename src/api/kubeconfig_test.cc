#include "api/kubeconfig.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

TEST(Kubeconfig, names_the_server_the_roots_and_the_token) {
  EXPECT_EQ(to_text({.server = "https://a:1", .roots = "r", .name = "ci", .token = "t", .certificate = "", .key = ""}),
            "apiVersion: v1\nkind: Config\nclusters:\n- name: weft\n"
            "  cluster: {server: \"https://a:1\", certificate-authority-data: cg==}\n"
            "users:\n- name: ci\n  user: {token: \"t\"}\n"
            "contexts:\n- name: weft\n  context: {cluster: weft, user: ci}\ncurrent-context: weft\n");
}

TEST(Kubeconfig, has_a_certificate_with_its_key_in_place_of_a_token) {
  const auto text =
      to_text({.server = "https://a:1", .roots = "r", .name = "ci", .token = "", .certificate = "c", .key = "k"});
  EXPECT_NE(text.find("user: {client-certificate-data: Yw==, client-key-data: aw==}"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft::api
