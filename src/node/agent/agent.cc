#include "node/agent/agent.h"

#include <array>
#include <cerrno>
#include <fstream>

#include <sched.h>
#include <unistd.h>

#include "base/log.h"
#include "node/pods/identity.h"
#include "node/sandbox/subnet.h"

namespace weft::node {
namespace {

using api::Json;

constexpr auto kHubLimit = std::chrono::seconds(30);
constexpr auto kWeftdLimit = std::chrono::seconds(30);
constexpr int kWeftdStartsMax = 3;  // a port that is taken does not get free by asking
// The whole mesh goes: nobody is left to be served, so workloads get less than their own grace.
constexpr Duration kStopGrace = std::chrono::seconds(3);
constexpr Duration kWeftdGrace = std::chrono::seconds(5);
// The first addresses of the range are the network's own and the gateway's.
constexpr uint32_t kFirstPodAddress = 2;

NodeContext make_context(runtime::Reactor& reactor, AgentStart& start) {
  NodeContext context;
  context.reactor = &reactor;
  context.programs = std::move(start.programs);
  context.state = {start.options.state_dir};
  context.subnet = default_subnet();
  context.service_range = default_service_range();
  context.exposures = start.options.exposures;
  context.exposed_sockets = std::move(start.exposed_sockets);
  std::array<char, 256> name{};
  context.node_name = gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
  context.log_level = start.options.log_level;
  return context;
}

// What a program said last, as it stands in its log.
std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = std::move(line);
  }
  return last;
}

Json gateway_pod() {
  const Json container = {{"name", "weft-proxy"}, {"image", "weft-proxy"}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", kGatewayName}, {"namespace", kSystemNamespace}, {"labels", {{"app", kGatewayName}}}}},
          {"spec", {{"terminationGracePeriodSeconds", 5}, {"containers", Json::array({container})}}}};
}

}  // namespace

Agent::Agent(runtime::Reactor& reactor, AgentStart start)
    : reactor_(&reactor),
      options_(start.options),
      outer_(start.outer),
      context_(make_context(reactor, start)),
      control_plane_(reactor, context_.state.weftd_socket()),
      addresses_(context_.subnet.range, kFirstPodAddress),
      egress_({context_.subnet.range, context_.service_range}),
      shutdown_(reactor),
      gate_(reactor),
      weftd_(reactor,
             {context_.programs.weftd, context_.state, options_.api_port, options_.log_level, options_.weftd_words}),
      pods_(context_),
      pod_watch_(control_plane_, "/api/v1/pods", pods_),
      service_feed_(control_plane_, services_, [this] { pods_.on_services_changed(); }),
      policy_feed_(control_plane_, policies_, [this](const auto& pods) { pods_.on_policies_changed(pods); }),
      node_api_(reactor, pods_, weftd_, shutdown_) {
  context_.control_plane = &control_plane_;
  context_.addresses = &addresses_;
  context_.services = &services_;
  context_.policies = &policies_;
  context_.egress = &egress_;
}

runtime::Task<Result<>> Agent::run() {
  auto up = co_await bring_up();
  if (up) {
    log::info("up: state {}, API on 127.0.0.1:{}", options_.state_dir, options_.api_port);
    co_await shutdown_.wait();
    log::info("going down");
  }
  co_await bring_down();
  co_return up;
}

runtime::Task<Result<>> Agent::bring_up() {
  WEFT_CO_CHECK(co_await make_hub());
  runtime::spawn(gate_, keep_hub());
  WEFT_CO_CHECK(open_sockets());
  weftd_.start();
  WEFT_CO_CHECK(co_await await_weftd());
  if (shutdown_.is_set()) co_return Result<>{};
  WEFT_CO_CHECK(co_await remove_exec_pods());
  WEFT_CO_CHECK(co_await settle_gateway());
  service_feed_.start();
  // No pod starts before it is known what isolates it.
  policy_feed_.start();
  co_await policy_feed_.synced(shutdown_);
  pod_watch_.start();
  co_return write_run_record();
}

runtime::Task<Result<>> Agent::make_hub() {
  const PodSubnet subnet = context_.subnet;
  const HolderPlan plan{.title = context_.state.path,
                        .namespaces = CLONE_NEWNET,
                        .program = context_.programs.self.get(),
                        .nft_program = context_.programs.nft,
                        .prepare = [subnet] { return set_up_hub(subnet); }};
  const Time deadline = reactor_->now() + kHubLimit;
  node_api_.set_hub(nullptr);
  WEFT_CO_TRY(hub_, co_await Holder::start(*reactor_, plan, deadline));
  node_api_.set_hub(hub_.get());
  WEFT_CO_TRY(context_.hub_namespace, co_await hub_->ask("namespace", deadline));
  co_return Result<>{};
}

// Without the hub no pod reaches another: when its holder dies, everything is wired anew.
runtime::Task<void> Agent::keep_hub() {
  for (;;) {
    co_await hub_->end_signal().wait();
    if (shutdown_.is_set()) co_return;
    log::error("the hub's holder has ended; making hub and pods anew");
    const auto made = co_await make_hub();
    if (!made) {
      log::error("the hub can't be made: {}", made.error().detail);
      shutdown_.set();
      co_return;
    }
    pods_.remake_all();
  }
}

Result<> Agent::open_sockets() {
  WEFT_TRY(exec_server_, ExecServer::open(context_, pods_));
  WEFT_TRY(auto listener, net::Listener::bind(*reactor_, net::Address::unix_path(context_.state.node_socket())));
  api_server_ = std::make_unique<http::Server>(*reactor_, std::move(listener), node_api_);
  exec_server_->start();
  api_server_->start();
  return {};
}

runtime::Task<Result<>> Agent::await_weftd() {
  const Time limit = reactor_->now() + kWeftdLimit;
  const auto& weftd = weftd_.supervisor();
  while (!weftd.is_ready() && !shutdown_.is_set() && reactor_->now() < limit &&
         weftd.restart_count() < kWeftdStartsMax) {
    co_await weftd_.ready().wait(std::min(limit, reactor_->now() + std::chrono::milliseconds(50)));
  }
  if (weftd.is_ready() || shutdown_.is_set()) co_return Result<>{};
  co_return fail(Reason::timed_out, "weftd does not start: " + last_line(context_.state.weftd_log()));
}

// Pods that an earlier node made for commands: whoever waited for them is gone.
runtime::Task<Result<>> Agent::remove_exec_pods() {
  WEFT_CO_TRY(const auto pods,
              co_await control_plane_.get("/api/v1/pods?labelSelector=" + std::string(kExecAnnotation)));
  if (!pods.contains("items")) co_return Result<>{};
  for (const auto& pod : pods["items"]) {
    const auto& metadata = pod["metadata"];
    const auto path = pod_path(metadata.value("namespace", ""), metadata.value("name", ""));
    WEFT_CO_CHECK(co_await control_plane_.remove_now(path, metadata.value("uid", "")));
  }
  co_return Result<>{};
}

// The gateway's Pod is there when, and only when, something is exposed. One of an earlier run may have listened
// elsewhere.
runtime::Task<Result<>> Agent::settle_gateway() {
  const std::string path = pod_path(kSystemNamespace, kGatewayName);
  const auto old = co_await control_plane_.get(path);
  if (old) WEFT_CO_CHECK(co_await control_plane_.remove_now(path, (*old)["metadata"].value("uid", "")));
  if (context_.exposures.empty()) co_return Result<>{};
  const auto made =
      co_await control_plane_.create("/api/v1/namespaces/" + std::string(kSystemNamespace) + "/pods", gateway_pod());
  if (!made) co_return fail(made.error());
  co_return Result<>{};
}

Result<> Agent::write_run_record() const {
  const Json record = {{"pid", outer_},
                       {"apiPort", options_.api_port},
                       {"version", WEFT_VERSION},
                       {"startedAt", to_rfc3339(reactor_->clock().wall_now())}};
  return write_file(context_.state.run_record(), record.dump() + "\n");
}

// Pods first, as they tell weftd of their end; then what they needed.
runtime::Task<void> Agent::bring_down() {
  co_await pod_watch_.stop();
  co_await service_feed_.stop();
  co_await policy_feed_.stop();
  if (exec_server_) co_await exec_server_->stop();
  co_await pods_.stop(kStopGrace);
  co_await weftd_.stop(kWeftdGrace);
  if (api_server_) co_await api_server_->close(reactor_->now() + std::chrono::seconds(1));
  shutdown_.set();
  if (hub_) co_await hub_->end();
  co_await gate_.close();
  remove_files();
}

void Agent::remove_files() const {
  const auto& state = context_.state;
  for (const auto& path :
       {state.run_record(), state.node_socket(), state.exec_socket(), state.weftd_socket(), state.xds_socket()}) {
    unlink(path.c_str());
  }
}

}  // namespace weft::node
