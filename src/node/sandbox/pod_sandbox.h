// PodSandbox: the namespaces of one pod, wired and captured, with what runs inside started from here. Network, UTS,
// IPC, PID and mount namespaces; hostname, resolv.conf, hosts and rules are in place before anything runs in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/sandbox/holder.h"
#include "node/sandbox/pod_network.h"

namespace weft::node {

// What the processes of a mesh are started from. Lives as long as the agent.
struct Programs {
  net::Fd self;  // our own executable, O_PATH
  std::string weftd;
  std::string weft_proxy;
  std::string nft;
};

// One file of the pod's own that lies over one of the machine's.
struct CoveredFile {
  std::string file;
  std::string target;
};

// What a pod's sandbox is made of. `rules` is nft's text, put in force in the pod's network. A value.
struct PodPlan {
  std::string title;  // "NAMESPACE/NAME"
  std::string hostname;
  PodWire wire;
  std::string rules;
  std::vector<CoveredFile> files;
};

// How to start one process in a pod. Output goes to `output`; there is no input.
struct ProcessPlan {
  std::vector<std::string> command;      // argv; for a workload the program is looked for in its own PATH
  std::vector<std::string> environment;  // "NAME=value"
  std::string working_dir = "/";
  std::string hidden_folder;  // looks empty to the process
  int output = -1;
  std::vector<int> inherited;  // descriptors that keep their numbers
};

// Owns the holder: destruction kills the pod. One reactor.
class PodSandbox {
 public:
  static runtime::Task<Result<std::unique_ptr<PodSandbox>>> create(runtime::Reactor& reactor, const Programs& programs,
                                                                   const PodPlan& plan, Time deadline);

  Holder& holder() { return *holder_; }

  // A process beside the workload, root inside with CAP_NET_ADMIN: the sidecar. `command[0]` is a path.
  Result<Child> start_sidecar(const ProcessPlan& plan);

  // The workload: nested user and PID namespaces, its real user id, no capability. The child is `weft-node init`,
  // process 1 of the PID namespace, which runs the command and ends with its status; without a command it waits to be
  // killed.
  runtime::Task<Result<Child>> start_workload(const ProcessPlan& plan, Time deadline);

  // A further process in the confinement of a workload, whose init's pidfd is `workload`.
  runtime::Task<Result<Child>> start_in_workload(int workload, const ProcessPlan& plan, Time deadline);

 private:
  runtime::Task<Result<Child>> finish_start(Forked forked, int control, Time deadline);

  PodSandbox(runtime::Reactor& reactor, const Programs& programs, std::unique_ptr<Holder> holder)
      : reactor_(&reactor), programs_(&programs), holder_(std::move(holder)) {}

  runtime::Reactor* reactor_;
  const Programs* programs_;
  std::unique_ptr<Holder> holder_;
};

// Moves this process into the namespaces of a pod except its PID namespace (only children can be in that).
Result<> join_pod(int holder);

}  // namespace weft::node
