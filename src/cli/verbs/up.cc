#include <ostream>

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/input/ingress_gateway.h"
#include "cli/input/review.h"
#include "cli/mesh/bring_up.h"
#include "cli/mesh/ports.h"
#include "cli/mesh/processes.h"
#include "cli/mesh/start_lock.h"
#include "cli/mesh/take_down.h"
#include "cli/verbs/verbs.h"
#include "http/service/network_door.h"

namespace weft::cli {
namespace {

constexpr uint16_t kApiPort = 7800;
// A workload that starts slowly on a busy machine; Kubernetes' own progress deadline is ten minutes.
constexpr auto kTimeout = std::chrono::seconds(120);
constexpr auto kGrace = std::chrono::seconds(30);

Expected<ClaimedPort> choose_api_port(const Session& session) {
  const auto given = session.call.value("api-port");
  if (!given) {
    auto free = ClaimedPort::take_from(kApiPort);
    if (!free) return stop(free.error(), "weft up --api-port N");
    return *std::move(free);
  }
  const auto number = parse_unsigned(*given);
  if (!number || *number == 0 || *number > 65535) {
    return stop(Exit::usage, "--api-port can't be \"" + *given + "\"; it is a port from 1 to 65535");
  }
  auto port = ClaimedPort::take(static_cast<uint16_t>(*number));
  if (!port) return stop(port.error(), "weft up --api-port N, or none for a free one");
  return *std::move(port);
}

Expected<bool> refuse_taken_ports(const std::vector<Expose>& exposes) {
  for (const auto& expose : exposes) {
    const auto free = probe_port(expose.host_port);
    if (!free) return stop(Exit::failed, free.error().detail, "another HOSTPORT in --expose " + expose.to_string());
  }
  return true;
}

// What is there already in the state folder: a running mesh is refused, remains of a killed one are cleared away.
Expected<bool> make_room(const StateFolder& state, const Clock& clock) {
  const auto record = read_run_record(state.run_record());
  for (const auto& process : processes_of(state.root)) {
    const bool runs = process.words.size() > 1 && process.words[1] == "run";
    if (process.program != "weft-node" || !runs) continue;
    std::string what = fmt::format("a mesh is running here already: weft-node, pid {}", process.pid);
    if (record && record->api_port != 0) what += fmt::format(", api 127.0.0.1:{}", record->api_port);
    Failure failure{.exit = Exit::failed, .what = std::move(what)};
    failure.details =
        "  state folder " + state.root.string() + "; a second mesh needs another one: weft up --state DIR\n";
    failure.hint = state.command("down");
    return stop(std::move(failure));
  }
  take_down(state, clock, Duration{}, Data::keep);
  return true;
}

// Before anything starts, as far as it can be told then: what the database holds is only known once weftd runs.
Expected<bool> check_before(Session& session, UpPlan& plan) {
  auto& manifests = plan.manifests;
  if (plan.earlier_data == Data::remove) {
    add_ingress_gateway(manifests, {});
    check_together(manifests, {}, Images::must_have_commands);
    if (!manifests.resources.empty()) {
      for (auto& finding : missing_services(plan.exposes, manifests, {}))
        manifests.findings.push_back(std::move(finding));
    }
  }
  if (auto sound = refuse_errors(manifests, session.screen.err_style); !sound) return sound;
  session.screen.err << describe_briefly(manifests, session.screen.err_style) << std::flush;
  return true;
}

// weftd's own limits: shorter ones would be renewed without pause, and Istio issues none for more than 90 days.
constexpr Duration kLifetimeMin = std::chrono::seconds(10);
constexpr Duration kLifetimeMax = std::chrono::hours(90 * 24);

Expected<std::optional<Duration>> certificate_lifetime_of(const Session& session) {
  const auto given = session.call.value("certificate-lifetime");
  if (!given) return std::nullopt;
  const auto lifetime = parse_duration(*given);
  if (lifetime && *lifetime >= kLifetimeMin && *lifetime <= kLifetimeMax) return lifetime;
  return stop(Exit::usage, "--certificate-lifetime can't be \"" + *given + "\"; it is a duration from 10s to 2160h");
}

// The API for other machines. Only with TLS: what would be said in plain text could be read and repeated by anybody.
Expected<std::vector<std::string>> api_words(const Session& session) {
  http::NetworkDoor door{.names = session.call.values("api-name"),
                         .client_roots_path = session.call.value_or("api-client-ca", "")};
  if (const auto listen = session.call.value("api-listen")) {
    const auto address = net::Address::parse(*listen);
    if (!address)
      return stop(Exit::usage, "--api-listen can't be \"" + *listen + "\"; it is ADDRESS:PORT, and always speaks TLS");
    door.address = *address;
  }
  if (const auto whole = http::complete(std::move(door)); !whole) return stop(Exit::usage, whole.error().detail);
  std::vector<std::string> words;
  for (const auto* flag : {"api-listen", "api-name", "api-client-ca"}) {
    const bool is_path = std::string_view(flag) == "api-client-ca";
    for (const auto& value : session.call.values(flag)) {
      words.push_back(std::string("--") + flag);
      words.push_back(is_path ? std::filesystem::absolute(value).string() : value);
    }
  }
  return words;
}

Expected<UpPlan> make_plan(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const auto timeout = timeout_of(session.call, kTimeout);
  if (!timeout) return stop(timeout.error());
  auto exposes = parse_exposes(session.call.values("expose"), session.namespace_name());
  if (!exposes) return stop(Exit::usage, exposes.error().detail, "weft up --help");
  auto manifests = read_manifests(session);
  if (!manifests) return stop(std::move(manifests).error());
  UpPlan plan{.state = *std::move(state), .manifests = *std::move(manifests), .exposes = *std::move(exposes)};
  plan.log_level = session.call.value_or("log-level", "");
  const auto lifetime = certificate_lifetime_of(session);
  if (!lifetime) return stop(lifetime.error());
  plan.certificate_lifetime = *lifetime;
  auto words = api_words(session);
  if (!words) return stop(words.error());
  plan.weftd_words = *std::move(words);
  std::error_code error;
  if (std::filesystem::exists(plan.state.database(), error)) plan.earlier_data = Data::keep;
  plan.node_program = session.surroundings.program_folder / "weft-node";
  plan.deadline = session.clock.now() + *timeout;
  return plan;
}

bool is_on_path(const Surroundings& around) {
  const auto path = around.variable("PATH").value_or("");
  for (const auto folder : split(path, ':')) {
    if (folder == around.program_folder.string()) return true;
  }
  return false;
}

void print_what_to_try(Session& session, const UpPlan& plan, Duration took) {
  auto& out = session.screen.out;
  const auto line = [&](std::string_view what, const std::string& command) {
    out << "  " << padded(what, 14) << session.screen.out_style.paint(Tone::strong, command) << "\n";
  };
  out << "Ready in " << spoken(took) << ".\n\n";
  for (const auto& expose : plan.exposes) {
    line("Ask it", fmt::format("curl -s http://127.0.0.1:{}/", expose.host_port));
    line("From inside", plan.state.command(fmt::format("exec -n {} -- curl -s http://{}:{}/", expose.namespace_name,
                                                       expose.service, expose.port)));
  }
  line("Look", plan.state.command("get pods -A"));
  line("Proxies", plan.state.command("ps"));
  line("kubectl", "export KUBECONFIG=" + plan.state.kubeconfig().string());
  line("Stop", session.call.has("detach") ? plan.state.command("down") : "Ctrl-C");
  if (!is_on_path(session.surroundings)) {
    out << "\n  weft is not on your PATH yet: export PATH=" << session.surroundings.program_folder.string()
        << ":$PATH\n";
  }
  out << std::flush;
}

Expected<bool> start(BringUp& mesh) {
  if (auto done = mesh.start_processes(); !done) return done;
  if (auto done = mesh.apply_manifests(); !done) return done;
  if (auto done = mesh.wait_for_pods(); !done) return done;
  return mesh.wait_for_proxies();
}

// Stays until Ctrl-C, or until weft-node ends, which it should not.
Outcome stay(Session& session, BringUp& mesh, Interrupts& interrupts) {
  while (!interrupts.came_within(std::chrono::milliseconds(200))) {
    if (mesh.node().is_running()) continue;
    const auto last = mesh.node().last_words(12);
    take_down(mesh.plan().state, session.clock, kGrace, Data::remove);
    return stop(Failure{.exit = Exit::failed, .what = "weft-node ended; its last words:", .details = last});
  }
  const Time began = session.clock.now();
  session.screen.out << "\nStopping ..." << std::flush;
  take_down(mesh.plan().state, session.clock, kGrace, session.call.has("keep-data") ? Data::keep : Data::remove);
  session.screen.out << " stopped in " << spoken(session.clock.now() - began) << "; nothing is left running\n"
                     << std::flush;
  return Exit::interrupted;
}

// A mesh whose pods don't get ready stays for a look at it where it is detached; else nothing of it does.
Outcome give_up(Session& session, const UpPlan& plan, Failure failure, bool was_started) {
  const bool stays = was_started && session.call.has("detach") && failure.exit != Exit::interrupted;
  if (stays) {
    failure.details += "  the mesh still runs, for a look at it; " + plan.state.command("down") + " ends it\n";
  } else {
    take_down(plan.state, session.clock, kGrace, plan.earlier_data);
    if (was_started && failure.exit != Exit::interrupted)
      failure.hint = "weft up --detach, which leaves it running for a look";
  }
  return stop(std::move(failure));
}

Outcome run_up(Session& session) {
  const Time began = session.clock.now();
  auto plan = make_plan(session);
  if (!plan) return stop(std::move(plan).error());
  if (auto sound = check_before(session, *plan); !sound) return stop(sound.error());
  auto lock = StartLock::take(plan->state);
  if (!lock) return stop(lock.error());
  if (auto room = make_room(plan->state, session.clock); !room) return stop(room.error());
  const auto port = choose_api_port(session);
  if (!port) return stop(port.error());
  plan->api_port = port->number();
  if (auto free = refuse_taken_ports(plan->exposes); !free) return stop(free.error());

  session.screen.out << "Starting a mesh on this machine  (state in " << plan->state.root.string() << ")\n"
                     << std::flush;
  Interrupts interrupts;
  BringUp mesh(session, *plan, interrupts);
  if (auto done = start(mesh); !done) return give_up(session, *plan, std::move(done).error(), mesh.is_applied());
  print_what_to_try(session, *plan, session.clock.now() - began);
  if (session.call.has("detach")) return Exit::ok;
  lock->release();
  return stay(session, mesh, interrupts);
}

}  // namespace

Command up_command() {
  return {.name = "up",
          .group = "start",
          .summary = "Start a mesh on this machine: control plane, node agent, gateway and every workload found",
          .details =
              "Returns once every pod is ready (--detach), or stays until Ctrl-C, which takes everything down again. "
              "Without -f\nthe mesh is empty. A folder may hold a weft.yaml, which maps images to commands.",
          .flags = {filename_flag(),
                    recursive_flag(),
                    image_flag(),
                    {.name = "expose",
                     .value = "SVC.NS:PORT=HOSTPORT",
                     .help = "a port of 127.0.0.1 that enters the mesh at a service; may be repeated"},
                    {.name = "detach", .letter = 'd', .help = "return once everything is ready"},
                    {.name = "api-port",
                     .value = "N",
                     .help = "the API's port on 127.0.0.1 (default: the first free one from 7800)"},
                    {.name = "api-listen",
                     .value = "ADDRESS:PORT",
                     .help = "serve the API there, too, over TLS, for other machines (default: nowhere)"},
                    {.name = "api-name",
                     .value = "NAME",
                     .help = "a name by which they reach it, for its certificate; may be repeated"},
                    {.name = "api-client-ca",
                     .value = "FILE",
                     .help = "take client certificates of these authorities there, by their role O=weft:ROLE"},
                    timeout_flag("how long everything may take to become ready (default 2m)"),
                    {.name = "certificate-lifetime",
                     .value = "DURATION",
                     .help = "how long workloads' certificates hold, renewed at half of it (default 24h)"},
                    {.name = "keep-data", .help = "with Ctrl-C: keep the objects for the next start"},
                    {.name = "log-level",
                     .value = "LEVEL",
                     .help = "of weftd, weft-node and the proxies",
                     .choices = {"debug", "info", "warning", "error"}}},
          .examples = {{"the example, in the background",
                        "weft up -f examples/nodejs-api --expose nodejs-api.nodejs-app:3000=18080 --detach"},
                       {"an empty mesh, until Ctrl-C", "weft up"}},
          .run = run_up};
}

}  // namespace weft::cli
