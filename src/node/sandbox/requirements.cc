#include "node/sandbox/requirements.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"
#include "node/capture/ruleset.h"
#include "node/sandbox/subnet.h"
#include "node/sandbox/user_namespace.h"

namespace weft::node {
namespace {

constexpr auto kStepLimit = std::chrono::seconds(10);

std::string read_small_file(const char* path) {
  const net::Fd file(open(path, O_RDONLY | O_CLOEXEC));
  std::string text(65'536, '\0');
  if (!file.is_open()) return {};
  const ssize_t size = read(file.get(), text.data(), text.size());
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return std::string(trim(text));
}

// In a chroot no mount that this process can see has the mount point "/".
bool is_in_chroot() {
  const std::string mounts = read_small_file("/proc/self/mountinfo");
  for (const auto line : split(mounts, '\n')) {
    const auto fields = split(line, ' ');
    if (fields.size() > 4 && fields[4] == "/") return false;
  }
  return !mounts.empty();
}

Requirement missing(std::string problem, std::string remedy) {
  return {.name = "user, mount and PID namespaces",
          .is_met = false,
          .problem = std::move(problem),
          .remedy = std::move(remedy)};
}

Requirement met_if(std::string name, const Result<>& result, std::string remedy) {
  if (result) return {.name = std::move(name), .is_met = true, .problem = {}, .remedy = {}};
  return {.name = std::move(name), .is_met = false, .problem = result.error().detail, .remedy = std::move(remedy)};
}

PodPlan trial_pod(int hub_namespace) {
  const PodSubnet subnet = default_subnet();
  net::IpAddress address = subnet.gateway;
  address.bytes[3] += 1;
  // One service, so that every kind of rule which pods use is tried.
  const ServiceTarget service{.service = net::Address(subnet.gateway, 80), .endpoints = {net::Address(address, 80)}};
  return {.title = "sandbox-check",
          .hostname = "sandbox-check",
          .wire = {.subnet = subnet, .address = address, .link = "trial", .hub_namespace = hub_namespace},
          .rules = meshed_rules(default_service_range()) + service_rules({service}),
          .files = {}};
}

// A process of the confinement that ends with 0.
runtime::Task<Result<>> run_trial(runtime::Reactor& reactor, PodSandbox& pod) {
  const ProcessPlan plan{.command = {"true"}, .environment = {"PATH=/usr/bin:/bin"}, .output = STDERR_FILENO};
  WEFT_CO_TRY(auto child, co_await pod.start_workload(plan, reactor.now() + kStepLimit));
  RunningProcess process(reactor, std::move(child));
  const auto status = co_await process.ended();
  if (status.shell_code() == 0) co_return Result<>{};
  co_return fail(Reason::internal, "a trial process ended with " + std::to_string(status.shell_code()));
}

Result<> check_executable(const std::string& path) {
  if (access(path.c_str(), X_OK) == 0) return {};
  return fail(system_error(path, errno));
}

}  // namespace

NamespaceFacts read_namespace_facts() {
  NamespaceFacts facts;
  facts.is_root = has_root_privileges();
  facts.is_in_chroot = is_in_chroot();
  facts.has_seccomp_filter = read_small_file("/proc/self/status").find("Seccomp:\t2") != std::string::npos;
  facts.unprivileged_userns_clone = read_small_file("/proc/sys/kernel/unprivileged_userns_clone");
  facts.max_user_namespaces = read_small_file("/proc/sys/user/max_user_namespaces");
  facts.apparmor_restrict_userns = read_small_file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
  return facts;
}

Requirement explain_namespace_failure(const NamespaceFacts& facts, const Error& error) {
  if (facts.is_root) return missing(error.detail, "the container or sandbox around this process forbids namespaces");
  if (facts.unprivileged_userns_clone == "0") {
    return missing("kernel.unprivileged_userns_clone is 0: ordinary users may not make user namespaces",
                   "sudo sysctl -w kernel.unprivileged_userns_clone=1");
  }
  if (facts.max_user_namespaces == "0") {
    return missing("user.max_user_namespaces is 0: nobody may make user namespaces",
                   "sudo sysctl -w user.max_user_namespaces=10000");
  }
  if (facts.apparmor_restrict_userns == "1") {
    return missing(
        "kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor takes the rights in a user namespace away",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
  }
  if (facts.is_in_chroot) {
    return missing("this process is in a chroot, and the kernel makes no user namespaces inside one",
                   "run it outside of the chroot, or as root");
  }
  if (facts.has_seccomp_filter) {
    return missing("a seccomp filter (of a container, as it seems) forbids it: " + error.detail,
                   "run the container with --security-opt seccomp=unconfined, or with --privileged");
  }
  // What is left: a chroot with a root mount of its own looks like no chroot from inside.
  return missing(error.detail + "; the kernel refuses it in a chroot, and security modules may, too",
                 "run it as root, or outside of the chroot");
}

std::vector<Requirement> check_programs(const Programs& programs) {
  const auto nft =
      programs.nft.empty() ? Result<>(fail(Reason::not_found, "the program nft is not installed")) : Result<>{};
  return {
      met_if("nftables", nft, "sudo apt-get install nftables"),
      met_if("weftd", check_executable(programs.weftd), "install weftd beside weft-node"),
      met_if("weft-proxy", check_executable(programs.weft_proxy), "install weft-proxy beside weft-node"),
  };
}

runtime::Task<std::vector<Requirement>> check_pods(runtime::Reactor& reactor, const Programs& programs) {
  std::vector<Requirement> found;
  const HolderPlan hub_plan{.title = "hub",
                            .namespaces = CLONE_NEWNET,
                            .program = programs.self.get(),
                            .nft_program = programs.nft,
                            .prepare = [] { return set_up_hub(default_subnet()); }};
  const auto hub = co_await Holder::start(reactor, hub_plan, reactor.now() + kStepLimit);
  const auto hub_made = hub ? Result<>{} : Result<>(fail(hub.error()));
  found.push_back(met_if("network namespace with a bridge", hub_made, "sudo modprobe bridge"));
  if (!hub) co_return found;

  const auto hub_namespace = co_await (*hub)->ask("namespace", reactor.now() + kStepLimit);
  if (!hub_namespace) {
    found.push_back(met_if("hub", fail(hub_namespace.error()), "run it again"));
    co_await (*hub)->end();
    co_return found;
  }
  const PodPlan plan = trial_pod(hub_namespace->get());
  const auto pod = co_await PodSandbox::create(reactor, programs, plan, reactor.now() + kStepLimit);
  const auto pod_made = pod ? Result<>{} : Result<>(fail(pod.error()));
  found.push_back(
      met_if("pod with veth and capture rules", pod_made, "sudo modprobe -a veth nft_redir nft_numgen nf_nat"));
  if (pod) {
    const auto ran = co_await run_trial(reactor, **pod);
    found.push_back(met_if("workload without privileges", ran, "sudo sysctl -w user.max_user_namespaces=10000"));
    co_await (*pod)->holder().end();
  }
  co_await (*hub)->end();
  co_return found;
}

std::string to_text(const Requirement& requirement) {
  if (requirement.is_met) return "ok       " + requirement.name + "\n";
  return "missing  " + requirement.name + "\n         " + requirement.problem +
         "\n         try: " + requirement.remedy + "\n";
}

}  // namespace weft::node
