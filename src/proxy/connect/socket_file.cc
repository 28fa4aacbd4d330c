#include "proxy/connect/socket_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>

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

}  // namespace

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
