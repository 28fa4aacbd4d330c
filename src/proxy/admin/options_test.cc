#include "proxy/admin/options.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

TEST(Options, ReadEveryFlagInBothSpellings) {
  const auto options =
      parse_options({"--node-id", "router~10.244.0.2~gw.weft-system~weft-system.svc.cluster.local",
                     "--xds=unix:/s/xds.sock", "--xds-token-file", "/t", "--mark", "0x539", "--mesh-cidr",
                     "10.244.0.0/16", "--mesh-cidr=10.96.0.0/16", "--listen-fd", "7", "--listen-fd=8", "--drain-time",
                     "500ms", "--dns-port=0", "--concurrency=2", "--access-log", "-"});
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_TRUE(options->is_gateway());
  EXPECT_EQ(options->own_namespace(), "weft-system");
  EXPECT_EQ(options->xds->path(), "/s/xds.sock");
  EXPECT_EQ(options->mark, 1337u);
  EXPECT_EQ(options->mesh_ranges.size(), 2u);
  EXPECT_EQ(options->listen_fds, (std::vector{7, 8}));
  EXPECT_EQ(options->drain_time, std::chrono::milliseconds(500));
  EXPECT_EQ(options->dns_port, 0);
  EXPECT_EQ(options->given[0].first, "node-id");
}

TEST(Options, TakeMemoryInBytesAsKubernetesWritesThem) {
  const auto limit = [](const std::string& text) {
    return parse_options({"--static=x", "--memory-limit", text})->memory_limit;
  };
  EXPECT_EQ(parse_options({"--static=x"})->memory_limit, std::nullopt);
  EXPECT_EQ(limit("0"), 0u);
  EXPECT_EQ(limit("1000"), 1000u);
  EXPECT_EQ(limit("64Ki"), 65536u);
  EXPECT_EQ(limit("128Mi"), 134217728u);
  EXPECT_EQ(limit("2Gi"), 2147483648u);
}

TEST(Options, NameTheFlagThatIsWrong) {
  const auto detail = [](std::vector<std::string> arguments) {
    arguments.push_back("--static=x");
    return parse_options(arguments).error().detail;
  };
  EXPECT_EQ(detail({"--stats-prot=1"}), "unknown flag --stats-prot");
  EXPECT_EQ(detail({"--admin-port=70000"}), "--admin-port: wants a number up to 65535, not 70000");
  EXPECT_EQ(detail({"--mark=0xg"}), "--mark: wants a number, not 0xg");
  EXPECT_EQ(detail({"--drain-time=5"}), "--drain-time: wants a time such as 5s or 500ms, not 5");
  EXPECT_EQ(detail({"--memory-limit=1T"}), "--memory-limit: wants bytes such as 134217728 or 128Mi, not 1T");
  EXPECT_EQ(detail({"--concurrency=0"}), "--concurrency wants 1 to 256");
  EXPECT_EQ(detail({"--xds=unix:/x"}), "give one of --xds ADDRESS and --static FILE");
  EXPECT_EQ(parse_options({}).error().detail, "give one of --xds ADDRESS and --static FILE");
  EXPECT_EQ(parse_options({"--static"}).error().detail, "--static wants a value");
}

TEST(Options, ShowHelpWhateverElseIsGiven) {
  EXPECT_TRUE(parse_options({"--xds=unix:/x", "--help"})->wants_help);
}

}  // namespace
}  // namespace weft::proxy
