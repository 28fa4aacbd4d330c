#include "cli/mesh/start_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace weft::cli {

Expected<StartLock> StartLock::take(const StateFolder& state) {
  std::error_code error;
  std::filesystem::create_directories(state.root, error);
  if (error) {
    return stop(Exit::failed, "the state folder " + state.root.string() + " can't be made: " + error.message(),
                "--state DIR");
  }
  // Who can open the sockets in it is the mesh's administrator.
  if (chmod(state.root.c_str(), 0700) != 0) {
    return stop(Exit::not_allowed, "the state folder " + state.root.string() + " is not ours", "--state DIR");
  }
  const auto path = state.root / "up.lock";
  net::Fd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open()) return stop(system_error("opening " + path.string(), errno));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return stop(Exit::failed, "another weft up is starting a mesh here (" + state.root.string() + ")");
  }
  return StartLock(std::move(file));
}

}  // namespace weft::cli
