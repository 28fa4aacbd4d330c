#include "node/agent/control_plane_process.h"

#include <unistd.h>

#include "http/service/client.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/workload_start.h"

namespace weft::node {
namespace {

constexpr auto kReadyLimit = std::chrono::seconds(2);

}  // namespace

ControlPlaneProcess::ControlPlaneProcess(runtime::Reactor& reactor, ControlPlaneStart start)
    : reactor_(&reactor),
      start_(std::move(start)),
      supervisor_(reactor, "weftd", start_.state.weftd_log(), static_cast<Supervised&>(*this)) {}

Result<Child> ControlPlaneProcess::launch(int output) {
  std::vector<std::string> words = {
      start_.program, "--state",       start_.state.path, "--api-port", std::to_string(start_.api_port),
      "--log-level",  start_.log_level};
  words.insert(words.end(), start_.more_words.begin(), start_.more_words.end());
  const ArgumentList arguments(words);
  WEFT_TRY(auto forked, fork_into(0));
  if (!forked.is_child) return std::move(forked.child);
  connect_output(output, {});
  execv(start_.program.c_str(), arguments.get());
  _exit(127);
}

runtime::Task<bool> ControlPlaneProcess::answers() {
  const auto reply = co_await http::fetch(*reactor_, net::Address::unix_path(start_.state.weftd_socket()),
                                          {.path = "/readyz"}, {.deadline = reactor_->now() + kReadyLimit});
  co_return reply && reply->status == 200;
}

}  // namespace weft::node
