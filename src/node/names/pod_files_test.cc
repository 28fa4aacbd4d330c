#include "node/names/pod_files.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(ResolvConf, searches_the_pods_namespace_first) {
  EXPECT_EQ(resolv_conf("shop"),
            "nameserver 127.0.0.1\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n");
}

TEST(PodHostname, is_the_pods_name_unless_told_otherwise_and_never_too_long_for_the_kernel) {
  EXPECT_EQ(pod_hostname("api-0", ""), "api-0");
  EXPECT_EQ(pod_hostname("api-0", "web"), "web");
  EXPECT_EQ(pod_hostname(std::string(61, 'a') + "-.b", ""), std::string(61, 'a'));
}

TEST(HostsFile, knows_the_pod_by_its_address) {
  EXPECT_EQ(hosts_file("api-0", net::IpAddress::v4(0x0af40002)),
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n10.244.0.2\tapi-0\n");
}

TEST(NameSwitch, replaces_the_sources_of_host_names_and_keeps_the_others) {
  EXPECT_EQ(name_switch("passwd: files\n hosts: files resolve [!UNAVAIL=return] dns\ngroup: files\n"),
            "passwd: files\ngroup: files\nhosts: files dns\n");
  EXPECT_EQ(name_switch(""), "hosts: files dns\n");
}

}  // namespace
}  // namespace weft::node
