#include "node/sandbox/user_namespace.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/fd.h"

namespace weft::node {
namespace {

Result<> write_file(const char* path, const std::string& text) {
  const net::Fd file(open(path, O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(system_error(std::string("opening ") + path, errno));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return fail(system_error(std::string("writing ") + path, errno));
  }
  return {};
}

// The first line of a map file is "inside outside count"; with one entry, `outside` is who we are one level up.
unsigned outside_id(const char* path, unsigned own) {
  const net::Fd file(open(path, O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text{};
  if (!file.is_open() || read(file.get(), text.data(), text.size() - 1) <= 0) return own;
  unsigned inside = 0;
  unsigned outside = 0;
  unsigned count = 0;
  if (std::sscanf(text.data(), "%u %u %u", &inside, &outside, &count) != 3 || inside != own) return own;
  return outside;
}

}  // namespace

Result<> enter_user_namespace(uid_t inside_uid, gid_t inside_gid) {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWUSER) != 0) return fail(system_error("making a user namespace", errno));
  // The kernel lets a process map its own user only, and its group only after giving up setgroups (user_namespaces(7)).
  WEFT_CHECK(write_file("/proc/self/setgroups", "deny"));
  WEFT_CHECK(write_file("/proc/self/uid_map", std::to_string(inside_uid) + " " + std::to_string(uid) + " 1"));
  WEFT_CHECK(write_file("/proc/self/gid_map", std::to_string(inside_gid) + " " + std::to_string(gid) + " 1"));
  return {};
}

uid_t real_uid() {
  return outside_id("/proc/self/uid_map", geteuid());
}
gid_t real_gid() {
  return outside_id("/proc/self/gid_map", getegid());
}

namespace {

using CapabilityWords = std::array<__user_cap_data_struct, 2>;

uint64_t bit(int capability) {
  return uint64_t{1} << capability;
}

// Root gets all that is left in the bounding set at exec.
Result<> bound_capabilities(uint64_t kept) {
  constexpr int kLastPossible = 63;
  for (int capability = 0; capability <= kLastPossible; ++capability) {
    if ((kept & bit(capability)) != 0) continue;
    // EINVAL: this kernel knows fewer capabilities.
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) {
      return fail(system_error("dropping a capability", errno));
    }
  }
  return {};
}

Result<> set_capabilities(uint64_t kept) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  CapabilityWords words{};
  for (size_t i = 0; i < words.size(); ++i) {
    words[i].effective = words[i].permitted = static_cast<uint32_t>(kept >> (32 * i));
  }
  if (syscall(SYS_capset, &header, words.data()) != 0) return fail(system_error("dropping capabilities", errno));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(system_error("setting no_new_privs", errno));
  return {};
}

}  // namespace

Result<> drop_privileges() {
  WEFT_CHECK(bound_capabilities(0));
  return set_capabilities(0);
}

Result<> keep_network_privilege() {
  WEFT_CHECK(bound_capabilities(bit(CAP_NET_ADMIN)));
  return set_capabilities(bit(CAP_NET_ADMIN));
}

bool has_root_privileges() {
  constexpr int kNeeded[] = {CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_SYS_CHROOT, CAP_SETPCAP, CAP_SYS_PTRACE};
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  CapabilityWords words{};
  if (geteuid() != 0 || syscall(SYS_capget, &header, words.data()) != 0) return false;
  for (const int capability : kNeeded) {
    if ((words[capability / 32].effective & (1U << (capability % 32))) == 0) return false;
  }
  return true;
}

}  // namespace weft::node
