#include "proxy/connect/socket_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::proxy {
namespace {

std::unexpected<net::DialError> failure(std::string_view path, int error_number) {
  return std::unexpected(net::DialError::of_system("connecting to unix://" + std::string(path), error_number));
}

bool is_inside(const std::filesystem::path& file, const std::string& folder) {
  std::error_code error;
  const auto whole = std::filesystem::canonical(folder, error);
  if (error) return false;  // no such folder, nothing in it
  return std::ranges::mismatch(whole, file).in1 == whole.end();
}

// Held open, so that what is dialled is what was looked at.
std::expected<net::Fd, net::DialError> open_public(const std::string& path, const std::string& private_folder) {
  net::Fd file(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file.is_open()) return failure(path, errno);
  std::error_code error;
  const auto place = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file.get()), error);
  if (error) return failure(path, error.value());
  if (is_inside(place, private_folder)) return failure(path, EACCES);
  return file;
}

// Of the folder that a file is to be in.
bool is_in_private_folder(const std::string& path, const std::string& private_folder) {
  if (private_folder.empty()) return false;
  std::error_code error;
  const auto folder = std::filesystem::canonical(std::filesystem::path(path).parent_path(), error);
  return !error && is_inside(folder, private_folder);
}

}  // namespace

Result<net::Fd> listen_at_socket_file(net::ListeningSockets& sockets, const std::string& path, unsigned mode,
                                      const std::string& private_folder) {
  constexpr unsigned kUsualMode = 0755;
  const bool is_abstract = path.starts_with('@');
  if (!is_abstract && is_in_private_folder(path, private_folder))
    return fail(Reason::denied, "unix://" + path + " is in the folder of the node");
  return sockets.stream(net::Address::unix_path(path), {.unix_mode = mode == 0 ? kUsualMode : mode,
                                                        .file_in_the_way = net::FileInTheWay::replaced_if_stale});
}

OwnSocketFile::OwnSocketFile(std::string path) {
  struct stat found{};
  if (path.starts_with('@') || lstat(path.c_str(), &found) != 0) return;
  path_ = std::move(path);
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

OwnSocketFile::OwnSocketFile(OwnSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

OwnSocketFile::~OwnSocketFile() {
  struct stat found{};
  if (path_.empty() || lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) unlink(path_.c_str());
}

runtime::Task<std::expected<std::unique_ptr<net::SocketStream>, net::DialError>> dial_socket_file(
    runtime::Reactor& reactor, std::string path, std::string private_folder, net::DialOptions options) {
  options.source.reset();  // an IP address
  if (private_folder.empty() || path.starts_with('@')) {
    co_return co_await net::dial(reactor, net::Address::unix_path(path), options);
  }
  WEFT_CO_TRY(const net::Fd file, open_public(path, private_folder));
  const auto same = net::Address::unix_path("/proc/self/fd/" + std::to_string(file.get()));
  auto stream = co_await net::dial(reactor, same, options);
  if (!stream) stream.error().detail = "unix://" + path + ": " + std::move(stream.error().detail);
  co_return stream;
}

}  // namespace weft::proxy
