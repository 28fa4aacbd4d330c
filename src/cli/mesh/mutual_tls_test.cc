#include "cli/mesh/mutual_tls.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

Json chain(uint32_t port, const char* transport, bool ends_tls, const char* policy = "") {
  Json made = {{"filterChainMatch", {{"transportProtocol", transport}}}};
  if (port != 0) made["filterChainMatch"]["destinationPort"] = port;
  if (ends_tls) made["transportSocket"] = Json::object();
  if (*policy != '\0')
    made["metadata"]["filterMetadata"]["weft"] = {{"origin", policy}, {"file", "mesh.yaml"}, {"line", 3}};
  return made;
}

ProxyConfig inbound(const std::vector<Json>& chains) {
  return {.listeners = {Json{{"name", "virtualInbound"}, {"filterChains", chains}}, Json{{"name", "virtualOutbound"}}}};
}

TEST(PortModes, FollowFromWhatChainsTakeAndNameThePolicy) {
  const auto modes = port_modes(inbound({chain(15006, "", false), chain(0, "tls", true), chain(0, "raw_buffer", false),
                                         chain(8080, "tls", true, "PeerAuthentication shop/default"),
                                         chain(9090, "", false, "PeerAuthentication shop/raw")}));
  ASSERT_EQ(modes.size(), 3U);
  EXPECT_EQ(modes[0], (PortMode{.port = 0, .mode = "PERMISSIVE"}));
  EXPECT_EQ(modes[1], (PortMode{8080, "STRICT", "PeerAuthentication shop/default", "mesh.yaml:3"}));
  EXPECT_EQ(modes[2], (PortMode{9090, "DISABLE", "PeerAuthentication shop/raw", "mesh.yaml:3"}));
  EXPECT_EQ(mode_of(modes, 8080).mode, "STRICT");
  EXPECT_EQ(mode_of(modes, 1234).mode, "PERMISSIVE");
}

TEST(PortModes, TlsOfOthersThatPassesThroughIsNoPlainText) {
  EXPECT_EQ(port_modes(inbound({chain(0, "tls", true), chain(0, "tls", false)})).at(0).mode, "STRICT");
}

TEST(Share, SaysAHundredPercentOfAllAlone) {
  EXPECT_EQ(Share{}.percent(), "-");
  EXPECT_EQ((Share{.mutual = 2, .plain = 0}.percent()), "100%");
  EXPECT_EQ((Share{.mutual = 999'999, .plain = 1}.percent()), "99.99%");
  EXPECT_EQ((Share{.mutual = 1, .plain = 3}.percent()), "25%");
  EXPECT_EQ((Share{.mutual = 0, .plain = 3}.percent()), "0%");
}

TEST(Observation, AddsUpRequestsByPortAndConnectionsByCaller) {
  const auto seen = read_observation(read_metrics(
      R"(weft_requests_total{direction="inbound",cluster="inbound|8080||",route="a",connection_security_policy="mutual_tls"} 5
weft_requests_total{direction="inbound",cluster="inbound|8080||",route="b",connection_security_policy="mutual_tls"} 2
weft_requests_total{direction="inbound",cluster="inbound|8080||",route="a",connection_security_policy="none"} 3
weft_requests_total{direction="outbound",cluster="outbound|80||x",route="a",connection_security_policy="none"} 9
weft_tcp_connections_total{direction="inbound",cluster="InboundPassthroughCluster",connection_security_policy="none"} 4
weft_plain_text_connections_total{client="10.244.0.5",port="8080"} 2
weft_plain_text_connections_total{client="10.244.0.5",port="15006"} 2
weft_plain_text_last_seen_seconds{client="10.244.0.5",port="8080"} 1700000000
)"));
  EXPECT_EQ(seen.shares.at(8080).mutual, 7U);
  EXPECT_EQ(seen.shares.at(8080).plain, 3U);
  EXPECT_EQ(seen.shares.at(0).plain, 4U);
  ASSERT_EQ(seen.callers.size(), 1U);
  EXPECT_EQ(seen.callers[0].address, "10.244.0.5");
  EXPECT_EQ(seen.callers[0].connections, 2U);
  EXPECT_EQ(seen.callers[0].last_seen.time_since_epoch(), std::chrono::seconds(1'700'000'000));
}

}  // namespace
}  // namespace weft::cli
