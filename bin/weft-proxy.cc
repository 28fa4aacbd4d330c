// weft-proxy: the data plane, as a sidecar or a gateway. Reads flags, wires the parts, runs until it is told to end.
#include <csignal>
#include <cstdio>

#include "base/log.h"
#include "proxy/accept/data_plane.h"
#include "proxy/admin/admin_servers.h"
#include "proxy/admin/name_table_subscriber.h"
#include "proxy/admin/options.h"
#include "proxy/admin/process_setup.h"
#include "proxy/admin/proxy_inspection.h"
#include "proxy/admin/shard_recorder.h"
#include "proxy/config/static_file.h"
#include "runtime/process_signals.h"
#include "xds/wire/type_urls.h"

namespace weft::proxy {
namespace {

constexpr int kUsageExit = 2;
constexpr uint16_t kDnsPort = 15053;
constexpr uint32_t kLoopback = 0x7f000001;

// All parts of the process; destroyed in the reverse order of their making.
class Process {
 public:
  Process(runtime::Reactor& reactor, const Clock& clock, Options options, int access_log_fd)
      : reactor_(reactor),
        options_(std::move(options)),
        random_(seed_from_kernel()),
        gate_(reactor),
        ending_(reactor),
        stop_(reactor) {
    DataPlaneOptions plane{.shards = options_.concurrency,
                           .clients_max = clients_max(),
                           .dialling = {options_.mark, options_.mesh_ranges, options_.broker},
                           .make_sink = {}};
    for (uint32_t i = 0; i < options_.concurrency; ++i) metrics_.push_back(std::make_unique<telemetry::ShardMetrics>());
    plane.make_sink = [&](uint32_t shard) {
      const auto log = access_log_fd < 0 ? std::nullopt : std::optional(access_log_fd);
      return std::make_unique<ShardRecorder>(*metrics_[shard], clock, log);
    };
    data_plane_ = std::make_unique<DataPlane>(reactor, clock, sockets_, std::move(plane));
    configuration_ = std::make_unique<Configuration>(reactor, *data_plane_);
  }

  runtime::Task<int> run(runtime::ProcessSignals& signals) {
    spawn(gate_, obey(signals));
    const auto started = co_await start();
    if (!started) log::error("{}", started.error().detail);
    if (started) co_await ending_.wait();
    co_await end(started ? options_.drain_time : Duration::zero(), signals);
    co_return started ? 0 : 1;
  }

 private:
  // The first signal begins the end; who sends another does not want to wait.
  runtime::Task<void> obey(runtime::ProcessSignals& signals) {
    while (const int signal = co_await signals.next()) {
      if (ending_.is_set()) data_plane_->cut();
      if (!ending_.is_set()) log::info("signal {}: draining", signal);
      ending_.set();
    }
  }

  runtime::Task<Result<>> start() {
    for (const int fd : options_.listen_fds) WEFT_CO_CHECK(sockets_.keep(net::Fd(fd)));
    if (options_.xds) WEFT_CO_CHECK(prepare_control_plane());
    ProxyParts parts{data_plane_.get(), configuration_.get(), control_plane_.get(), names_.get(), {}, {}};
    parts.drain_listeners = [this](DrainManner manner) { spawn(gate_, drain_listeners(manner)); };
    for (const auto& shard : metrics_) parts.shards.push_back(shard.get());
    inspection_ = std::make_unique<ProxyInspection>(reactor_, std::move(parts));
    const ServerInfo info{options_.node_id, options_.node_cluster(), options_.given};
    admin_ = std::make_unique<AdminServers>(reactor_, *inspection_, info);
    WEFT_CO_CHECK(admin_->listen({options_.admin_socket, options_.admin_port, options_.ready_port, options_.stats_port},
                                 sockets_));
    admin_->start();
    co_await data_plane_->start_accepting();
    if (!options_.static_file.empty()) WEFT_CO_CHECK(co_await load_static(*configuration_, options_.static_file));
    if (control_plane_) spawn(gate_, control_plane_->run());
    spawn(gate_, configuration_->run(stop_));
    co_return Result<>{};
  }

  Result<> prepare_control_plane() {
    WEFT_TRY(const auto node, make_node(options_));
    xds::AdsClientOptions options{.server = *options_.xds, .token_file = options_.xds_token_file};
    control_plane_ = std::make_unique<xds::AdsClient>(reactor_, options, node, *configuration_, random_);
    configuration_->follow(*control_plane_);
    const uint16_t dns_port = options_.dns_port.value_or(options_.is_gateway() ? 0 : kDnsPort);
    if (dns_port == 0) return {};
    if (options_.broker) resolver_ = std::make_unique<BrokerResolver>(reactor_, *options_.broker);
    const net::Address at(net::IpAddress::v4(kLoopback), dns_port);
    WEFT_TRY(names_, DnsServer::listen(reactor_, sockets_, at, resolver_.get(), random_));
    names_->start();
    name_table_ = std::make_unique<NameTableSubscriber>(*names_, options_.own_namespace());
    configuration_->delegate(xds::kNameTableType, *name_table_);
    control_plane_->subscribe_all(xds::kNameTableType);
    return {};
  }

  runtime::Task<void> drain_listeners(DrainManner manner) {
    co_await data_plane_->drain();
    if (manner == DrainManner::graceful) co_await stop_.wait(reactor_.now() + options_.drain_time);
    co_await data_plane_->stop_accepting();
  }

  runtime::Task<void> end(Duration drain_time, runtime::ProcessSignals& signals) {
    co_await data_plane_->shut_down(drain_time);
    signals.cancel();
    stop_.set();
    if (control_plane_) control_plane_->stop();
    if (names_) co_await names_->close();
    if (admin_) co_await admin_->close(reactor_.now() + std::chrono::seconds(1));
    co_await gate_.close();
  }

  runtime::Reactor& reactor_;
  Options options_;
  Random random_;
  runtime::Gate gate_;
  runtime::Signal ending_;  // the process is to end
  runtime::Signal stop_;    // no connection is left
  net::ListeningSockets sockets_;
  std::vector<std::unique_ptr<telemetry::ShardMetrics>> metrics_;
  std::unique_ptr<DataPlane> data_plane_;
  std::unique_ptr<Configuration> configuration_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<DnsServer> names_;
  std::unique_ptr<NameTableSubscriber> name_table_;
  std::unique_ptr<xds::AdsClient> control_plane_;
  std::unique_ptr<ProxyInspection> inspection_;
  std::unique_ptr<AdminServers> admin_;
};

int run(Options options) {
  start_log("weft-proxy", options.log_level);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  const auto access_log_fd = open_access_log(options.access_log);
  if (!access_log_fd) {
    log::error("{}", access_log_fd.error().detail);
    return 1;
  }
  const SystemClock clock;
  runtime::Reactor reactor(clock);
  runtime::ProcessSignals signals(reactor, {SIGTERM, SIGINT});
  Process process(reactor, clock, std::move(options), *access_log_fd);
  return reactor.run_until_done(process.run(signals));
}

}  // namespace
}  // namespace weft::proxy

int main(int count, char** words) {
  const auto options = weft::proxy::parse_options({words + 1, words + count});
  if (!options) {
    std::fprintf(stderr, "weft-proxy: %s\n\n%s", options.error().detail.c_str(), weft::proxy::usage().data());
    return weft::proxy::kUsageExit;
  }
  if (options->wants_help) return std::printf("%s", weft::proxy::usage().data()) > 0 ? 0 : 1;
  if (options->wants_version) return std::printf("weft-proxy %s\n", WEFT_VERSION) > 0 ? 0 : 1;
  return weft::proxy::run(*options);
}
