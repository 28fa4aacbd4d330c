#include "node/pods/pod_worker.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "api/istio/mesh_config_text.h"
#include "base/log.h"
#include "node/names/pod_files.h"
#include "node/pods/identity.h"

namespace weft::node {
namespace {

using api::kubernetes::Container;

constexpr auto kSandboxLimit = std::chrono::seconds(30);
constexpr auto kSidecarLimit = std::chrono::seconds(30);  // then the workload starts all the same
constexpr auto kSidecarGrace = std::chrono::seconds(2);
constexpr Duration kRetry = std::chrono::seconds(2);
constexpr Duration kRetryWhileAway = std::chrono::milliseconds(100);
// A deleted pod serves on for as long as it takes its clients' proxies to hear that it goes.
constexpr Duration kEndpointsSettle = std::chrono::milliseconds(300);

}  // namespace

PodWorker::PodWorker(const NodeContext& context, api::Resource object)
    : context_(&context),
      reactor_(context.reactor),
      object_(std::move(object)),
      folder_(context.state.pod(object_.metadata.namespace_name, object_.metadata.name)),
      egress_(*context.egress),
      gate_(*reactor_),
      round_(*reactor_),
      attention_(*reactor_),
      ends_(*reactor_),
      changed_(*reactor_),
      finished_(*reactor_) {
  state_.host_ip = "127.0.0.1";
  state_.started_at = reactor_->clock().wall_now();
}

void PodWorker::start() {
  note_change();  // whatever an earlier run has left in the object's status is no longer so
  runtime::spawn(gate_, publish_changes());
  runtime::spawn(gate_, run());
}

void PodWorker::end(Ending why, Duration grace) {
  const bool first = ending_ == Ending::none;
  ending_ = why;
  grace_ = first ? grace : std::min(grace_, grace);
  ends_.set();
  attention_.set();
}

runtime::Task<void> PodWorker::drained() {
  co_await gate_.close();
}

runtime::Task<void> PodWorker::run() {
  while (!ends_.is_set()) {
    attention_.reset();
    co_await live_once();
  }
  co_await report_end();
  finished_.set();
  changed_.set();  // ends publish_changes()
}

// One sandbox, from its making to its end.
runtime::Task<void> PodWorker::live_once() {
  const auto made = co_await set_up();
  Duration pause{};
  if (made) {
    state_.failure.clear();
    runtime::spawn(round_, watch_holder());
    if (!ends_.is_set()) start_containers();
    note_change();
    co_await attention_.wait();
    if (!ends_.is_set()) log::warn("pod {}: its holder has ended; making it anew", title());
  } else if (!ends_.is_set()) {
    log::log(is_away(made.error()) ? log::level::debug : log::level::warn, "pod {}: {}", title(), made.error().detail);
    state_.failure = made.error().detail;
    pause = is_away(made.error()) ? kRetryWhileAway : kRetry;
    note_change();
  }
  co_await tear_down();
  if (pause > Duration::zero()) co_await ends_.wait(reactor_->now() + pause);
}

runtime::Task<Result<>> PodWorker::set_up() {
  WEFT_CO_CHECK(co_await find_kind());
  state_.has_sidecar = kind_ == PodKind::meshed;
  address_ = context_->addresses->take();
  if (!address_) co_return fail(Reason::overflow, "no pod address is free");
  WEFT_CO_CHECK(write_files());
  WEFT_CO_CHECK(co_await make_sandbox());
  WEFT_CO_CHECK(co_await isolate());
  state_.pod_ip = address_->to_string();
  changed_.set();  // others' policies may be about this address: the sooner they know it the better
  if (kind_ != PodKind::unmeshed) co_return co_await start_sidecar();
  WEFT_CO_TRY(network_, co_await UnmeshedNetwork::start(*context_, sandbox_->holder(), egress_));
  co_return Result<>{};
}

runtime::Task<Result<>> PodWorker::find_kind() {
  const auto space = co_await context_->control_plane->get("/api/v1/namespaces/" + metadata().namespace_name);
  if (!space) co_return fail(space.error());
  model::Labels labels;
  const api::Json::json_pointer path("/metadata/labels");
  if (space->contains(path) && (*space)[path].is_object()) labels = (*space)[path].get<model::Labels>();
  kind_ = kind_of(metadata(), labels);
  co_return Result<>{};
}

runtime::Task<Result<>> PodWorker::make_sandbox() {
  PodPlan plan{.title = folder_.path,
               .hostname = pod_hostname(metadata().name, spec().hostname),
               .wire = {.subnet = context_->subnet,
                        .address = *address_,
                        .link = fmt::format("pod-{}-{}", address_->bytes[2], address_->bytes[3]),
                        .hub_namespace = context_->hub_namespace.get()},
               .files = {{folder_.resolv_conf(), "/etc/resolv.conf"},
                         {folder_.hosts(), "/etc/hosts"},
                         {folder_.name_switch(), "/etc/nsswitch.conf"}}};
  if (kind_ == PodKind::meshed) plan.rules = meshed_rules(context_->service_range);
  if (kind_ == PodKind::gateway) plan.rules = gateway_rules();
  if (kind_ == PodKind::unmeshed) plan.rules = unmeshed_rules(context_->subnet.range, context_->service_range);
  WEFT_CO_TRY(sandbox_,
              co_await PodSandbox::create(*reactor_, context_->programs, plan, reactor_->now() + kSandboxLimit));
  co_return Result<>{};
}

runtime::Task<Result<>> PodWorker::isolate() {
  IsolatedPod pod{.world = context_->policies, .key = title(), .itself = network_policy::read_pod(object_)};
  WEFT_CO_TRY(isolation_, co_await PodIsolation::start(*reactor_, sandbox_->holder(), std::move(pod), egress_));
  co_return Result<>{};
}

// While weftd is away, what was last known still holds. Without the ConfigMap nothing is said.
runtime::Task<void> PodWorker::learn_proxy_settings() {
  const DataObject object{DataObject::Kind::config_map, std::string(api::istio::kMeshConfigMap)};
  const auto answer = co_await context_->control_plane->get(data_object_path(object, api::istio::kMeshConfigSpace));
  if (!answer && is_away(answer.error())) co_return;
  DataMap map;
  if (answer) map = read_data_object(object.kind, *answer).value_or(DataMap());
  const std::string& text = map[std::string(api::istio::kMeshConfigKey)];
  proxy_settings_ = proxy_settings(text, metadata(), std::thread::hardware_concurrency());
}

runtime::Task<Result<>> PodWorker::start_sidecar() {
  co_await learn_proxy_settings();
  WEFT_CO_TRY(broker_, Broker::open(*reactor_, folder_.broker_socket(), egress_));
  broker_->start();
  const auto& account = spec().service_account_name;
  WEFT_CO_TRY(const Duration life,
              co_await fetch_token(*context_->control_plane, metadata(), account, folder_.token()));
  runtime::spawn(round_, keep_token(*context_->control_plane, metadata(), account, folder_.token(), life, attention_));
  Supervised& proxy = *this;
  sidecar_ = std::make_unique<Supervisor>(*reactor_, "sidecar of " + title(), folder_.proxy_log(), proxy);
  sidecar_->start();
  const Time limit = reactor_->now() + kSidecarLimit;
  while (!sidecar_->is_ready() && !attention_.is_set() && reactor_->now() < limit) {
    co_await sidecar_->ready().wait(std::min(limit, reactor_->now() + std::chrono::milliseconds(500)));
  }
  if (!sidecar_->is_ready() && !attention_.is_set()) log::warn("pod {}: its sidecar is not ready", title());
  co_return Result<>{};
}

void PodWorker::start_containers() {
  if (kind_ == PodKind::gateway) return;
  ContainerHost& host = *this;
  for (const auto& container : spec().containers) {
    ContainerPlace place{.reactor = reactor_,
                         .sandbox = sandbox_.get(),
                         .pod_ip = *address_,
                         .restart_policy = spec().restart_policy,
                         .log_path = containers_.empty() ? folder_.app_log() : folder_.container_log(container.name)};
    containers_.push_back(std::make_unique<ContainerRun>(std::move(place), container, host));
  }
  for (const auto& container : containers_) container->start();
}

runtime::Task<void> PodWorker::watch_holder() {
  co_await sandbox_->holder().end_signal().wait();
  attention_.set();
}

runtime::Task<void> PodWorker::stop_container(ContainerRun& container, Duration grace) {
  co_await container.stop(grace);
}

runtime::Task<void> PodWorker::tear_down() {
  attention_.set();
  if (ending_ == Ending::deleted && is_ready()) {
    co_await runtime::sleep_for(*reactor_, std::min(kEndpointsSettle, grace_));
  }
  runtime::Gate stopping(*reactor_);
  const Duration grace = ends_.is_set() ? grace_ : Duration::zero();
  for (const auto& container : containers_) runtime::spawn(stopping, stop_container(*container, grace));
  co_await stopping.close();
  if (sidecar_) co_await sidecar_->stop(proxy_grace(grace));
  if (broker_) co_await broker_->stop();
  if (network_) co_await network_->stop();
  if (isolation_) co_await isolation_->stop();
  if (sandbox_) co_await sandbox_->holder().end();
  co_await round_.close();
  refresh_state();
  containers_.clear();
  sidecar_.reset();
  broker_.reset();
  network_.reset();
  isolation_.reset();
  sandbox_.reset();
  if (address_) context_->addresses->give_back(*address_);
  address_.reset();
  state_.pod_ip.clear();
  state_.sidecar_is_ready = false;
  for (auto& container : state_.containers) container.is_ready = container.is_running = false;
  changed_.set();
}

// A gateway's proxy is its workload, with requests of its own to finish.
Duration PodWorker::proxy_grace(Duration grace) const {
  const Duration enough = std::max(grace, Duration(std::chrono::seconds(1)));
  if (kind_ == PodKind::gateway) return enough;
  return std::min(enough, proxy_settings_.drain_time.value_or(kSidecarGrace));
}

PodFacts PodWorker::facts() const {
  return {.metadata = &metadata(),
          .spec = &spec(),
          .pod_ip = address_ ? address_->to_string() : "",
          .host_ip = state_.host_ip,
          .node_name = spec().node_name.empty() ? context_->node_name : spec().node_name};
}

runtime::Task<Result<Replacement>> PodWorker::replace_proxy(Time deadline) {
  if (!sidecar_ || attention_.is_set()) co_return fail(Reason::not_found, "pod " + title() + " has no proxy");
  const runtime::Gate::Pass pass = round_.enter();
  const Duration drains_for = proxy_settings_.hand_over_time;  // the present one's
  co_await learn_proxy_settings();
  auto done = co_await sidecar_->replace(deadline);
  if (done) done->drains_for = drains_for;
  if (!done && attention_.is_set()) co_return fail(Reason::not_found, "pod " + title() + " has no proxy any more");
  co_return done;
}

void PodWorker::on_services_changed() {
  if (network_) network_->on_services_changed();
}

void PodWorker::on_policies_changed() {
  if (isolation_) isolation_->on_policies_changed();
}

std::optional<ExecTarget> PodWorker::exec_target(std::string_view wanted) const {
  for (const auto& container : containers_) {
    if (!wanted.empty() && container->state().name != wanted) continue;
    if (container->process() == nullptr || container->process()->has_ended()) continue;
    return ExecTarget{container->process()->pidfd(), container->plan().environment, container->plan().working_dir};
  }
  return std::nullopt;
}

PodSummary PodWorker::summary() const {
  PodSummary summary{.namespace_name = metadata().namespace_name,
                     .name = metadata().name,
                     .address = state_.pod_ip,
                     .phase = phase_of(state_),
                     .is_ready = is_ready(),
                     .has_sidecar = sidecar_ != nullptr};
  if (sandbox_) summary.holder = host_pid(sandbox_->holder().pidfd());
  if (sidecar_) {
    summary.sidecar = sidecar_->pid();
    summary.sidecar_restarts = sidecar_->restart_count();
    summary.sidecar_replacements = sidecar_->replacement_count();
    summary.draining = sidecar_->draining();
  }
  for (const auto& container : containers_) {
    const auto* process = container->process();
    if (process != nullptr && !process->has_ended()) summary.containers.push_back(host_pid(process->pidfd()));
  }
  return summary;
}

}  // namespace weft::node
