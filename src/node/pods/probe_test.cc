#include "node/pods/probe.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using api::kubernetes::Container;
using api::kubernetes::ContainerPort;

Container container(std::vector<ContainerPort> ports) {
  Container container;
  container.ports = std::move(ports);
  return container;
}

const Container kWeb = container({{.name = "dns", .container_port = 53, .protocol = "UDP"},
                                  {.name = "http", .container_port = 8080, .protocol = "TCP"},
                                  {.container_port = 9090, .protocol = "TCP"}});

TEST(ProbePort, IsANumberOrTheNameOfAContainersPort) {
  EXPECT_EQ(resolve_port({.number = 1}, kWeb).value(), 1);
  EXPECT_EQ(resolve_port({.number = 65'535}, kWeb).value(), 65'535);
  EXPECT_EQ(resolve_port({.name = "http"}, kWeb).value(), 8080);
}

TEST(ProbePort, OfAnotherNameIsRefused) {
  const auto none = resolve_port({.name = "htpp"}, kWeb);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::invalid);
  EXPECT_EQ(none.error().detail, "the container has no port named \"htpp\"");
  EXPECT_FALSE(resolve_port({}, kWeb)) << "a port without a name is not meant by an empty one";
  EXPECT_FALSE(resolve_port({.number = 65'536}, kWeb));
  EXPECT_FALSE(resolve_port({.number = -1}, kWeb));
}

TEST(DefaultProbe, ConnectsToTheFirstTcpPort) {
  const auto probe = default_probe(kWeb);
  ASSERT_TRUE(probe && probe->tcp_socket);
  EXPECT_EQ(probe->tcp_socket->port.number, 8080);
  EXPECT_FALSE(probe->http_get || probe->exec || probe->grpc);
}

TEST(DefaultProbe, IsNoneWithoutATcpPort) {
  EXPECT_FALSE(default_probe(container({})));
  EXPECT_FALSE(default_probe(container({{.container_port = 53, .protocol = "UDP"}})));
}

}  // namespace
}  // namespace weft::node
