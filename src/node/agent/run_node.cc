// `weft-node run`: from the command line into the namespaces, and the life of the two processes there are then.
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "net/listener.h"
#include "net/port_claim.h"
#include "node/agent/agent.h"
#include "node/commands.h"
#include "node/programs.h"
#include "node/sandbox/node_namespaces.h"
#include "node/sandbox/requirements.h"
#include "runtime/process_signals.h"

namespace weft::node {
namespace {

constexpr int kFailedExit = 1;

int complain(std::string_view what) {
  fmt::print(stderr, "weft-node: {}\n", what);
  return kFailedExit;
}

// Absolute, with its sub-folders, closed to others.
Result<std::string> prepare_state_folder(const std::string& given) {
  std::error_code error;
  const auto path = std::filesystem::absolute(given, error).lexically_normal();
  std::filesystem::create_directories(path / "logs", error);
  if (!error) std::filesystem::create_directories(path / "pods", error);
  if (error) return fail(system_error("making " + path.string(), error.value()));
  if (chmod(path.c_str(), 0700) != 0) return fail(system_error("closing " + path.string() + " to others", errno));
  std::string text = path.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

// Two nodes on one folder would take each other's sockets. The kernel lets go of the lock however this process ends.
Result<net::Fd> lock_state_folder(const StateFolder& state) {
  net::Fd file(open(state.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open()) return fail(system_error("opening " + state.lock(), errno));
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return fail(Reason::already_exists, "a mesh is up in " + state.path + " already");
  return fail(system_error("locking " + state.lock(), errno));
}

Result<std::vector<net::Fd>> open_exposed(const std::vector<Exposure>& exposures) {
  std::vector<net::Fd> sockets;
  for (const auto& exposure : exposures) {
    auto socket = net::open_listening({net::IpAddress::v4(0x7f000001), exposure.host_port}, {});
    if (!socket) {
      return fail(
          std::move(socket).error().during(fmt::format("exposing {}.{}:{} on port {}", exposure.service,
                                                       exposure.namespace_name, exposure.port, exposure.host_port)));
    }
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

// A pod costs the agent about ten descriptors, and sidecars have a use for many more than the customary 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

runtime::Task<void> heed_signals(runtime::ProcessSignals& signals, runtime::Signal& shutdown, const bool& done) {
  while (!done) {
    (void)co_await signals.next();
    shutdown.set();
  }
}

runtime::Task<Result<>> run_until_down(Agent& agent) {
  co_return co_await agent.run();
}

int run_inside(AgentStart start, const Clock& clock) {
  start_log("weft-node", start.options.log_level);
  signal(SIGPIPE, SIG_IGN);
  runtime::Reactor reactor(clock);
  runtime::ProcessSignals signals(reactor, {SIGTERM, SIGINT, SIGHUP});
  Agent agent(reactor, std::move(start));
  runtime::Gate gate(reactor);
  bool done = false;
  runtime::spawn(gate, heed_signals(signals, agent.shutdown(), done));
  const auto result = reactor.run_until_done(run_until_down(agent));
  if (!result) complain(result.error().detail);
  std::fflush(nullptr);
  // Process 1 goes, and all that is left in its namespaces with it; the coroutine that waits for signals never ends.
  _exit(result ? 0 : kFailedExit);
}

// The outer process has the last word on files, should the agent have been killed.
int wait_outside(const Child& agent, const StateFolder& state) {
  const int code = wait_for_agent(agent);
  unlink(state.run_record().c_str());
  return code;
}

}  // namespace

int run_node(const RunOptions& options, const Clock& clock) {
  raise_descriptor_limit();
  AgentStart start{.options = options, .outer = getpid()};
  auto folder = prepare_state_folder(options.state_dir);
  if (!folder) return complain(folder.error().detail);
  start.options.state_dir = *folder;
  const StateFolder state{*folder};
  const auto lock = lock_state_folder(state);
  if (!lock) return complain(lock.error().detail);
  const auto port = net::claim_port(options.api_port, net::PortUse::runs);  // also while weftd is away
  if (!port) return complain(port.error().detail + "\n  try: --api-port with another one");
  auto programs = find_programs();
  if (!programs) return complain(programs.error().detail);
  for (const auto& requirement : check_programs(*programs)) {
    if (!requirement.is_met) return complain(requirement.problem + "\n  try: " + requirement.remedy);
  }
  start.programs = std::move(*programs);
  auto sockets = open_exposed(options.exposures);
  if (!sockets) return complain(sockets.error().detail);
  start.exposed_sockets = std::move(*sockets);

  const NamespaceFacts facts = read_namespace_facts();
  const auto entered = enter_node_namespaces();
  if (!entered) {
    const auto requirement = explain_namespace_failure(facts, entered.error());
    return complain("local pods can't run here: " + requirement.problem + "\n  try: " + requirement.remedy);
  }
  if (entered->is_agent) return run_inside(std::move(start), clock);
  start.exposed_sockets.clear();  // the agent has them
  return wait_outside(entered->agent, state);
}

}  // namespace weft::node
