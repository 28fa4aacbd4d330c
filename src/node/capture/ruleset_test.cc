#include "node/capture/ruleset.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

net::Address at(const char* text) {
  return *net::Address::parse(text);
}

TEST(MeshedRules, capture_all_tcp_but_the_sidecars_own_and_leave_the_health_ports) {
  EXPECT_EQ(meshed_rules(*net::IpRange::parse("10.96.0.0/16")), R"(table inet weft {
  chain out {
    type nat hook output priority -100; policy accept;
    meta mark 0x539 oif lo ip saddr != 127.0.0.0/8 ip daddr != 127.0.0.0/8 meta l4proto tcp counter redirect to :15006 comment "to itself"
    meta mark 0x539 return
    udp dport 53 counter redirect to :15053 comment "names"
    ip daddr 127.0.0.0/8 tcp dport 53 counter redirect to :15053 comment "names"
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    meta l4proto tcp counter redirect to :15001 comment "outbound"
  }
  chain in {
    type nat hook prerouting priority -100; policy accept;
    tcp dport { 15020, 15021, 15090 } return
    meta l4proto tcp counter redirect to :15006 comment "inbound"
  }
  chain refuse {
    type filter hook output priority 0; policy accept;
    ip daddr 10.96.0.0/16 meta l4proto tcp counter reject with tcp reset
    ip daddr 10.96.0.0/16 counter reject
  }
}
)");
}

TEST(UnmeshedRules, send_what_leaves_the_mesh_to_the_relay_and_refuse_dead_service_addresses) {
  const auto rules = unmeshed_rules(*net::IpRange::parse("10.244.0.0/16"), *net::IpRange::parse("10.96.0.0/16"));
  EXPECT_EQ(rules, R"(table inet weft {
  chain out {
    type nat hook output priority -90; policy accept;
    meta mark 0x539 return
    udp dport 53 counter redirect to :15053 comment "names"
    ip daddr 127.0.0.0/8 tcp dport 53 counter redirect to :15053 comment "names"
    ip daddr { 127.0.0.0/8, 10.244.0.0/16, 10.96.0.0/16 } return
    ip6 daddr ::1 return
    meta l4proto tcp counter redirect to :15001 comment "egress"
  }
  chain refuse {
    type filter hook output priority 0; policy accept;
    ip daddr 10.96.0.0/16 meta l4proto tcp counter reject with tcp reset
    ip daddr 10.96.0.0/16 counter reject
  }
}
)");
}

// Looking at a connection's state is what makes the kernel track connections.
TEST(GatewayRules, look_at_the_state_of_connections_and_refuse_nothing) {
  EXPECT_EQ(gateway_rules(), R"(table inet weft {
  chain track {
    type filter hook input priority 0; policy accept;
    ct state invalid counter
  }
}
)");
}

TEST(ServiceRules, give_each_connection_the_next_endpoint_and_pass_over_services_without_one) {
  const std::vector<ServiceTarget> targets = {
      {.service = at("10.96.0.1:80"), .endpoints = {at("10.244.0.2:8080"), at("10.244.0.3:8080")}},
      {.service = at("10.96.0.1:53"), .is_udp = true, .endpoints = {at("10.244.0.2:5353")}},
      {.service = at("10.96.0.2:80"), .endpoints = {}},
  };
  EXPECT_EQ(service_rules(targets), R"(table inet weft_services
delete table inet weft_services
table inet weft_services {
  chain forward {
    type nat hook output priority -100; policy accept;
    ip daddr 10.96.0.1 tcp dport 80 counter dnat ip to numgen inc mod 2 map { 0 : 10.244.0.2 . 8080, 1 : 10.244.0.3 . 8080 }
    ip daddr 10.96.0.1 udp dport 53 counter dnat ip to numgen inc mod 1 map { 0 : 10.244.0.2 . 5353 }
  }
}
)");
}

}  // namespace
}  // namespace weft::node
