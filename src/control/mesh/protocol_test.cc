#include "control/mesh/protocol.h"

#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

Protocol named(std::string_view name, std::string_view app_protocol = {}, uint32_t number = 8080) {
  return protocol_of({.name = name, .app_protocol = app_protocol, .transport = "TCP", .number = number});
}

TEST(Protocol, IsTheNameUpToTheFirstDash) {
  EXPECT_EQ(named("http"), Protocol::http);
  EXPECT_EQ(named("HTTP-metrics"), Protocol::http);
  EXPECT_EQ(named("grpc-api"), Protocol::grpc);
  EXPECT_EQ(named("https"), Protocol::tls);
  EXPECT_EQ(named("tcp-db"), Protocol::tcp);
}

TEST(Protocol, GrpcWebIsHttpThoughItHasADash) {
  EXPECT_EQ(named("grpc-web-ui"), Protocol::http);
}

TEST(Protocol, AppProtocolBeatsTheName) {
  EXPECT_EQ(named("http", "tcp"), Protocol::tcp);
  EXPECT_EQ(named("x", "kubernetes.io/h2c"), Protocol::http2);
}

TEST(Protocol, IsSniffedWhenNobodySaid) {
  EXPECT_EQ(named("web"), Protocol::sniffed);
  EXPECT_EQ(named(""), Protocol::sniffed);
  EXPECT_EQ(named("httpx"), Protocol::sniffed);
}

TEST(Protocol, IsTcpOnPortsWhereTheServerSpeaksFirst) {
  EXPECT_EQ(named("db", "", 3306), Protocol::tcp);
}

TEST(Protocol, IsUdpWhateverTheNameWhenTheTransportIs) {
  EXPECT_EQ(protocol_of({.name = "http", .app_protocol = "", .transport = "UDP", .number = 53}), Protocol::udp);
}

}  // namespace
}  // namespace weft::control::mesh
