// weftd: the control plane of one mesh. Reads flags, wires store, workloads, API and xDS serving on one thread, runs
// until it is told to stop.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/strings.h"
#include "control/apiserver/api_server.h"
#include "control/ca/authority.h"
#include "control/ca/issued.h"
#include "control/serve/config_server.h"
#include "control/store/sqlite_store.h"
#include "control/workloads/namespaces.h"
#include "runtime/gate.h"
#include "runtime/process_signals.h"

namespace weft::control {
namespace {

constexpr const char* kUsage =
    "usage: weftd --state DIR [--api-port N] [--xds-port N] [--certificate-lifetime D] [--log-level LEVEL]\n"
    "             [--api-listen ADDRESS:PORT [--api-name NAME]... [--api-client-ca FILE]]\n"
    "  --state DIR               the mesh's state folder (made when it is not there)\n"
    "  --api-port N              port of the API on 127.0.0.1 (default 7800; 0: any free one)\n"
    "  --api-listen A:PORT       also serve the API there, over TLS, for other machines (default: nowhere)\n"
    "  --api-name NAME           a name or address by which they reach it; may be repeated\n"
    "  --api-client-ca FILE      whose client certificates are taken there, by their role O=weft:ROLE (default: those "
    "that\n"
    "                            `weft token create --certificate` makes)\n"
    "  --xds-port N              also serve plaintext xDS on 127.0.0.1:N (default: only on DIR/xds.sock)\n"
    "  --certificate-lifetime D  how long workloads' certificates hold: 60s, 24h (default), at most 2160h\n"
    "  --log-level L             debug, info (default), warning or error\n";

// How long requests under way may take when weftd is told to stop.
constexpr auto kStopTimeout = std::chrono::seconds(2);

// Shorter ones would be renewed without pause; 90 days are Istio's limit.
constexpr Duration kCertificateLifetimeMin = std::chrono::seconds(10);
constexpr Duration kCertificateLifetimeMax = std::chrono::hours(90 * 24);

// The flags. A value.
struct Options {
  std::string state;
  std::string log_level = "info";
  uint16_t api_port = 7800;
  uint16_t xds_port = 0;
  http::NetworkDoor network;
  Duration certificate_lifetime = std::chrono::hours(24);
};

int complain(const std::string& what) {
  std::fprintf(stderr, "weftd: %s (see weftd --help)\n", what.c_str());
  return 2;
}

Result<uint16_t> read_port(std::string_view flag, std::string_view text) {
  const auto port = parse_unsigned(text);
  if (!port || *port > 65535)
    return fail(Reason::invalid, std::string(flag) + " takes a port, not " + std::string(text));
  return static_cast<uint16_t>(*port);
}

// "60s", "90m", "24h"
Result<Duration> read_lifetime(std::string_view flag, std::string_view text) {
  const char unit = text.empty() ? '\0' : text.back();
  const int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
  const auto count = parse_unsigned(text.substr(0, text.empty() ? 0 : text.size() - 1));
  const bool fits =
      count && seconds > 0 && *count <= static_cast<uint64_t>(kCertificateLifetimeMax / std::chrono::seconds(1));
  const Duration lifetime = std::chrono::seconds(fits ? static_cast<int64_t>(*count) * seconds : 0);
  if (lifetime < kCertificateLifetimeMin || lifetime > kCertificateLifetimeMax)
    return fail(Reason::invalid, std::string(flag) + " takes 10s to 2160h, not " + std::string(text));
  return lifetime;
}

// Takes "--flag value" and "--flag=value".
Result<Options> read_flags(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const size_t equals = word.find('=');
    const std::string_view flag = word.substr(0, equals);
    if (equals == std::string_view::npos && i + 1 == count)
      return fail(Reason::invalid, std::string(flag) + " needs a value");
    const std::string value(equals == std::string_view::npos ? words[++i] : word.substr(equals + 1));
    if (flag == "--state") {
      options.state = value;
    } else if (flag == "--log-level") {
      options.log_level = value;
    } else if (flag == "--api-port") {
      WEFT_TRY(options.api_port, read_port(flag, value));
    } else if (flag == "--api-listen") {
      WEFT_TRY(options.network.address, net::Address::parse(value));
    } else if (flag == "--api-name") {
      options.network.names.push_back(value);
    } else if (flag == "--api-client-ca") {
      options.network.client_roots_path = value;
    } else if (flag == "--xds-port") {
      WEFT_TRY(options.xds_port, read_port(flag, value));
    } else if (flag == "--certificate-lifetime") {
      WEFT_TRY(options.certificate_lifetime, read_lifetime(flag, value));
    } else {
      return fail(Reason::invalid, "unknown flag " + std::string(flag));
    }
  }
  if (options.state.empty()) return fail(Reason::invalid, "--state DIR is needed");
  WEFT_TRY(options.network, http::complete(std::move(options.network)));
  return options;
}

// Only we may look into the state folder: it holds sockets and keys that make an admin.
Result<> prepare_folder(const std::string& state) {
  umask(077);
  std::error_code error;
  std::filesystem::create_directories(state + "/keys", error);
  if (error) return fail(Reason::denied, "making " + state + ": " + error.message());
  for (const std::string& folder : {state, state + "/keys"})
    if (chmod(folder.c_str(), 0700) != 0) return fail(system_error("protecting " + folder, errno));
  return {};
}

// Watches and streams hold a descriptor each; the soft limit is often 1024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string program_beside_this(const char* name) {
  std::error_code error;
  return (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / name).string();
}

// Everything runs on this reactor; only libgrpc++ brings threads of its own.
runtime::Task<Result<>> run(runtime::Reactor& reactor, runtime::ProcessSignals& signals, const Options& options) {
  const std::string& state = options.state;
  WEFT_CO_TRY(const PodTokens::Key key, load_or_make_key(state + "/keys/pod-tokens.key"));
  const PodTokens tokens(key, reactor.clock());
  WEFT_CO_TRY(const auto store, SqliteStore::open(state + "/weft.db"));
  Random random(seed_from_kernel());
  Controllers controllers(reactor, *store, random);
  WEFT_CO_CHECK(co_await store->commit(missing_namespaces(controllers.world(), {reactor.clock().wall_now(), &random})));

  WEFT_CO_TRY(const auto authority,
              co_await Authority::open(*store, reactor.clock(), {state, options.certificate_lifetime}));
  IssuedCertificates issued(*store, reactor.clock());
  telemetry::ShardMetrics metrics;
  ConfigServer serving(reactor, *store, tokens, {authority.get(), &issued}, metrics,
                       {state + "/xds.sock", options.xds_port});
  WEFT_CO_CHECK(serving.start());
  ApiTokens api_tokens(*store, reactor.clock());
  const Domain domain{store.get(), &controllers, &random, &reactor.clock()};
  ApiServer api(
      {&reactor,
       domain,
       &tokens,
       &serving,
       {authority.get(), &issued},
       &api_tokens,
       &metrics,
       {program_beside_this("weft-node"), state}},
      {state + "/weftd.sock", state + "/keys/admin.token", state + "/kubeconfig", options.api_port, options.network});
  if (auto started = api.start(); !started) {
    co_await serving.close();
    co_return started;
  }
  runtime::Gate gate(reactor);
  runtime::spawn(gate, controllers.run());
  log::info("serving {}/weftd.sock, {}/xds.sock and 127.0.0.1:{}; revision {}", state, state, api.port(),
            store->revision().value());

  const int signal = co_await signals.next();
  log::info("{}: stopping", strsignal(signal));
  co_await api.close(reactor.now() + kStopTimeout);
  controllers.stop();
  co_await gate.close();
  co_await serving.close();
  co_return Result<>();
}

int serve(const Options& options) {
  start_log("weftd", options.log_level);
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);
  const SystemClock clock;
  runtime::Reactor reactor(clock);
  runtime::ProcessSignals signals(reactor, {SIGTERM, SIGINT});
  auto done = prepare_folder(options.state);
  if (done) done = reactor.run_until_done(run(reactor, signals, options));
  if (done) return 0;
  log::error("{}", done.error().detail);
  return 1;
}

int weftd(int count, char** words) {
  const std::string_view first = count > 1 ? words[1] : "";
  if (first == "--version") return std::printf("weftd %s\n", WEFT_VERSION) > 0 ? 0 : 1;
  if (first == "--help" || first == "-h") return std::printf("%s", kUsage) > 0 ? 0 : 1;
  const auto options = read_flags(count, words);
  return options ? serve(*options) : complain(options.error().detail);
}

}  // namespace
}  // namespace weft::control

int main(int count, char** words) {
  return weft::control::weftd(count, words);
}
