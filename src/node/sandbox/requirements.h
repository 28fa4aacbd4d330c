// What a machine must allow for local pods to run, tried for real: `weft-node sandbox-check` prints it, and `weft-node
// run` says it when it can't start. Nothing is left behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "node/sandbox/pod_sandbox.h"

namespace weft::node {

// One requirement. `remedy` is a command, or a sentence where no command helps; empty when met.
struct Requirement {
  std::string name;
  bool is_met = true;
  std::string problem;
  std::string remedy;
};

// What the kernel's files say about user namespaces; given as values so that the verdict can be tested.
struct NamespaceFacts {
  bool is_root = false;
  bool is_in_chroot = false;
  bool has_seccomp_filter = false;
  std::string unprivileged_userns_clone;  // kernel.unprivileged_userns_clone; empty: this kernel has no such setting
  std::string max_user_namespaces;        // user.max_user_namespaces
  std::string apparmor_restrict_userns;   // kernel.apparmor_restrict_unprivileged_userns
};
NamespaceFacts read_namespace_facts();

// Why entering the namespaces failed with `error`, as a requirement that is not met.
Requirement explain_namespace_failure(const NamespaceFacts& facts, const Error& error);

// A binary or program that is not there.
std::vector<Requirement> check_programs(const Programs& programs);

// Makes the hub and a pod in it and runs a process there, in the way that real pods are made. To be called inside the
// node's namespaces. Stops at the first requirement that is not met.
runtime::Task<std::vector<Requirement>> check_pods(runtime::Reactor& reactor, const Programs& programs);

// "ok       user, mount and PID namespaces" or "missing  ...", with problem and remedy below it.
std::string to_text(const Requirement& requirement);

}  // namespace weft::node
