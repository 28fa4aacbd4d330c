#include "cli/mesh/proxy_processes.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kStatus = R"({"pods": [
  {"namespace": "shop", "name": "api-0", "pids": {"holder": 1, "sidecar": 20, "draining": [7, 9], "containers": []},
   "sidecarRestarts": 1, "sidecarReplacements": 2},
  {"namespace": "plain", "name": "job", "pids": {"holder": 2, "containers": [3]}},
  {"namespace": "weft-system", "name": "weft-gateway", "pids": {"sidecar": 0}, "sidecarRestarts": 0}]})";

TEST(ProxyProcesses, are_those_of_pods_that_have_a_proxy) {
  const std::vector<ProxyProcess> expected = {
      {.pod = {"shop", "api-0"}, .pid = 20, .restarts = 1, .replacements = 2, .draining = {7, 9}},
      {.pod = {"weft-system", "weft-gateway"}}};
  EXPECT_EQ(read_proxies(Json::parse(kStatus)), expected);
}

TEST(ProxyProcesses, are_none_where_the_answer_is_something_else) {
  for (const auto* text : {"null", "{}", "[]", R"({"pods": 1})", R"({"pods": [1, "a", {}]})"}) {
    EXPECT_TRUE(read_proxies(Json::parse(text)).empty()) << text;
  }
}

TEST(ProxyProcesses, are_shown_with_what_still_drains) {
  const auto table = proxies_table(read_proxies(Json::parse(kStatus)));
  const std::vector<std::vector<std::string>> expected = {{"shop", "api-0", "20", "1", "2", "7,9"},
                                                          {"weft-system", "weft-gateway", "-", "0", "0", "-"}};
  EXPECT_EQ(table.rows, expected);
  EXPECT_EQ(proxies_json(read_proxies(Json::parse(kStatus)))[0],
            Json::parse(R"({"namespace": "shop", "name": "api-0", "pid": 20, "crashes": 1, "restarts": 2,
                            "draining": [7, 9]})"));
}

TEST(ProxyRestartAnswer, tells_who_follows_whom) {
  const auto restart = read_restart(Json::parse(R"({"oldPid": 4, "pid": 5, "epoch": 1, "drainSeconds": 45})"));
  ASSERT_TRUE(restart);
  EXPECT_EQ(restart->old_pid, 4);
  EXPECT_EQ(restart->pid, 5);
  EXPECT_EQ(restart->epoch, 1);
  EXPECT_EQ(restart->drain_seconds, 45);
  EXPECT_FALSE(read_restart(Json::parse(R"({"error": "no"})")));
  EXPECT_FALSE(read_restart(Json::parse("null")));
}

}  // namespace
}  // namespace weft::cli
