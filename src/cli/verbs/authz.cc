#include <ostream>

#include "cli/mesh/config_dump.h"
#include "cli/mesh/guards.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_authz(Session& session) {
  const auto asked = dump_of_operand(session, 1);
  if (!asked) return stop(asked.error());
  const auto policies = guarding_policies(read_config_dump(asked->dump));
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(guards_json(policies), format);
  } else if (policies.empty()) {
    session.screen.out << "No AuthorizationPolicy holds for " << asked->pod.namespace_name << "/" << asked->pod.name
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
              "shown, not\nwhat was applied. `weft why` tells which policy refused a request.",
          .operands = {.usage = "check POD", .min = 2, .max = 2, .first = {"check"}},
          .flags = {table_output_flag()},
          .examples = {{"who guards a workload", "weft authz check -n nodejs-app deploy/nodejs-api-v1"}},
          .run = run_authz};
}

}  // namespace weft::cli
