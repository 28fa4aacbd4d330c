#include <ostream>

#include "cli/input/pod_words.h"
#include "cli/mesh/config_dump.h"
#include "cli/mesh/control_plane.h"
#include "cli/mesh/guards.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_authz(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*state, session.clock);
  const auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(pods.error());
  const auto pod = find_pod(session.call.operands[1], session.namespace_name(), pods->items);
  if (!pod) return stop(pod.error());
  const auto dump = config_dump(session, *state, *pod);
  if (!dump) return stop(dump.error());
  const auto policies = guarding_policies(read_config_dump(*dump));
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(guards_json(policies), format);
  } else if (policies.empty()) {
    session.screen.out << "No AuthorizationPolicy holds for " << pod->namespace_name << "/" << pod->name
                       << ": everybody may do everything.\n";
  } else {
    session.screen.out << render(guards_table(policies));
  }
  return Exit::ok;
}

}  // namespace

Command authz_command() {
  return {.name = "authz",
          .group = "proxy",
          .summary = "Show which AuthorizationPolicies a workload's proxy enforces",
          .details =
              "In the order in which they are asked, with the positions of their rules. What the proxy has accepted is "
              "shown, not\nwhat was applied. Which policy refused a request stands in the proxy's access log.",
          .operands = {.usage = "check POD", .min = 2, .max = 2, .first = {"check"}},
          .flags = {table_output_flag()},
          .examples = {{"who guards a workload", "weft authz check -n nodejs-app deploy/nodejs-api-v1"}},
          .run = run_authz};
}

}  // namespace weft::cli
