// Agent: everything of weft-node that lives inside its namespaces, put together: hub, broker, weftd, pods, and the
// sockets on which others ask for them.
#pragma once

#include <memory>

#include "http/service/server.h"
#include "node/agent/control_plane_process.h"
#include "node/agent/node_api.h"
#include "node/exec/exec_server.h"
#include "node/isolation/policy_feed.h"
#include "node/names/service_feed.h"
#include "node/pods/pod_table.h"

namespace weft::node {

// What the agent is started with. `outer` is the process that the user sees, as the host counts.
struct AgentStart {
  RunOptions options;
  Programs programs;
  std::vector<net::Fd> exposed_sockets;
  pid_t outer = 0;
};

// One per process, which is process 1 of its PID namespace. One reactor.
class Agent {
 public:
  Agent(runtime::Reactor& reactor, AgentStart start);

  // Brings everything up, and down again once shutdown() is set. Fails when something could not be brought up.
  runtime::Task<Result<>> run();
  runtime::Signal& shutdown() { return shutdown_; }

 private:
  runtime::Task<Result<>> bring_up();
  runtime::Task<Result<>> make_hub();
  runtime::Task<Result<>> await_weftd();
  runtime::Task<void> keep_hub();
  runtime::Task<Result<>> settle_gateway();
  runtime::Task<Result<>> remove_exec_pods();
  Result<> open_sockets();
  Result<> write_run_record() const;
  runtime::Task<void> bring_down();
  void remove_files() const;

  runtime::Reactor* reactor_;
  RunOptions options_;
  pid_t outer_;
  NodeContext context_;
  ControlPlane control_plane_;
  AddressPool addresses_;
  EgressPolicy egress_;
  ServiceTable services_;
  network_policy::World policies_;
  runtime::Signal shutdown_;
  runtime::Gate gate_;
  ControlPlaneProcess weftd_;
  PodTable pods_;
  ObjectWatch pod_watch_;
  ServiceFeed service_feed_;
  PolicyFeed policy_feed_;
  NodeApi node_api_;
  std::unique_ptr<Holder> hub_;
  std::unique_ptr<ExecServer> exec_server_;
  std::unique_ptr<http::Server> api_server_;
};

}  // namespace weft::node
