#include "control/translate/listener/inbound_chains.h"

#include <string>

#include <gtest/gtest.h>

namespace weft::control::translate {
namespace {

using api::istio::MutualTlsMode;

// "tls istio,istio-h2 ends http; ..."
std::string text(MutualTlsMode mode, Speech speech) {
  std::string lines;
  for (const auto& chain : inbound_chains(mode, speech)) {
    lines += chain.transport.empty() ? "any" : std::string(chain.transport);
    for (const auto protocol : chain.protocols) lines.append(" ").append(protocol);
    lines += chain.ends_tls == EndsTls::yes ? " ends" : " passes";
    lines += chain.inside == Inside::http ? " http\n" : " bytes\n";
  }
  return lines;
}

TEST(InboundChains, AnUndeclaredPortThatTakesBothHasIstiosFive) {
  EXPECT_EQ(text(MutualTlsMode::permissive, Speech::unknown),
            "tls istio-http/1.0 istio-http/1.1 istio-h2 ends http\nraw_buffer http/1.1 h2c passes http\n"
            "tls istio-peer-exchange istio ends bytes\nraw_buffer passes bytes\ntls passes bytes\n");
}

TEST(InboundChains, APortOfHttpHasNoChainForTlsOfOthers) {
  EXPECT_EQ(text(MutualTlsMode::permissive, Speech::http),
            "tls istio istio-peer-exchange istio-http/1.0 istio-http/1.1 istio-h2 ends http\nraw_buffer passes http\n");
}

TEST(InboundChains, StrictPortsHaveNoChainForPlainText) {
  EXPECT_EQ(text(MutualTlsMode::strict, Speech::http), "tls ends http\n");
  EXPECT_EQ(text(MutualTlsMode::strict, Speech::bytes), "tls ends bytes\n");
  EXPECT_EQ(text(MutualTlsMode::strict, Speech::unknown),
            "tls istio-http/1.0 istio-http/1.1 istio-h2 ends http\ntls ends bytes\n");
}

TEST(InboundChains, OnlyWhatChainsAskForIsLookedFor) {
  const auto asks = [](MutualTlsMode mode, Speech speech) {
    const auto chains = inbound_chains(mode, speech);
    return std::string(asks_for_tls(chains) ? "tls" : "") + (asks_for_http(chains) ? "http" : "");
  };
  EXPECT_EQ(asks(MutualTlsMode::permissive, Speech::unknown), "tlshttp");
  EXPECT_EQ(asks(MutualTlsMode::permissive, Speech::http), "tls");
  EXPECT_EQ(asks(MutualTlsMode::strict, Speech::unknown), "tls");
  EXPECT_EQ(asks(MutualTlsMode::disable, Speech::unknown), "http");
  EXPECT_EQ(asks(MutualTlsMode::disable, Speech::bytes), "");
}

}  // namespace
}  // namespace weft::control::translate
