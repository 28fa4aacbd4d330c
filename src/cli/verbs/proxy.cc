#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "cli/mesh/control_plane.h"
#include "cli/mesh/proxy_processes.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// -n, where it was given: all namespaces count otherwise.
void keep_namespace(const Session& session, std::vector<ProxyProcess>& proxies) {
  const auto wanted = session.call.value("namespace");
  if (wanted) std::erase_if(proxies, [&](const auto& proxy) { return proxy.pod.namespace_name != *wanted; });
}

Outcome show_processes(Session& session, const StateFolder& state) {
  if (session.call.operands.size() > 1)
    return stop(Exit::usage, "weft proxy status takes no name", "weft proxy --help");
  auto proxies = proxy_processes(session, state);
  if (!proxies) return stop(std::move(proxies).error());
  keep_namespace(session, *proxies);
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(proxies_json(*proxies), format);
  } else if (proxies->empty()) {
    session.screen.err << "No pod here has a proxy.\n";
  } else {
    session.screen.out << render(proxies_table(*proxies));
  }
  return Exit::ok;
}

// Those of --all, or of the words, in the order in which they are given.
Expected<std::vector<PodName>> pods_to_restart(const Session& session, const StateFolder& state) {
  const std::span words = std::span(session.call.operands).subspan(1);
  if (session.call.has("all") != words.empty()) {
    return stop(Exit::usage, "weft proxy restart needs a POD, or --all", "weft proxy --help");
  }
  std::vector<PodName> wanted;
  if (words.empty()) {
    auto proxies = proxy_processes(session, state);
    if (!proxies) return stop(std::move(proxies).error());
    keep_namespace(session, *proxies);
    for (auto& proxy : *proxies) wanted.push_back(std::move(proxy.pod));
    return wanted;
  }
  const ControlPlane weftd(state, session.clock);
  const auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(pods.error());
  const auto services = weftd.list(*api::find_kind_by_word("services"), {});
  if (!services) return stop(services.error());
  for (const auto& word : words) {
    const auto named = find_pods(word, session.namespace_name(), pods->items, services->items);
    if (!named) return stop(named.error());
    for (const auto& pod : *named) {
      if (std::ranges::find(wanted, pod) == wanted.end()) wanted.push_back(pod);
    }
  }
  return wanted;
}

void tell(Session& session, const PodName& pod, const std::optional<ProxyRestart>& done) {
  if (!done) {
    session.screen.out << fmt::format("- {}/{}: deleted meanwhile\n", pod.namespace_name, pod.name) << std::flush;
    return;
  }
  session.screen.out << session.screen.out_style.paint(Tone::good, "✔")
                     << fmt::format(
                            " {}/{}: process {} follows {} (number {} of its line), which has {} s to finish its "
                            "connections\n",
                            pod.namespace_name, pod.name, done->pid, done->old_pid, done->epoch, done->drain_seconds)
                     << std::flush;
}

// One after the other, so that what is wrong with the new program shows at the first, and the others are left alone.
Outcome restart_proxies(Session& session, const StateFolder& state) {
  const auto longest = timeout_of(session.call, std::chrono::seconds(30));
  if (!longest) return stop(longest.error());
  const auto pods = pods_to_restart(session, state);
  if (!pods) return stop(pods.error());
  const RestartWish wish{.longest = *longest, .was_there = session.call.has("all")};
  if (pods->empty()) session.screen.err << "No pod here has a proxy.\n";
  for (size_t at = 0; at < pods->size(); ++at) {
    const auto& pod = (*pods)[at];
    const auto done = restart_proxy(session, state, pod, wish);
    if (!done) {
      auto failure = done.error();
      if (const size_t rest = pods->size() - at - 1; rest > 0)
        failure.details = "  " + counted(rest, "further pod") + " left alone\n";
      return stop(std::move(failure));
    }
    tell(session, pod, *done);
  }
  return Exit::ok;
}

Outcome run_proxy(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  return session.call.operands.front() == "status" ? show_processes(session, *state) : restart_proxies(session, *state);
}

}  // namespace

Command proxy_command() {
  return {
      .name = "proxy",
      .group = "proxy",
      .summary = "Show the processes of the proxies, and restart them without losing a request",
      .details =
          "restart: a new process of weft-proxy, as it lies on the disk now, takes over the very sockets of the old "
          "one, which\nthen finishes its connections. Until the new one serves, the old one does; if it can't serve, "
          "the old one stays, and\nthe proxies after it are left alone. POD may also be deploy/NAME or svc/NAME. "
          "--all: every proxy, those of gateways\nincluded; of one namespace with -n; pods that are deleted meanwhile "
          "are passed over.\n"
          "status: pids, how often each crashed and was restarted, and which old ones are not done.",
      .operands = {.usage = "status | restart POD...|--all", .min = 1, .max = 1000, .first = {"status", "restart"}},
      .flags = {{.name = "all", .help = "restart: every proxy of the mesh, or of the namespace of -n"},
                timeout_flag("restart: how long each new process may take to serve (default 30s, at most 1h)"),
                table_output_flag()},
      .examples = {{"a newer weft-proxy for the whole mesh", "weft proxy restart --all"},
                   {"for one workload", "weft proxy restart -n nodejs-app deploy/nodejs-api-v1"},
                   {"what has happened", "weft proxy status"}},
      .run = run_proxy};
}

}  // namespace weft::cli
