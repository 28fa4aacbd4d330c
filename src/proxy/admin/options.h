// Options: weft-proxy's command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/address.h"

namespace weft::proxy {

// Where the configuration comes from and how the process runs. A value, read once.
struct Options {
  std::string node_id = "sidecar~127.0.0.1~weft-proxy.default~default.svc.cluster.local";
  std::string node_metadata = "{}";  // JSON object
  std::optional<net::Address> xds;
  std::string xds_token_file;
  std::string static_file;
  std::optional<net::Address> admin_socket;
  uint16_t admin_port = 15000;
  uint16_t ready_port = 15021;
  uint16_t stats_port = 15090;
  std::optional<uint16_t> dns_port;  // 0: none; unset: 15053 for a sidecar with a control plane
  uint32_t concurrency = 1;
  std::optional<uint32_t> clients_max;   // unset: half of the descriptors
  std::optional<uint64_t> memory_limit;  // in bytes; 0: none; unset: the cgroup's
  std::optional<uint32_t> mark;
  std::optional<net::Address> broker;
  std::string private_folder;
  std::optional<net::Address> resolver;  // for clusters by DNS; unset: the broker's, else that of /etc/resolv.conf
  std::vector<net::IpRange> mesh_ranges;
  std::vector<int> listen_fds;
  Duration drain_time = std::chrono::seconds(5);       // Istio's terminationDrainDuration
  std::optional<net::Address> hot_restart;             // where a successor takes over
  Duration hand_over_time = std::chrono::seconds(45);  // Istio's drainDuration
  std::string log_level = "info";
  std::string access_log;  // a file, or "-" for stdout; empty: none
  bool wants_help = false;
  bool wants_version = false;
  std::vector<std::string> command;                        // the whole command line, the program first; set by bin/
  std::vector<std::pair<std::string, std::string>> given;  // flags and values, as written

  // The parts of the node id "TYPE~IP~POD.NS~NS.svc.DOMAIN".
  bool is_gateway() const { return node_id.starts_with("router~"); }
  std::string own_namespace() const;
  std::string node_cluster() const { return "weft-proxy." + own_namespace(); }
};

// Reads "--flag value" and "--flag=value". Fails with `invalid`, naming the flag.
Result<Options> parse_options(const std::vector<std::string>& arguments);

std::string_view usage();

}  // namespace weft::proxy
