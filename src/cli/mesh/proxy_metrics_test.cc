#include "cli/mesh/proxy_metrics.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(ProxyMetrics, AreReadWithTheirLabels) {
  const auto samples =
      read_metrics("# HELP a what\n# TYPE a counter\na{x=\"1\",y=\"q\\\"u\\\\o\\nte\"} 7\nb 1.5\nc{} 3 1700000000\n");
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples[0].name, "a");
  EXPECT_EQ(samples[0].label("x"), "1");
  EXPECT_EQ(samples[0].label("y"), "q\"u\\o\nte");
  EXPECT_EQ(samples[0].label("z"), "");
  EXPECT_EQ(samples[0].value, 7);
  EXPECT_EQ(samples[1].value, 1.5);
  EXPECT_EQ(samples[2].value, 3);
}

TEST(ProxyMetrics, PassOverWhatIsNone) {
  EXPECT_TRUE(read_metrics("").empty());
  EXPECT_TRUE(read_metrics("a\na{\na{x\na{x=\na{x=\"\na{x=\"1\"} \na{x=\"1\"} y\n{\n").empty());
}

}  // namespace
}  // namespace weft::cli
