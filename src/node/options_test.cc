#include "node/options.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(Exposure, names_service_namespace_and_both_ports) {
  const Exposure expected{.service = "api", .namespace_name = "shop", .port = 3000, .host_port = 18080};
  EXPECT_EQ(parse_exposure("api.shop:3000=18080").value(), expected);
}

TEST(Exposure, without_a_namespace_is_of_the_default_one) {
  EXPECT_EQ(parse_exposure("api:80=8080")->namespace_name, "default");
}

TEST(Exposure, is_refused_when_a_part_is_missing_or_no_port) {
  for (const char* text :
       {"", "api", "api:80", "api=80", ":80=80", "api.:80=80", "api:0=80", "api:80=65536", "api:x=1"}) {
    EXPECT_FALSE(parse_exposure(text)) << text;
  }
}

TEST(RunOptions, take_values_behind_a_space_or_an_equals_sign) {
  const auto options = parse_run_options(
      {"--state=/s", "--api-port", "7801", "--expose", "a:1=2", "--log-level=debug", "--certificate-lifetime", "60s"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->state_dir, "/s");
  EXPECT_EQ(options->api_port, 7801);
  EXPECT_EQ(options->exposures.size(), 1u);
  EXPECT_EQ(options->log_level, "debug");
  EXPECT_EQ(options->weftd_words, (std::vector<std::string>{"--certificate-lifetime", "60s"}));
}

TEST(RunOptions, refuse_unknown_flags_and_a_missing_state_folder) {
  EXPECT_EQ(parse_run_options({"--stat", "x"}).error().detail, "unknown flag --stat");
  EXPECT_FALSE(parse_run_options({}));
  EXPECT_FALSE(parse_run_options({"--state"}));
}

TEST(ExecOptions, leave_everything_behind_two_dashes_to_the_command) {
  const auto options =
      parse_exec_options({"--state", "/s", "-n", "shop", "--no-sidecar", "-t", "--", "curl", "--pod", "x"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->namespace_name, "shop");
  EXPECT_FALSE(options->has_sidecar);
  EXPECT_TRUE(options->has_terminal);
  EXPECT_EQ(options->pod, "");
  EXPECT_EQ(options->command, (std::vector<std::string>{"curl", "--pod", "x"}));
}

TEST(ExecOptions, refuse_a_pod_together_with_an_account_and_a_missing_command) {
  EXPECT_FALSE(parse_exec_options({"--state", "/s", "--pod", "a", "--as", "b", "--", "true"}));
  EXPECT_FALSE(parse_exec_options({"--state", "/s"}));
}

}  // namespace
}  // namespace weft::node
