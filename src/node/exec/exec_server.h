// ExecServer: the agent's side of `weft-node exec`.
#pragma once

#include <memory>
#include <string>

#include "base/random.h"
#include "node/exec/exec_request.h"
#include "node/pods/pod_table.h"

namespace weft::node {

// Serves STATE/exec.sock. One reactor. stop() before destruction; `context` and `pods` outlive it.
class ExecServer {
 public:
  static Result<std::unique_ptr<ExecServer>> open(const NodeContext& context, PodTable& pods);

  void start();
  runtime::Task<void> stop();

 private:
  // One `weft-node exec`.
  struct Session : runtime::Link<Session> {
    Session(runtime::Reactor& reactor, net::Fd accepted) : socket(std::move(accepted)), watch(reactor, socket.get()) {}
    net::Fd socket;
    runtime::FdWatch watch;
    std::string fresh_pod;  // API path of the pod that was made for it
  };

  ExecServer(const NodeContext& context, PodTable& pods, net::Fd listening);
  runtime::Task<void> accept_all();
  runtime::Task<void> serve(net::Fd accepted);
  runtime::Task<Result<std::string>> receive(Session& session);
  runtime::Task<Result<>> answer(Session& session, std::string request);
  runtime::Task<Result<ExecTarget>> find_target(Session& session, const ExecRequest& request);
  runtime::Task<Result<ExecTarget>> make_target(Session& session, const ExecRequest& request);
  runtime::Task<void> remove_fresh_pod(std::string path);

  const NodeContext* context_;
  runtime::Reactor* reactor_;
  PodTable* pods_;
  net::Fd listening_;
  runtime::FdWatch watch_;
  runtime::Gate gate_;
  runtime::IntrusiveList<Session> sessions_;
  Random random_{seed_from_kernel()};
  bool is_stopping_ = false;
};

}  // namespace weft::node
