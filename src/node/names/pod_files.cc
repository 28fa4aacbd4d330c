#include "node/names/pod_files.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::node {

std::string resolv_conf(std::string_view namespace_name) {
  return fmt::format(
      "nameserver 127.0.0.1\n"
      "search {}.svc.cluster.local svc.cluster.local cluster.local\n"
      "options ndots:5\n",
      namespace_name);
}

std::string pod_hostname(std::string_view pod_name, std::string_view wanted) {
  constexpr size_t kHostnameMax = 63;
  auto name = (wanted.empty() ? pod_name : wanted).substr(0, kHostnameMax);
  while (name.ends_with('-') || name.ends_with('.')) name.remove_suffix(1);
  return std::string(name);
}

std::string hosts_file(std::string_view hostname, const net::IpAddress& address) {
  return fmt::format(
      "127.0.0.1\tlocalhost\n"
      "::1\tlocalhost ip6-localhost ip6-loopback\n"
      "{}\t{}\n",
      address.to_string(), hostname);
}

std::string name_switch(std::string_view machines) {
  std::string text;
  for (const auto line : split(machines, '\n')) {
    if (line.empty() || trim(line).starts_with("hosts:")) continue;
    text.append(line).append("\n");
  }
  return text + "hosts: files dns\n";
}

}  // namespace weft::node
