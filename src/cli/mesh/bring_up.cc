#include "cli/mesh/bring_up.h"

#include <ostream>

#include <fmt/format.h>

#include "cli/input/ingress_gateway.h"
#include "cli/input/review.h"
#include "cli/mesh/processes.h"
#include "cli/mesh/submit.h"

namespace weft::cli {
namespace {

using api::Json;

// How often /proc, weftd and the pods are looked at while a mesh starts: often enough that nobody notices.
constexpr auto kLook = std::chrono::milliseconds(40);
constexpr size_t kLogLines = 12;
constexpr std::string_view kControlPlane = "control plane";
constexpr std::string_view kConfiguration = "configuration";
constexpr std::string_view kProxies = "proxies";

std::string indented(std::string_view text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out.append("  | ").append(text.substr(begin, end - begin)).append("\n");
    begin = end + 1;
  }
  return out;
}

Json port_numbers(const Json& service) {
  Json numbers = Json::array();
  const Json::json_pointer ports("/spec/ports");
  if (!service.contains(ports)) return numbers;
  for (const auto& port : service[ports]) numbers.push_back(port.value("port", 0));
  return numbers;
}

// A service's ports by "NAMESPACE/NAME".
std::map<std::string, Json> services_of(const Manifests& manifests, const std::vector<Json>& known) {
  std::map<std::string, Json> services;
  const auto add = [&](const Json& object) {
    if (object.value("kind", "") != "Service") return;
    const auto& metadata = object["metadata"];
    services[metadata.value("namespace", "") + "/" + metadata.value("name", "")] = port_numbers(object);
  };
  for (const auto& object : known) add(object);
  for (const auto& resource : manifests.resources) add(resource.body);
  return services;
}

}  // namespace

api::Findings missing_services(const std::vector<Expose>& exposes, const Manifests& manifests,
                               const std::vector<Json>& known) {
  api::Findings findings;
  const auto services = services_of(manifests, known);
  for (const auto& expose : exposes) {
    const auto found = services.find(expose.namespace_name + "/" + expose.service);
    api::Finding finding;
    finding.object = "--expose " + expose.to_string();
    if (found == services.end()) {
      finding.code = api::Code::unknown_host;
      finding.message = "there is no Service \"" + expose.service + "\" in namespace \"" + expose.namespace_name + "\"";
      for (const auto& [name, ports] : services) finding.hint += (finding.hint.empty() ? "services: " : ", ") + name;
    } else if (std::ranges::count(found->second, Json(expose.port)) == 0) {
      finding.code = api::Code::bad_value;
      finding.message =
          fmt::format("Service \"{}\" has no port {}; its ports: {}", found->first, expose.port, found->second.dump());
    } else {
      continue;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<std::string> node_words(const UpPlan& plan) {
  std::vector<std::string> words = {"run", "--state", plan.state.root.string(), "--api-port",
                                    std::to_string(plan.api_port)};
  for (const auto& expose : plan.exposes) {
    words.emplace_back("--expose");
    words.push_back(expose.to_string());
  }
  if (!plan.log_level.empty()) {
    words.emplace_back("--log-level");
    words.push_back(plan.log_level);
  }
  if (plan.certificate_lifetime) {
    words.emplace_back("--certificate-lifetime");
    words.push_back(fmt::format("{}s", std::chrono::floor<std::chrono::seconds>(*plan.certificate_lifetime).count()));
  }
  words.insert(words.end(), plan.weftd_words.begin(), plan.weftd_words.end());
  return words;
}

BringUp::BringUp(Session& session, UpPlan plan, Interrupts& interrupts)
    : session_(session),
      plan_(std::move(plan)),
      interrupts_(interrupts),
      weftd_(plan_.state, session.clock),
      board_(session.clock, session.screen.out_style) {}

Expected<bool> BringUp::start_processes() {
  board_.say(kControlPlane, "starting");
  draw();
  auto node = NodeProcess::start({plan_.node_program, node_words(plan_)}, plan_.state, interrupts_);
  if (!node) return stop(std::move(node).error());
  node_ = *std::move(node);
  // weft-node writes its record last, once it watches the pods.
  while (!weftd_.is_ready() || !read_run_record(plan_.state.run_record())) {
    if (auto on = keep_waiting(); !on) {
      board_.finish(kControlPlane, "not up", Step::State::failed);
      draw();
      return on;
    }
  }
  board_.finish(kControlPlane, fmt::format("weftd {}, api 127.0.0.1:{}", WEFT_VERSION, plan_.api_port));
  draw();
  return true;
}

Expected<bool> BringUp::apply_manifests() {
  if (plan_.manifests.empty()) return true;
  auto known = known_objects(weftd_);
  if (!known) return stop(std::move(known).error());
  if (plan_.earlier_data == Data::keep) {
    add_ingress_gateway(plan_.manifests, *known);
    check_together(plan_.manifests, *known, Images::must_have_commands);
    if (auto sound = refuse_errors(plan_.manifests, session_.screen.err_style); !sound) return sound;
  }
  const auto applied = submit(weftd_, plan_.manifests, *known, DryRun::no);
  if (!applied) {
    board_.finish(kConfiguration, "refused", Step::State::failed);
    draw();
    return stop(applied.error());
  }
  revision_ = applied->revision;
  board_.finish(kConfiguration, fmt::format("{} from {}", counted(plan_.manifests.resources.size(), "object"),
                                            counted(plan_.manifests.files, "file")));
  draw();
  for (const auto& warning : further_warnings(*applied)) session_.screen.err << "! " << warning << "\n";
  return true;
}

Expected<bool> BringUp::wait_for_pods() {
  const auto* deployment_kind = api::find_kind_by_word("deployments");
  const auto* pod_kind = api::find_kind_by_word("pods");
  while (true) {
    const auto deployments = weftd_.list(*deployment_kind, {});
    const auto pods = weftd_.list(*pod_kind, {});
    // weftd may be restarted while we look; weft-node brings it back.
    if (deployments && pods) {
      const auto workloads = read_progress(deployments->items, pods->items);
      const auto all_ready = show(workloads);
      if (!all_ready) return all_ready;
      if (*all_ready && have_settled(workloads)) return true;
      if (!*all_ready) ready_since_.reset();
      if (session_.clock.now() >= plan_.deadline) return stop(overdue(workloads, pods->items));
    }
    if (auto on = keep_waiting(); !on) return on;
  }
}

// A program that crashes right away counts as ready for as long as it runs, so readiness has to last a moment; longer
// where something was restarted already.
bool BringUp::have_settled(const std::vector<WorkloadProgress>& workloads) {
  constexpr auto kMoment = std::chrono::milliseconds(250);
  constexpr auto kAfterRestarts = std::chrono::seconds(3);
  const auto now = session_.clock.now();
  if (!ready_since_) ready_since_ = now;
  const bool restarted = std::ranges::any_of(workloads, [](const auto& one) { return one.restarts > 0; });
  return now - *ready_since_ >= (restarted ? Duration(kAfterRestarts) : Duration(kMoment));
}

Expected<bool> BringUp::wait_for_proxies() {
  if (revision_.empty()) return true;
  board_.say(kProxies, "waiting for their configuration");
  draw();
  const auto left = std::max<Duration>(plan_.deadline - session_.clock.now(), std::chrono::seconds(1));
  const auto sync = weftd_.wait_for_proxies(revision_, left);
  const auto refused = sync ? describe_refusals(*sync) : "";
  if (!sync || !refused.empty()) {
    board_.finish(kProxies, "not in sync", Step::State::failed);
    draw();
  }
  if (!sync) return stop(sync.error());
  if (!refused.empty()) {
    return stop(Failure{.exit = Exit::failed, .what = "a proxy refused its configuration", .details = refused});
  }
  board_.finish(kProxies, fmt::format("{} of {} in sync", sync->value("acked", 0), sync->value("proxies", 0)));
  draw();
  return true;
}

// One pause of a wait: fails when weft-node has ended, the time is over, or Ctrl-C came.
Expected<bool> BringUp::keep_waiting() {
  if (interrupts_.came_within(kLook)) return stop(Exit::interrupted, "interrupted while starting");
  if (board_.is_spinning()) draw();
  if (!node_->is_running()) {
    Failure failure{.exit = Exit::failed, .what = "weft-node ended while starting"};
    failure.details = indented(node_->last_words(kLogLines));
    return stop(std::move(failure));
  }
  // wait_for_pods() tells more of an overdue start than this can.
  if (session_.clock.now() < plan_.deadline + std::chrono::seconds(1)) return true;
  Failure failure{.exit = Exit::failed, .what = "the control plane did not come up in time"};
  failure.details = indented(node_->last_words(kLogLines));
  return stop(std::move(failure));
}

// Puts the workloads on the board; whether all of them (the gateway too, where ports are exposed) are ready.
Expected<bool> BringUp::show(const std::vector<WorkloadProgress>& workloads) {
  bool all_ready = true;
  bool gateway_seen = plan_.exposes.empty();
  for (const auto& workload : workloads) {
    if (workload.title == "weft-system/weft-gateway") gateway_seen = true;
    if (!workload.failure.empty()) {
      board_.finish(workload.title, workload.facts, Step::State::failed);
      draw();
      return stop(broken(workload));
    }
    if (workload.is_ready()) {
      board_.finish_once(workload.title, workload.facts);
    } else {
      board_.say(workload.title, workload.facts);
    }
    all_ready = all_ready && workload.is_ready();
  }
  draw();
  return all_ready && gateway_seen;
}

Failure BringUp::broken(const WorkloadProgress& workload) const {
  Failure failure{.exit = Exit::failed, .what = "pod " + workload.pod + " can't run: " + workload.failure};
  failure.details = log_of(workload.pod);
  const size_t slash = workload.pod.find('/');
  failure.hint = plan_.state.command("logs -n " + workload.pod.substr(0, slash) + " " + workload.pod.substr(slash + 1));
  return failure;
}

Failure BringUp::overdue(const std::vector<WorkloadProgress>& workloads, const std::vector<Json>& pods) const {
  Failure failure{.exit = Exit::failed, .what = "not everything became ready in time"};
  for (const auto& workload : workloads) {
    if (!workload.is_ready()) failure.details += "  " + workload.title + ": " + workload.facts + "\n";
  }
  for (const auto& pod : pods) {
    const auto why = why_not_ready(pod);
    if (why.empty()) continue;
    const auto name = pod["metadata"].value("namespace", "") + "/" + pod["metadata"].value("name", "");
    failure.details += "  pod " + name + ": " + why + "\n" + log_of(name);
  }
  failure.hint = plan_.state.command("get pods -A");
  return failure;
}

std::string BringUp::log_of(const std::string& pod) const {
  const size_t slash = pod.find('/');
  const auto folder = plan_.state.pod(pod.substr(0, slash), pod.substr(slash + 1));
  constexpr size_t kLines = 8;
  return indented(last_lines(folder / "app.log", kLines));
}

void BringUp::draw() {
  session_.screen.out << board_.draw() << std::flush;
}

}  // namespace weft::cli
