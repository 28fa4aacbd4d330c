#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <optional>
#include <ostream>
#include <thread>

#include "cli/mesh/failure_cause.h"
#include "cli/mesh/local_http.h"
#include "cli/mesh/policies_of_failure.h"
#include "cli/mesh/state_folder.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kAskedAtOnce = 16;

// What the proxies of the mesh remember. weftd is asked for nothing but policies: failures are to be explained when it
// is down, too.
struct Memory {
  std::vector<FailedHop> hops;
  size_t proxies = 0;  // that have answered
};

// NAMESPACE.POD of each pod that has run; a namespace has no dots.
std::vector<fs::path> pod_folders(const StateFolder& state) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(state.root / "pods", ignored)) {
    if (folder.path().filename().string().contains('.')) folders.push_back(folder.path());
  }
  return folders;
}

// Nothing: there is no sidecar, or it is gone.
std::optional<std::vector<FailedHop>> ask_proxy(const Clock& clock, const fs::path& folder, const std::string& id) {
  std::string pod = folder.filename();
  pod[pod.find('.')] = '/';
  const LocalRequest request{.path = "/why" + (id.empty() ? "" : "?id=" + id), .longest = std::chrono::seconds(5)};
  const auto answer = call(clock, folder / "admin.sock", request);
  if (!answer || answer->status != 200) return std::nullopt;
  return read_failures(api::Json::parse(answer->body, nullptr, false), pod);
}

// Several at once: one that hangs does not hold up the others.
Memory ask_proxies(const Session& session, const StateFolder& state, const std::string& id) {
  const auto folders = pod_folders(state);
  std::vector<std::optional<std::vector<FailedHop>>> answers(folders.size());
  std::atomic<size_t> next = 0;
  const auto ask = [&] {
    for (size_t at = next++; at < folders.size(); at = next++) answers[at] = ask_proxy(session.clock, folders[at], id);
  };
  {
    std::vector<std::jthread> askers;
    for (size_t i = 0; i < std::min(kAskedAtOnce, folders.size()); ++i) askers.emplace_back(ask);
  }
  Memory memory;
  for (auto& answer : answers) {
    if (!answer) continue;
    ++memory.proxies;
    std::ranges::move(*answer, std::back_inserter(memory.hops));
  }
  return memory;
}

// Keeps requests that the namespace and the workload, whose pods' names begin with it, had a part in.
void keep_asked(const Session& session, std::vector<FailedRequest>& requests) {
  const std::string space = session.call.value_or("namespace", "");
  const std::string workload = session.call.value_or("service", "");
  const auto is_meant = [&](const FailedHop& hop) {
    const size_t slash = hop.pod.find('/');
    const bool is_pods = hop.pod.substr(slash + 1).starts_with(workload) || hop.authority.starts_with(workload);
    return (space.empty() || hop.pod.substr(0, slash) == space) && (workload.empty() || is_pods);
  };
  std::erase_if(requests, [&](const auto& request) { return std::ranges::none_of(request.hops, is_meant); });
}

bool is_request_id(const std::string& word) {
  return word.size() >= 4 && word.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
}

Outcome run_why(Session& session) {
  const bool is_last = session.call.has("last-error");
  const std::string id = session.call.operands.empty() ? "" : session.call.operands.front();
  if (is_last != id.empty()) return stop(Exit::usage, "weft why takes a request id or --last-error", "weft why --help");
  if (!is_last && !is_request_id(id))
    return stop(Exit::usage, "\"" + id + "\" is no request id: at least 4 hexadecimal digits", "weft why --last-error");
  const auto state = choose_state_folder(session);
  if (!state) return stop(state.error());
  auto memory = ask_proxies(session, *state, id);
  if (memory.proxies == 0) return stop(Exit::unreachable, "no proxy of the mesh answers", state->command("up"));
  auto requests = join_hops(std::move(memory.hops));
  keep_asked(session, requests);
  if (requests.empty()) {
    return stop(Exit::failed,
                (is_last ? std::string("no failed request") : "no failed request whose id begins with " + id) +
                    " is remembered by the proxies of the mesh (" + std::to_string(memory.proxies) +
                    " asked, each thread keeps its last 256)",
                is_last ? "" : state->command("why --last-error"));
  }
  learn_policies(session, *state, requests.front());
  const auto format = format_of(session.call.value_or("output", "table"));
  session.screen.out << (format == Format::table ? tell_failure(requests.front())
                                                 : print(failure_json(requests.front()), format));
  return Exit::ok;
}

}  // namespace

Command why_command() {
  return {.name = "why",
          .group = "proxy",
          .summary = "Explain a request that failed or was refused",
          .details =
              "Asks every proxy of the mesh what it remembers of the request and tells what happened at which hop, "
              "which object\nof the configuration or which policy decided it, and where to look next. ID is the "
              "x-request-id, or its start.",
          .operands = {.usage = "[ID]", .min = 0, .max = 1},
          .flags = {{.name = "last-error", .help = "the last request that failed"},
                    {.name = "service",
                     .letter = 's',
                     .value = "NAME",
                     .help = "only of pods and hosts whose name begins with this"},
                    table_output_flag()},
          .examples = {{"the last failure in a namespace", "weft why --last-error -n nodejs-app"},
                       {"one request, by the start of its x-request-id", "weft why 8d0e41"}},
          .run = run_why};
}

}  // namespace weft::cli
