#include "node/broker/host_resolver.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

#include "base/strings.h"
#include "net/fd.h"

namespace weft::node {
namespace {

constexpr uint16_t kNamePort = 53;

}  // namespace

net::Address name_server_of(std::string_view resolv_conf) {
  for (const auto line : split(resolv_conf, '\n')) {
    constexpr std::string_view kWord = "nameserver";
    const auto text = trim(line);
    if (!text.starts_with(kWord) || text.size() == kWord.size()) continue;
    const auto ip = net::IpAddress::parse(trim(text.substr(kWord.size())));
    if (ip) return {*ip, kNamePort};
  }
  return {net::IpAddress::v4(0x7f000001), kNamePort};
}

net::Address host_resolver() {
  const net::Fd file(open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC));
  std::array<char, 8192> text{};
  const ssize_t size = file.is_open() ? read(file.get(), text.data(), text.size()) : 0;
  return name_server_of({text.data(), static_cast<size_t>(size > 0 ? size : 0)});
}

}  // namespace weft::node
