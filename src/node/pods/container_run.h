// ContainerRun: one container of a pod, started, probed, restarted by its pod's policy, and ended.
#pragma once

#include <memory>
#include <string>

#include "api/kubernetes/pod.h"
#include "node/pods/pod_status.h"
#include "node/pods/probe.h"
#include "node/processes/log_file.h"
#include "node/processes/restart_backoff.h"
#include "node/sandbox/running_process.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::node {

// What a container gets from its pod.
class ContainerHost {
 public:
  // What to run, decided anew at each start. An error's reason becomes the container's waiting reason: not_found is
  // ImageCommandMissing, anything else CreateContainerConfigError.
  virtual runtime::Task<Result<ProcessPlan>> plan_of(const api::kubernetes::Container& container) = 0;
  // The container's state is another one.
  virtual void on_container_changed() = 0;

 protected:
  ~ContainerHost() = default;
};

// Where a container runs. References outlive it.
struct ContainerPlace {
  runtime::Reactor* reactor = nullptr;
  PodSandbox* sandbox = nullptr;
  net::IpAddress pod_ip;
  std::string restart_policy;
  std::string log_path;
};

// Runs from start() until stop() has returned. One reactor.
class ContainerRun {
 public:
  ContainerRun(ContainerPlace place, const api::kubernetes::Container& container, ContainerHost& host);

  void start();
  // SIGTERM, then SIGKILL when the grace is over; returns when the processes are gone and nothing starts again.
  runtime::Task<void> stop(Duration grace);

  const ContainerState& state() const { return state_; }
  // The `weft-node init` of the running container and what it was started with; nullptr when it does not run.
  const RunningProcess* process() const { return process_.get(); }
  const ProcessPlan& plan() const { return plan_; }

 private:
  enum class ProbeKind : uint8_t { readiness, liveness };

  runtime::Task<void> run();
  runtime::Task<Result<>> start_process();
  runtime::Task<void> run_once();
  runtime::Task<void> collect_output();
  runtime::Task<void> keep_probing(ProbeKind kind, api::kubernetes::Probe probe);
  runtime::Task<void> probe_all();
  runtime::Task<bool> await_success(api::kubernetes::Probe probe);
  runtime::Task<void> probe_readiness();
  runtime::Task<void> probe_liveness();
  ProbeTarget target();
  void note_start_failure(const Error& error);
  void note_end(ExitStatus status);
  bool starts_again(ExitStatus status) const;
  void set_ready(bool is_ready);

  ContainerPlace place_;
  const api::kubernetes::Container* container_;
  ContainerHost* host_;
  ContainerState state_;
  RestartBackoff backoff_{kWorkloadBackoff};
  LogFile log_;
  ProcessPlan plan_;
  OutputPipe output_;
  std::unique_ptr<RunningProcess> process_;
  Time started_;
  runtime::Gate gate_;
  runtime::Gate probes_;
  runtime::Signal stopping_;
  runtime::Signal process_ended_;  // of the process under way
};

}  // namespace weft::node
