// weft-proxy: the data plane, as a sidecar or a gateway. Reads flags, wires the parts, runs until it is told to end.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>

#include <unistd.h>

#include "base/log.h"
#include "base/program_pages.h"
#include "proxy/accept/data_plane.h"
#include "proxy/admin/admin_servers.h"
#include "proxy/admin/name_table_subscriber.h"
#include "proxy/admin/options.h"
#include "proxy/admin/process_setup.h"
#include "proxy/admin/proxy_inspection.h"
#include "proxy/admin/shard_recorder.h"
#include "proxy/config/static_file.h"
#include "proxy/identity/own_identity.h"
#include "proxy/names/dns_clusters.h"
#include "proxy/restart/predecessor.h"
#include "proxy/restart/successor_process.h"
#include "proxy/restart/successors.h"
#include "proxy/secrets/context_table.h"
#include "proxy/secrets/secret_files.h"
#include "runtime/process_signals.h"
#include "tls/key_methods.h"
#include "xds/wire/type_urls.h"

namespace weft::proxy {
namespace {

constexpr int kUsageExit = 2;
constexpr uint16_t kDnsPort = 15053;
constexpr uint32_t kLoopback = 0x7f000001;
// Between two looks whether the configuration is there: that a successor waits for, and of one that serves already.
constexpr Duration kWarmingLook = std::chrono::milliseconds(10);
constexpr Duration kSlowLook = std::chrono::milliseconds(100);
constexpr Duration kSettling = std::chrono::seconds(2);

// All parts of the process; destroyed in the reverse order of their making.
class Process final : private restart::Estate {
 public:
  Process(runtime::Reactor& reactor, const Clock& clock, Options options, int access_log_fd)
      : reactor_(reactor),
        options_(std::move(options)),
        random_(seed_from_kernel()),
        gate_(reactor),
        ending_(reactor),
        stop_(reactor),
        secrets_([this]() { return data_plane_->renew_tls(); }),
        tls_contexts_(secrets_),
        secret_files_(reactor, [this]() { return data_plane_->renew_tls(); }) {
    DataPlaneOptions plane{
        .shards = options_.concurrency,
        .clients_max = options_.clients_max.value_or(clients_max()),
        .memory = MemoryBudget::of(options_.memory_limit),
        .dialling = {options_.mark, options_.mesh_ranges, options_.broker, options_.private_folder},
        .make_tls_contexts = [this](const decide::Snapshot& snapshot) { return make_tls_contexts(snapshot); },
        .make_sink = {}};
    for (uint32_t i = 0; i < options_.concurrency; ++i) {
      metrics_.push_back(std::make_unique<telemetry::ShardMetrics>());
      failures_.push_back(std::make_unique<telemetry::FailureLog>());
    }
    plane.make_sink = [&](uint32_t shard) {
      const auto log = access_log_fd < 0 ? std::nullopt : std::optional(access_log_fd);
      return std::make_unique<ShardRecorder>(*metrics_[shard], *failures_[shard], clock, log);
    };
    data_plane_ = std::make_unique<DataPlane>(reactor, clock, sockets_, std::move(plane));
    configuration_ = std::make_unique<Configuration>(reactor, *data_plane_);
    configuration_->delegate(xds::kSecretType, secrets_);
    resolver_ = make_resolver(reactor, options_);
    dns_clusters_ = std::make_unique<DnsClusters>(
        reactor, *resolver_, random_, [this](decide::ClusterPtr cluster, decide::EndpointSetPtr endpoints) {
          spawn(gate_, configuration_->resolved(std::move(cluster), std::move(endpoints)));
        });
    configuration_->resolve_by([this](const auto& clusters) { dns_clusters_->follow(clusters); });
  }

  runtime::Task<int> run(runtime::ProcessSignals& signals) {
    spawn(gate_, obey(signals));
    const auto started = co_await start();
    if (!started) log::error("{}", started.error().detail);
    if (started) {
      co_await settle();
      co_await ending_.wait();
    }
    co_await end(started ? drain_time() : Duration::zero(), signals);
    co_return started ? 0 : 1;
  }

 private:
  // The first signal begins the end; who sends another does not want to wait.
  runtime::Task<void> obey(runtime::ProcessSignals& signals) {
    while (const int signal = co_await signals.next()) {
      if (signal == SIGCHLD) {
        restart::reap_successors();
      } else if (signal == SIGHUP) {
        start_successor();
      } else if (ending_.is_set()) {
        data_plane_->cut();
      } else {
        log::info("signal {}: draining", signal);
        ending_.set();
      }
    }
  }

  TlsContextsPtr make_tls_contexts(const decide::Snapshot& snapshot) {
    TlsContextsPtr contexts = tls_contexts_.contexts_of(snapshot);
    secret_files_.follow(tls_contexts_.files());
    return contexts;
  }

  runtime::Task<Result<>> start() {
    for (const int fd : options_.listen_fds) WEFT_CO_CHECK(sockets_.keep(net::Fd(fd)));
    if (options_.hot_restart) {
      WEFT_CO_TRY(predecessor_, co_await restart::Predecessor::find(reactor_, *options_.hot_restart, sockets_));
      if (predecessor_) log::info("takes over from number {} of its line", predecessor_->epoch());
    }
    if (options_.xds) WEFT_CO_CHECK(prepare_control_plane());
    WEFT_CO_CHECK(prepare_admin());
    if (!predecessor_) co_await serve();
    if (!options_.static_file.empty()) WEFT_CO_CHECK(co_await load_static(*configuration_, options_.static_file));
    if (control_plane_) spawn(gate_, control_plane_->run());
    if (identity_) spawn(gate_, identity_->run());
    spawn(gate_, configuration_->run(stop_));
    if (predecessor_) WEFT_CO_CHECK(co_await follow());
    WEFT_CO_CHECK(await_successors());
    sockets_.forget_inherited();  // last: the door is among them, and who finds it closed takes nobody to be here
    co_return Result<>();
  }

  Result<> prepare_control_plane() {
    WEFT_TRY(const auto node, make_node(options_));
    xds::AdsClientOptions options{.server = *options_.xds, .token_file = options_.xds_token_file};
    control_plane_ = std::make_unique<xds::AdsClient>(reactor_, options, node, *configuration_, random_);
    configuration_->follow(*control_plane_);
    // Who has a token to show has somebody who certifies what it says.
    if (!options_.xds_token_file.empty()) {
      identity_ = std::make_unique<OwnIdentity>(
          reactor_, CertificateAuthority{.server = *options_.xds, .token_file = options_.xds_token_file}, random_,
          [this](tls::Credentials credentials) { return secrets_.take_own(std::move(credentials)); });
      configuration_->want_secret(kNoticeName);
      secrets_.on_replace([this](const Serials& serials) { identity_->replace(serials); });
    }
    const uint16_t dns_port = options_.dns_port.value_or(options_.is_gateway() ? 0 : kDnsPort);
    if (dns_port == 0) return {};
    const net::Address at(net::IpAddress::v4(kLoopback), dns_port);
    // Without a broker the host's resolver may be captured, and that is this server.
    Resolver* const for_others = options_.broker ? resolver_.get() : nullptr;
    WEFT_TRY(names_, DnsServer::listen(reactor_, sockets_, at, for_others, random_));
    name_table_ = std::make_unique<NameTableSubscriber>(*names_, options_.own_namespace());
    configuration_->delegate(xds::kNameTableType, *name_table_);
    control_plane_->subscribe_all(xds::kNameTableType);
    return {};
  }

  Result<> prepare_admin() {
    ProxyParts parts{.data_plane = data_plane_.get(),
                     .configuration = configuration_.get(),
                     .control_plane = control_plane_.get(),
                     .names = names_.get(),
                     .secrets = &secrets_,
                     .tls_contexts = &tls_contexts_,
                     .identity = identity_.get(),
                     .predecessor = predecessor_.get(),
                     .shards = {},
                     .failures = {},
                     .drain_listeners = [this](DrainManner manner) { spawn(gate_, drain_listeners(manner)); }};
    for (const auto& shard : metrics_) parts.shards.push_back(shard.get());
    for (const auto& shard : failures_) parts.failures.push_back(shard.get());
    inspection_ = std::make_unique<ProxyInspection>(reactor_, std::move(parts));
    const ServerInfo info{options_.node_id, options_.node_cluster(), options_.given, epoch()};
    admin_ = std::make_unique<AdminServers>(reactor_, *inspection_, info);
    return admin_->listen({options_.admin_socket, options_.admin_port, options_.ready_port, options_.stats_port},
                          sockets_);
  }

  // Takes up work on every socket.
  runtime::Task<void> serve() {
    admin_->start();
    if (names_) names_->start();
    co_await data_plane_->start_accepting();
  }

  // Lets go of what only the start needs: at once, and again behind the first certificates and pushes.
  runtime::Task<void> settle() {
    co_await become_live(kSlowLook);
    let_go_of_program_pages();
    if (co_await ending_.wait(reactor_.now() + kSettling) == runtime::Wait::timed_out) let_go_of_program_pages();
  }

  // Until there is a configuration to serve by, or no need for one any more.
  runtime::Task<void> become_live(Duration look) {
    while (inspection_->state() != ProxyState::live && !ending_.is_set()) {
      if (predecessor_ && predecessor_->superseded().is_set()) break;
      co_await ending_.wait(reactor_.now() + look);
    }
  }

  // With a predecessor that serves, there is time: nothing is accepted before the configuration is complete.
  runtime::Task<Result<>> follow() {
    co_await become_live(kWarmingLook);
    if (ending_.is_set()) co_return Result<>();
    WEFT_CO_CHECK(co_await predecessor_->ask_to_follow());
    co_await serve();
    co_await predecessor_->relieve();
    co_await data_plane_->look_again();
    log::info("serves as number {} of its line", epoch());
    co_return Result<>();
  }

  Result<> await_successors() {
    if (!options_.hot_restart || ending_.is_set()) return {};
    WEFT_TRY(successors_, restart::Successors::open(reactor_, *options_.hot_restart, epoch(), sockets_, *this));
    successors_->start();
    return {};
  }

  std::vector<net::OfferedSocket> sockets() const override {
    auto all = data_plane_->sockets();
    std::ranges::move(admin_->sockets(), std::back_inserter(all));
    if (names_) std::ranges::move(names_->sockets(), std::back_inserter(all));
    return all;
  }

  // The pages move to a socket of their own, where this process can be watched to its end.
  runtime::Task<void> release() override {
    log::info("a successor serves: draining");
    is_followed_ = true;
    co_await admin_->close(reactor_.now() + std::chrono::seconds(1));  // first: nobody is to hear of a drain
    if (names_) names_->stop_listening();
    co_await data_plane_->drain();
    co_await data_plane_->hand_over();
    if (const auto moved = admin_->move_to(draining_pages()); !moved) log::warn("{}", moved.error().detail);
    ending_.set();
  }

  void start_successor() {
    if (!options_.hot_restart) return log::warn("SIGHUP: without --hot-restart there is no way to follow this process");
    const auto started = restart::start_successor(options_.command);
    if (!started) return log::error("{}", started.error().detail);
    log::info("SIGHUP: process {} is to follow", *started);
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
    if (identity_) identity_->stop();
    if (names_) co_await names_->close();
    co_await secret_files_.close();
    co_await dns_clusters_->close();
    if (admin_) co_await admin_->close(reactor_.now() + std::chrono::seconds(1));
    if (successors_) co_await successors_->close();
    if (predecessor_) co_await predecessor_->close();
    co_await gate_.close();
    if (is_followed_) unlink(draining_pages().path().c_str());
  }

  uint32_t epoch() const { return predecessor_ ? predecessor_->epoch() + 1 : 0; }
  Duration drain_time() const { return is_followed_ ? options_.hand_over_time : options_.drain_time; }
  net::Address draining_pages() const {
    return net::Address::unix_path(options_.hot_restart->path() + "." + std::to_string(epoch()));
  }

  runtime::Reactor& reactor_;
  Options options_;
  Random random_;
  runtime::Gate gate_;
  runtime::Signal ending_;  // the process is to end
  runtime::Signal stop_;    // no connection is left
  net::ListeningSockets sockets_;
  Secrets secrets_;
  ContextTable tls_contexts_;
  SecretFiles secret_files_;
  std::unique_ptr<restart::Predecessor> predecessor_;
  std::vector<std::unique_ptr<telemetry::ShardMetrics>> metrics_;
  std::vector<std::unique_ptr<telemetry::FailureLog>> failures_;
  std::unique_ptr<DataPlane> data_plane_;
  std::unique_ptr<Configuration> configuration_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<DnsClusters> dns_clusters_;
  std::unique_ptr<DnsServer> names_;
  std::unique_ptr<NameTableSubscriber> name_table_;
  std::unique_ptr<xds::AdsClient> control_plane_;
  std::unique_ptr<OwnIdentity> identity_;
  std::unique_ptr<ProxyInspection> inspection_;
  std::unique_ptr<AdminServers> admin_;
  std::unique_ptr<restart::Successors> successors_;
  bool is_followed_ = false;
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
  runtime::ProcessSignals signals(reactor, {SIGTERM, SIGINT, SIGHUP, SIGCHLD});
  Process process(reactor, clock, std::move(options), *access_log_fd);
  return reactor.run_until_done(process.run(signals));
}

}  // namespace
}  // namespace weft::proxy

int main(int count, char** words) {
  auto options = weft::proxy::parse_options({words + 1, words + count});
  if (!options) {
    std::fprintf(stderr, "weft-proxy: %s\n\n%s", options.error().detail.c_str(), weft::proxy::usage().data());
    return weft::proxy::kUsageExit;
  }
  if (options->wants_help) return std::printf("%s", weft::proxy::usage().data()) > 0 ? 0 : 1;
  if (options->wants_version) return std::printf("weft-proxy %s\n", WEFT_VERSION) > 0 ? 0 : 1;
  options->command.assign(words, words + count);
  weft::tls::use_direct_key_methods();
  return weft::proxy::run(*std::move(options));
}
