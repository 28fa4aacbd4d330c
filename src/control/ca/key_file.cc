#include "control/ca/key_file.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jose/base64url.h"

namespace weft::control {
namespace {

// A descriptor that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Result<void> check_owner(const std::string& path, const File& file) {
  struct stat status{};
  if (fstat(file.fd(), &status) != 0) return fail(system_error("looking at " + path, errno));
  if (!S_ISREG(status.st_mode)) return fail(Reason::denied, path + " is not a plain file");
  if (status.st_uid != geteuid()) return fail(Reason::denied, fmt::format("{} belongs to another user", path));
  if ((status.st_mode & 077) != 0)
    return fail(
        Reason::denied,
        fmt::format("{} is a secret, but others may read or write it (mode {:04o}); if it has leaked, remove it "
                    "and restart; else: chmod 600 '{}'",
                    path, status.st_mode & 07777, path));
  return {};
}

Result<std::string> make_secret(const std::string& path, size_t size, SecretForm form) {
  WEFT_TRY(std::string bytes, random_secret(size, form));
  WEFT_CHECK(write_private_file(path, bytes));
  return bytes;
}

}  // namespace

Result<std::string> random_secret(size_t size, SecretForm form) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1)
    return fail(Reason::internal, "the TLS library gives no random bytes");
  return form == SecretForm::text ? jose::base64url(bytes).substr(0, size) : bytes;
}

Result<void> write_private_file(const std::string& path, std::string_view content) {
  const std::string draft = path + ".new";
  const File file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return fail(system_error("making " + draft, errno));
  const ssize_t written = write(file.fd(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size()) || fsync(file.fd()) != 0)
    return fail(system_error("writing " + draft, errno));
  if (rename(draft.c_str(), path.c_str()) != 0) return fail(system_error("making " + path, errno));
  const File folder(open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open() && fsync(folder.fd()) != 0) return fail(system_error("syncing the folder of " + path, errno));
  return {};
}

Result<std::string> read_private_file(const std::string& path, size_t size_max) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open() && errno == ENOENT) return fail(Reason::not_found, "there is no " + path);
  if (!file.is_open()) return fail(system_error("opening " + path, errno));
  WEFT_CHECK(check_owner(path, file));
  std::string bytes(size_max + 1, '\0');  // one more, to notice a file that is too long
  const ssize_t count = read(file.fd(), bytes.data(), bytes.size());
  if (count < 0) return fail(system_error("reading " + path, errno));
  if (static_cast<size_t>(count) > size_max)
    return fail(Reason::too_large, fmt::format("{} has more than {} bytes", path, size_max));
  bytes.resize(static_cast<size_t>(count));
  return bytes;
}

Result<std::string> load_or_make_secret(const std::string& path, size_t size, SecretForm form) {
  auto bytes = read_private_file(path, size);
  if (!bytes && bytes.error().reason == Reason::not_found) return make_secret(path, size, form);
  if (!bytes && bytes.error().reason != Reason::too_large) return bytes;
  if (!bytes || bytes->size() != size)
    return fail(Reason::malformed, fmt::format("{} does not hold a secret of {} bytes", path, size));
  return bytes;
}

}  // namespace weft::control
