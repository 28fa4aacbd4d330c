#include <algorithm>
#include <filesystem>
#include <ostream>

#include "cli/mesh/failure_cause.h"
#include "cli/mesh/local_http.h"
#include "cli/mesh/state_folder.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

// What the proxies of the mesh remember. weftd is not asked: failures are to be explained when it is down, too.
struct Memory {
  std::vector<FailedHop> hops;
  size_t proxies = 0;  // that have answered
};

Memory ask_proxies(const Session& session, const StateFolder& state, const std::string& id) {
  Memory memory;
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(state.root / "pods", ignored)) {
    std::string pod = folder.path().filename();  // NAMESPACE.POD; a namespace has no dots
    const size_t dot = pod.find('.');
    if (dot == std::string::npos) continue;
    pod[dot] = '/';
    const LocalRequest request{.path = "/why" + (id.empty() ? "" : "?id=" + id), .longest = std::chrono::seconds(5)};
    const auto answer = call(session.clock, folder.path() / "admin.sock", request);
    if (!answer || answer->status != 200) continue;  // no sidecar, or one that is gone
    ++memory.proxies;
    for (auto& hop : read_failures(api::Json::parse(answer->body, nullptr, false), pod))
      memory.hops.push_back(std::move(hop));
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
