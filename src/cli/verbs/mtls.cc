#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "api/istio/mesh_config_text.h"
#include "cli/mesh/mutual_tls_tables.h"
#include "cli/mesh/workload_reports.h"
#include "cli/text/output.h"
#include "cli/verbs/in_force.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// The mesh as both sub-verbs look at it.
struct MeshObjects {
  std::vector<Json> pods;
  std::vector<Json> policies;  // PeerAuthentications
};

Expected<MeshObjects> mesh_objects(const ControlPlane& weftd) {
  auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(std::move(pods).error());
  auto policies = weftd.list(*api::find_kind_by_word("peerauthentications"), {});
  if (!policies) return stop(std::move(policies).error());
  return MeshObjects{std::move(pods->items), std::move(policies->items)};
}

void tell_silent(Session& session, const Survey& survey) {
  for (const auto& pod : survey.silent)
    session.screen.err << "! the sidecar of " << pod << " does not answer: nothing is known of it\n";
}

Outcome run_status(Session& session, const ControlPlane& weftd) {
  if (session.call.operands.size() > 1) return stop(Exit::usage, "weft mtls status takes no name", "weft mtls --help");
  const auto objects = mesh_objects(weftd);
  if (!objects) return stop(objects.error());
  const auto survey = survey_workloads(session, weftd.state(), objects->pods, session.call.value_or("namespace", ""));
  const auto ports = port_statuses(survey.reports);
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(statuses_json(ports), format);
  } else if (ports.empty()) {
    session.screen.out << "No workload here has a sidecar.\n";
  } else {
    session.screen.out << render(statuses_table(ports));
  }
  tell_silent(session, survey);
  return Exit::ok;
}

// MeshConfig.rootNamespace: a policy there is the mesh's.
std::string root_space_of(const ControlPlane& weftd) {
  const std::string otherwise(api::istio::kMeshConfigSpace);
  const auto map =
      weftd.object(*api::find_kind_by_word("configmap"), otherwise, std::string(api::istio::kMeshConfigMap));
  if (!map || !map->contains("data")) return otherwise;
  const auto config = api::istio::read_mesh_config((*map)["data"].value(std::string(api::istio::kMeshConfigKey), ""));
  return config.value ? config.value->root_namespace : otherwise;
}

Expected<StrictScope> workload_scope(const ControlPlane& weftd, StrictScope scope, const std::string& space,
                                     std::string name) {
  if (const size_t slash = name.find('/'); slash != std::string::npos) name.erase(0, slash + 1);  // deploy/NAME
  const auto found = weftd.object(*api::find_kind_by_word("deployment"), space, name);
  if (!found) return stop(found.error());
  const Json::json_pointer labels("/spec/selector/matchLabels");
  if (!found->contains(labels)) {
    return stop(Exit::invalid, "Deployment " + space + "/" + name +
                                   " selects its pods by expressions, which no "
                                   "PeerAuthentication can");
  }
  scope.space = space;
  scope.workload = std::move(name);
  scope.selector = (*found)[labels].get<model::Labels>();
  return scope;
}

// Without a word the mesh, or the namespace of -n; a namespace's name; NAMESPACE/WORKLOAD, or a workload of -n's.
Expected<StrictScope> chosen_scope(const Session& session, const ControlPlane& weftd) {
  StrictScope scope{.root_space = root_space_of(weftd)};
  const auto given = session.call.value("namespace");
  if (session.call.operands.size() < 2) {
    if (given) scope.space = *given;
    return scope;
  }
  const std::string& word = session.call.operands[1];
  const auto spaces = weftd.list(*api::find_kind_by_word("namespaces"), {});
  if (!spaces) return stop(spaces.error());
  const auto is_space = [&](const std::string& name) {
    return std::ranges::any_of(spaces->items, [&](const Json& space) { return space["metadata"]["name"] == name; });
  };
  if (!given && is_space(word)) {
    scope.space = word;
    return scope;
  }
  const size_t slash = word.find('/');
  const bool names_space = slash != std::string::npos && is_space(word.substr(0, slash));
  return workload_scope(weftd, std::move(scope), names_space ? word.substr(0, slash) : session.namespace_name(), word);
}

void print_strict_plan(Session& session, const StrictScope& scope, const Survey& survey,
                       const std::vector<PlannedCaller>& callers) {
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(plan_json(scope, survey.reports, callers), format);
    return;
  }
  session.screen.out << plan_summary(scope, survey.reports) << "\n";
  if (!callers.empty()) session.screen.out << render(plan_table(callers, session.clock.wall_now()));
  const auto refused = std::ranges::count_if(callers, &PlannedCaller::is_refused);
  session.screen.out << (refused == 0
                             ? std::string("Nobody seen so far would be refused.\n")
                             : fmt::format("{} {} would be refused. Give {} a sidecar, or leave the port to "
                                           "plain text: portLevelMtls of a PeerAuthentication.\n",
                                           refused, refused == 1 ? "caller" : "callers", refused == 1 ? "it" : "them"));
}

Outcome run_strict(Session& session, const ControlPlane& weftd) {
  const auto scope = chosen_scope(session, weftd);
  if (!scope) return stop(scope.error());
  const auto objects = mesh_objects(weftd);
  if (!objects) return stop(objects.error());
  const auto policy = strict_policy(*scope, objects->policies);
  if (!policy) return stop(policy.error());
  if (session.call.has("print")) {
    session.screen.out << print(*policy, Format::yaml);
    return Exit::ok;
  }
  if (session.call.has("plan")) {
    const auto survey = survey_workloads(session, weftd.state(), objects->pods, scope->space);
    print_strict_plan(session, *scope, survey, plan_strict(*scope, survey.reports, objects->policies, objects->pods));
    tell_silent(session, survey);
    return Exit::ok;
  }
  const Time began = session.clock.now();
  const auto applied = weftd.apply({*policy}, DryRun::no);
  if (!applied) return stop(applied.error());
  session.screen.out << "PeerAuthentication " << scope->policy_space() << "/" << (*policy)["metadata"].value("name", "")
                     << ": STRICT for " << scope->title() << std::endl;
  return session.call.has("wait") ? wait_until_in_force(session, weftd, *applied, began) : Outcome(Exit::ok);
}

Outcome run_mtls(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*std::move(state), session.clock);
  return session.call.operands[0] == "status" ? run_status(session, weftd) : run_strict(session, weftd);
}

}  // namespace

Command mtls_command() {
  return {.name = "mtls",
          .group = "proxy",
          .summary = "Show who speaks mutual TLS, and ask for it",
          .details =
              "status: what each port of each workload takes, which PeerAuthentication says so, and what share of the "
              "requests\n(connections where there are none) came with mutual TLS since the proxies started.\n"
              "strict: writes a PeerAuthentication for the mesh, a namespace or a workload. With --plan nothing is "
              "written: it\nshows who comes without mutual TLS now and would be kept out.",
          .operands = {.usage = "status | strict [NAMESPACE | [NAMESPACE/]WORKLOAD]",
                       .min = 1,
                       .max = 2,
                       .first = {"status", "strict"}},
          .flags = {{.name = "plan", .help = "strict: show who would be refused, change nothing"},
                    {.name = "print", .help = "strict: print the PeerAuthentication, change nothing"},
                    {.name = "wait", .help = "strict: return once every proxy concerned has it in force"},
                    timeout_flag("how long --wait waits (default 30s; 0: for ever)"),
                    table_output_flag()},
          .examples = {{"what is in force in a namespace", "weft mtls status -n nodejs-app"},
                       {"who would be kept out", "weft mtls strict nodejs-app --plan"},
                       {"close the namespace to plain text", "weft mtls strict nodejs-app --wait"}},
          .run = run_mtls};
}

}  // namespace weft::cli
