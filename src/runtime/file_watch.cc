#include "runtime/file_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace weft::runtime {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// What a name in a folder stands for may lie behind a link that Kubernetes keeps beside it.
bool is_kubernetes_link(std::string_view name) {
  return name.starts_with("..");
}

}  // namespace

Result<std::unique_ptr<FileWatch>> FileWatch::open(Reactor& reactor) {
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return fail(system_error("opening inotify", errno));
  return std::unique_ptr<FileWatch>(new FileWatch(reactor, fd));
}

FileWatch::~FileWatch() {
  close(fd_);
}

void FileWatch::follow(const std::set<std::string>& paths) {
  if (paths == paths_) return;
  has_new_ = has_new_ || !std::ranges::includes(paths_, paths);
  paths_ = paths;
  arm();
  if (has_new_) watch_.readiness().mark_readable();
}

// A folder that is not there is not watched; that it comes is seen in the one that it is to lie in. Watching a folder
// once more is no second watch.
void FileWatch::arm() {
  auto before = std::exchange(names_, {});
  const auto look_for = [&](const fs::path& path) {
    const int folder = inotify_add_watch(fd_, path.parent_path().c_str(), kEvents);
    if (folder >= 0) names_[folder].insert(path.filename());
  };
  for (const fs::path path : paths_) {
    look_for(path);
    if (path.parent_path().has_filename()) look_for(path.parent_path());
  }
  for (const auto& [folder, names] : before) {
    if (!names_.contains(folder)) inotify_rm_watch(fd_, folder);
  }
}

bool FileWatch::is_about_ours(int folder, std::string_view name) const {
  const auto found = names_.find(folder);
  if (found == names_.end()) return false;
  return name.empty() || is_kubernetes_link(name) || found->second.contains(name);
}

// All that have come.
bool FileWatch::take_events() {
  bool has_changed = std::exchange(has_new_, false);
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t size = read(fd_, buffer.data(), buffer.size());
    if (size <= 0) return has_changed;
    for (const char* at = buffer.data(); at < buffer.data() + size;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof event);
      const char* const name = at + sizeof event;
      const bool is_lost = (event.mask & IN_Q_OVERFLOW) != 0;
      const std::string_view named(name, event.len == 0 ? 0 : strnlen(name, event.len));
      has_changed = has_changed || is_lost || is_about_ours(event.wd, named);
      at = name + event.len;
    }
  }
}

Task<bool> FileWatch::changed() {
  for (;;) {
    if (take_events()) {
      arm();  // a folder may be another one now
      co_return true;
    }
    watch_.readiness().clear_readable();
    if (co_await watch_.readable() != Wait::ready) co_return false;
  }
}

}  // namespace weft::runtime
