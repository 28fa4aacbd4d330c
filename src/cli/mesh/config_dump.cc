#include "cli/mesh/config_dump.h"

#include "cli/mesh/control_plane.h"
#include "cli/mesh/local_http.h"

namespace weft::cli {
Expected<api::Json> config_dump(const Session& session, const StateFolder& state, const PodName& pod) {
  const auto socket = state.pod(pod.namespace_name, pod.name) / "admin.sock";
  const auto answer = call(session.clock, socket, {.path = "/config_dump"});
  const auto name = pod.namespace_name + "/" + pod.name;
  if (!answer) {
    return stop(Exit::failed,
                "the proxy of pod " + name + " does not answer (" + answer.error().detail + "); has it a sidecar?",
                state.command("logs -n " + pod.namespace_name + " " + pod.name + " --proxy"));
  }
  auto dump = api::Json::parse(answer->body, nullptr, false);
  if (dump.is_discarded())
    return stop(Exit::failed, "the proxy of pod " + name + " answered with something that is not JSON");
  return dump;
}

Expected<ProxyDump> dump_of_operand(const Session& session, size_t position) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*state, session.clock);
  const auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(pods.error());
  auto pod = find_pod(session.call.operands[position], session.namespace_name(), pods->items);
  if (!pod) return stop(pod.error());
  auto dump = config_dump(session, *state, *pod);
  if (!dump) return stop(dump.error());
  return ProxyDump{*std::move(pod), *std::move(dump)};
}

}  // namespace weft::cli
