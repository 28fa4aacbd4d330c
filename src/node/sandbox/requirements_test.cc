#include "node/sandbox/requirements.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

const Error kRefused{.reason = Reason::denied, .detail = "making a user namespace: Operation not permitted"};

std::string remedy_for(const NamespaceFacts& facts) {
  return explain_namespace_failure(facts, kRefused).remedy;
}

TEST(NamespaceFailure, names_the_setting_that_is_in_the_way_and_the_command_that_changes_it) {
  NamespaceFacts facts{.max_user_namespaces = "1000"};
  facts.unprivileged_userns_clone = "0";
  EXPECT_EQ(remedy_for(facts), "sudo sysctl -w kernel.unprivileged_userns_clone=1");
  facts.unprivileged_userns_clone = "1";
  facts.max_user_namespaces = "0";
  EXPECT_EQ(remedy_for(facts), "sudo sysctl -w user.max_user_namespaces=10000");
  facts.max_user_namespaces = "1000";
  facts.apparmor_restrict_userns = "1";
  EXPECT_EQ(remedy_for(facts), "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
}

TEST(NamespaceFailure, blames_the_chroot_or_the_container_when_no_setting_is_in_the_way) {
  EXPECT_EQ(remedy_for({.is_in_chroot = true}), "run it outside of the chroot, or as root");
  EXPECT_TRUE(remedy_for({.has_seccomp_filter = true}).find("seccomp=unconfined") != std::string::npos);
  EXPECT_EQ(remedy_for({}), "run it as root, or outside of the chroot");
}

TEST(Requirement, that_is_missing_prints_problem_and_remedy) {
  EXPECT_EQ(to_text({.name = "nftables"}), "ok       nftables\n");
  EXPECT_EQ(
      to_text({.name = "nftables", .is_met = false, .problem = "not there", .remedy = "apt-get install nftables"}),
      "missing  nftables\n         not there\n         try: apt-get install nftables\n");
}

}  // namespace
}  // namespace weft::node
