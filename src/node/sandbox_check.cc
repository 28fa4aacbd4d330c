#include <cstdio>

#include <fmt/core.h>

#include "node/commands.h"
#include "node/programs.h"
#include "node/sandbox/node_namespaces.h"
#include "node/sandbox/requirements.h"

namespace weft::node {
namespace {

// Prints them and says whether all are met.
bool report(const std::vector<Requirement>& requirements) {
  bool all_met = true;
  for (const auto& requirement : requirements) {
    fmt::print("{}", to_text(requirement));
    all_met = all_met && requirement.is_met;
  }
  std::fflush(stdout);
  return all_met;
}

int check_inside(const Programs& programs, const Clock& clock) {
  report({{.name = "user, mount and PID namespaces"}});
  runtime::Reactor reactor(clock);
  return report(reactor.run_until_done(check_pods(reactor, programs))) ? 0 : 1;
}

}  // namespace

int run_sandbox_check(const Clock& clock) {
  const NamespaceFacts facts = read_namespace_facts();
  const auto programs = find_programs();
  if (!programs) {
    fmt::print(stderr, "weft-node: {}\n", programs.error().detail);
    return 1;
  }
  const bool has_programs = report(check_programs(*programs));
  const auto entered = enter_node_namespaces();
  if (!entered) {
    report({explain_namespace_failure(facts, entered.error())});
    return 1;
  }
  if (entered->is_agent) return check_inside(*programs, clock);
  const int code = wait_for_agent(entered->agent);
  return has_programs ? code : 1;
}

}  // namespace weft::node
