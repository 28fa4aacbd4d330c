// The holder: a tiny process that keeps a pod's namespaces (or the hub's) in being. It is process 1 of the pod: it
// reaps orphans, and its end ends everything in the pod. On request it makes sockets in the pod's network and hands
// them out, since the agent, in the host's network, can't go there and come back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "node/sandbox/running_process.h"
#include "runtime/readiness.h"

namespace weft::node {

// Requests that a holder answers, each over a socket that comes with it: "dial" (an unconnected TCP socket that capture
// lets pass), "listen A:P", "datagrams A:P" (bound sockets), "namespace" (its network namespace), and "rules" with the
// text for nft in a second descriptor. The answer is "ok", with the descriptor, or a sentence.
// The main function of the `weft-node hold` process; ends when nobody holds the other end of `control`.
int run_holder(int control, const std::string& nft_program);

// How to start a holder. `prepare` runs in the new process, in the new namespaces, before it becomes the holder; it may
// block.
struct HolderPlan {
  std::string title;  // shown by ps: "nodejs-app/nodejs-api-v1-0"
  uint64_t namespaces = 0;
  int program = -1;  // our own executable, O_PATH
  std::string nft_program;
  std::function<Result<>()> prepare;
};

// The agent's end of a holder: owns the process. Await end() before destruction. One reactor.
class Holder {
 public:
  static runtime::Task<Result<std::unique_ptr<Holder>>> start(runtime::Reactor& reactor, const HolderPlan& plan,
                                                              Time deadline);

  int pidfd() const { return process_.pidfd(); }
  // Set when the holder, and with it every process of its PID namespace, is gone.
  runtime::Signal& end_signal() { return process_.end_signal(); }

  // The descriptor that answers `request`.
  runtime::Task<Result<net::Fd>> ask(std::string request, Time deadline);
  // nft rules, in the holder's network namespace.
  runtime::Task<Result<>> apply_rules(std::string rules, Time deadline);

  // Kills the holder and returns when it is gone.
  runtime::Task<void> end();

 private:
  Holder(runtime::Reactor& reactor, Child process, net::Fd control);

  runtime::Reactor* reactor_;
  RunningProcess process_;
  net::Fd control_;
};

}  // namespace weft::node
