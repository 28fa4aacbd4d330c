// The words between `weft-node exec` and the agent, on STATE/exec.sock: one JSON request, one answer with descriptors.
// The connection stays open for as long as the command runs: a pod that was made for it goes when the connection goes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "base/error.h"

namespace weft::node {

// `pod` empty: a fresh pod of that account, with or without a sidecar.
struct ExecRequest {
  std::string namespace_name = "default";
  std::string pod;
  std::string container;  // of `pod`; empty: the first that runs
  std::string service_account = "default";
  bool has_sidecar = true;

  friend bool operator==(const ExecRequest&, const ExecRequest&) = default;
};
std::string to_text(const ExecRequest& request);
Result<ExecRequest> parse_exec_request(std::string_view text);

// How processes of the pod are started, beside the descriptor of one of them. Sent as a file of its own, for its size.
struct ExecSurroundings {
  std::vector<std::string> environment;
  std::string working_dir;  // empty: a fresh pod has none of its own

  friend bool operator==(const ExecSurroundings&, const ExecSurroundings&) = default;
};
std::string to_text(const ExecSurroundings& surroundings);
Result<ExecSurroundings> parse_exec_surroundings(std::string_view text);

// The Pod object of a fresh pod.
api::Json exec_pod(const ExecRequest& request, const std::string& name);

}  // namespace weft::node
