#include "cli/mesh/config_dump.h"

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

}  // namespace weft::cli
