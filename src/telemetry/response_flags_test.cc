#include "telemetry/response_flags.h"

#include <gtest/gtest.h>

namespace weft::telemetry {
namespace {

using enum ResponseFlag;

TEST(ResponseFlags, HaveEnvoysNames) {
  const std::pair<ResponseFlag, const char*> names[] = {{no_healthy_endpoint, "UH"},
                                                        {connection_failed, "UF"},
                                                        {overflow, "UO"},
                                                        {no_route, "NR"},
                                                        {no_cluster, "NC"},
                                                        {attempts_exhausted, "URX"},
                                                        {request_timeout, "UT"},
                                                        {endpoint_closed, "UC"},
                                                        {endpoint_reset, "UR"},
                                                        {local_reset, "LR"},
                                                        {client_closed, "DC"},
                                                        {duration_timeout, "DT"},
                                                        {delay_injected, "DI"},
                                                        {abort_injected, "FI"},
                                                        {rate_limited, "RL"},
                                                        {stream_idle_timeout, "SI"},
                                                        {client_protocol_error, "DPE"},
                                                        {endpoint_protocol_error, "UPE"},
                                                        {overloaded, "OM"},
                                                        {unauthorized_externally, "UAEX"}};
  EXPECT_EQ(std::size(names), static_cast<size_t>(count_));
  for (const auto& [flag, name] : names) EXPECT_EQ(to_string({flag}), name);
}

TEST(ResponseFlags, AreASetThatIsWrittenInOneOrder) {
  EXPECT_EQ(to_string({}), "-");
  EXPECT_EQ(to_string({attempts_exhausted, connection_failed, attempts_exhausted}), "UF,URX");
  ResponseFlags flags;
  EXPECT_TRUE(flags.empty());
  flags.set(overloaded);
  EXPECT_TRUE(flags.has(overloaded));
  EXPECT_FALSE(flags.has(overflow));
  EXPECT_EQ(flags, ResponseFlags{overloaded});
}

}  // namespace
}  // namespace weft::telemetry
