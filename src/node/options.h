// The command line of weft-node, parsed into values. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace weft::node {

// `--expose SERVICE.NAMESPACE:PORT=HOSTPORT`: a port of the host's loopback through which requests enter the mesh.
struct Exposure {
  std::string service;
  std::string namespace_name;
  uint16_t port = 0;
  uint16_t host_port = 0;

  friend bool operator==(const Exposure&, const Exposure&) = default;
};
Result<Exposure> parse_exposure(std::string_view text);

// `weft-node run`
struct RunOptions {
  std::string state_dir;
  std::vector<Exposure> exposures;
  uint16_t api_port = 7800;
  std::string log_level = "info";
  std::vector<std::string> weftd_words;  // flags with their values that weftd is to have, as it reads them
};
Result<RunOptions> parse_run_options(const std::vector<std::string>& arguments);

// `weft-node exec`. With neither pod nor account: a fresh pod with the default account.
struct ExecOptions {
  std::string state_dir;
  std::string namespace_name = "default";
  std::string pod;
  std::string container;
  std::string service_account;
  bool has_sidecar = true;
  bool has_terminal = false;
  bool kills_on_hang_up = false;  // SIGHUP kills the command, and is not passed on to it
  std::vector<std::string> command;
};
Result<ExecOptions> parse_exec_options(const std::vector<std::string>& arguments);

// The text for --help and usage errors.
std::string_view usage();

}  // namespace weft::node
