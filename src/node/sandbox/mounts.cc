#include "node/sandbox/mounts.h"

#include <cerrno>

#include <sys/mount.h>
#include <sys/stat.h>

namespace weft::node {

Result<> detach_mounts() {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return fail(system_error("detaching the mounts from the host's", errno));
  }
  return {};
}

Result<> cover_file(const std::string& file, const std::string& target) {
  struct stat info{};
  if (stat(target.c_str(), &info) != 0) return {};
  if (mount(file.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return fail(system_error("mounting " + file + " over " + target, errno));
  }
  return {};
}

Result<> hide_folder(const std::string& folder) {
  struct stat info{};
  if (stat(folder.c_str(), &info) != 0) return {};
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
  if (mount("weft-hidden", folder.c_str(), "tmpfs", kFlags, "mode=0000,size=4k,nr_inodes=2") != 0) {
    return fail(system_error("hiding " + folder, errno));
  }
  return {};
}

void mount_own_proc() {
  mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
}

}  // namespace weft::node
