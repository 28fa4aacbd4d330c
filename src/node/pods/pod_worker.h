// PodWorker: the life of one Pod on this machine, from its sandbox to its end, and its status in weftd all along.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/resource.h"
#include "node/broker/broker.h"
#include "node/isolation/pod_isolation.h"
#include "node/pods/container_run.h"
#include "node/pods/node_context.h"
#include "node/pods/pod_kind.h"
#include "node/pods/pod_status.h"
#include "node/pods/proxy_settings.h"
#include "node/pods/supervisor.h"
#include "node/pods/unmeshed_network.h"
#include "node/processes/environment.h"
#include "node/processes/image_command.h"

namespace weft::node {

// What `weft-node exec` needs to enter a pod. The descriptor stays the pod's.
struct ExecTarget {
  int workload = -1;
  std::vector<std::string> environment;
  std::string working_dir;
};

// What `weft ps` and tests may know of a pod's processes; numbers as the host counts.
struct PodSummary {
  std::string namespace_name;
  std::string name;
  std::string address;
  std::string_view phase;
  bool is_ready = false;
  bool has_sidecar = false;
  pid_t holder = 0;
  pid_t sidecar = 0;
  int sidecar_restarts = 0;
  int sidecar_replacements = 0;
  std::vector<pid_t> draining;  // sidecars that others have followed
  std::vector<pid_t> containers;
};

// Works from start() on until finished() is set; await drained() before destruction. One reactor. `context` outlives
// it.
class PodWorker final : private ContainerHost, private Supervised {
 public:
  PodWorker(const NodeContext& context, api::Resource object);

  void start();

  // Why a pod ends. deleted: its object says so; weftd is told when it is done. gone: there is no object any more.
  // node_stops: the object stays, for the next time.
  enum class Ending : uint8_t { none, deleted, gone, node_stops };
  // Processes get `grace` to end by themselves. A second call may only shorten it.
  void end(Ending why, Duration grace);

  // What the pod stood on is gone: it is made anew.
  void remake() { attention_.set(); }
  void on_services_changed();
  void on_policies_changed();

  // A new process of its proxy follows the present one, by the program as it lies on the disk now. As
  // Supervisor::replace(); `not_found` where the pod has no proxy.
  runtime::Task<Result<Replacement>> replace_proxy(Time deadline);

  const std::string& uid() const { return object_.metadata.uid; }
  runtime::Signal& finished() { return finished_; }
  runtime::Task<void> drained();
  bool is_ready() const { return node::is_ready(state_); }
  std::optional<ExecTarget> exec_target(std::string_view container = {}) const;
  PodSummary summary() const;
  // Why it is not ready, for a person; empty when nothing is known to be wrong.
  std::string trouble() const;

 private:
  // ContainerHost
  runtime::Task<Result<ProcessPlan>> plan_of(const api::kubernetes::Container& container) override;
  void on_container_changed() override { note_change(); }
  // Supervised: the sidecar
  Result<Child> launch(int output) override;
  runtime::Task<bool> answers() override;
  runtime::Task<std::optional<uint32_t>> epoch() override;
  void on_readiness_changed() override { note_change(); }

  runtime::Task<void> run();
  runtime::Task<void> live_once();
  runtime::Task<Result<>> set_up();
  runtime::Task<Result<>> find_kind();
  Result<> write_files();
  runtime::Task<Result<>> make_sandbox();
  runtime::Task<Result<>> isolate();
  runtime::Task<Result<>> start_sidecar();
  runtime::Task<void> learn_proxy_settings();
  void start_containers();
  runtime::Task<void> watch_holder();
  runtime::Task<void> tear_down();
  runtime::Task<void> stop_container(ContainerRun& container, Duration grace);
  runtime::Task<void> report_end();
  runtime::Task<void> publish_changes();
  runtime::Task<bool> publish();
  runtime::Task<Result<const ImageCommand*>> image_command(std::string image);
  runtime::Task<Result<>> learn_data_objects(std::vector<DataObject> objects);

  void note_change();
  void refresh_state();
  Duration proxy_grace(Duration grace) const;
  PodFacts facts() const;
  const api::kubernetes::PodSpec& spec() const { return object_.as<api::kubernetes::Pod>()->spec; }
  const api::Metadata& metadata() const { return object_.metadata; }
  std::string title() const { return metadata().namespace_name + "/" + metadata().name; }

  const NodeContext* context_;
  runtime::Reactor* reactor_;
  api::Resource object_;
  PodFolder folder_;
  PodKind kind_ = PodKind::unmeshed;
  std::optional<net::IpAddress> address_;
  PodEgress egress_;
  std::unique_ptr<PodSandbox> sandbox_;
  std::unique_ptr<PodIsolation> isolation_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<Supervisor> sidecar_;
  ProxySettings proxy_settings_;  // of the next process
  std::unique_ptr<UnmeshedNetwork> network_;
  std::vector<std::unique_ptr<ContainerRun>> containers_;
  std::map<std::string, ImageCommand> images_;  // as weftd last said, and so the next
  DataObjects data_objects_;
  PodState state_;
  api::Json published_;
  Ending ending_ = Ending::none;
  Duration grace_{};
  runtime::Gate gate_;         // run() and publish_changes()
  runtime::Gate round_;        // what belongs to one sandbox
  runtime::Signal attention_;  // the pod is to end, or its sandbox is lost
  runtime::Signal ends_;
  runtime::Signal changed_;
  runtime::Signal finished_;
};

}  // namespace weft::node
