// FileWatch: tells that files were replaced, by inotify(7) through the reactor.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/error.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::runtime {

// Owns an inotify descriptor, of which a user has few: made only where there are files to follow. Watched are folders,
// since files are replaced by renaming: each file's own, and the one that this lies in, as a whole folder, or a link to
// one, may be replaced. Kubernetes renames "..data", to which the files of a volume are links. One reactor's thread.
class FileWatch {
 public:
  // Fails with `overflow` where the user has no more of them.
  static Result<std::unique_ptr<FileWatch>> open(Reactor& reactor);
  ~FileWatch();

  // These from now on, whether they are there or not; paths are absolute. A file that is new among them counts as
  // changed: nobody has watched it before.
  void follow(const std::set<std::string>& paths);

  // Returns once something may have become of one of the files: true. False after cancel().
  Task<bool> changed();
  void cancel() { watch_.readiness().cancel(); }

 private:
  FileWatch(Reactor& reactor, int fd) : fd_(fd), watch_(reactor, fd) {}
  void arm();
  bool take_events();
  bool is_about_ours(int folder, std::string_view name) const;

  int fd_;
  FdWatch watch_;
  std::set<std::string> paths_;
  std::map<int, std::set<std::string, std::less<>>> names_;  // what is looked for in a folder, by its watch
  bool has_new_ = false;
};

}  // namespace weft::runtime
