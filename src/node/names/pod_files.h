// The small files of /etc that a pod sees instead of the machine's, as text: names must be asked of the pod's own
// resolver and nobody else's. Pure.
#pragma once

#include <string>
#include <string_view>

#include "net/address.h"

namespace weft::node {

// As the kubelet writes it for a pod of this namespace (dnsPolicy ClusterFirst); the name server is behind the
// redirect.
std::string resolv_conf(std::string_view namespace_name);

// spec.hostname or the pod's name, cut to the 63 letters that a host name may have, as the kubelet cuts it.
std::string pod_hostname(std::string_view pod_name, std::string_view wanted);

// localhost and the pod's own name.
std::string hosts_file(std::string_view hostname, const net::IpAddress& address);

// The machine's nsswitch.conf with `hosts: files dns`: other sources (nss-resolve, mdns, myhostname) ask the machine's
// own resolver past the pod's.
std::string name_switch(std::string_view machines);

}  // namespace weft::node
