#include "control/apiserver/remote_call.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/strings.h"
#include "control/remote/exec_session.h"
#include "control/remote/port_forward_session.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "http/websocket_key.h"
#include "pod_logs/container_logs.h"

namespace weft::control {
namespace {

constexpr std::string_view kSpdy = "SPDY/3.1";
constexpr std::string_view kWebSocket = "websocket";
constexpr std::string_view kWebSocketProtocols[] = {"v5.channel.k8s.io", "v4.channel.k8s.io"};  // the best first
constexpr std::string_view kExecProtocol = "v4.channel.k8s.io";
constexpr std::string_view kPortForwardProtocol = "portforward.k8s.io";
constexpr std::string_view kProtocolHeader = "x-stream-protocol-version";

bool lists(std::string_view values, std::string_view wanted) {
  const auto parts = split(values, ',');
  return std::ranges::any_of(parts, [&](std::string_view part) { return equal_ignoring_case(trim(part), wanted); });
}

}  // namespace

bool is_remote(const Target& target) {
  return target.kind->kind == "Pod" &&
         (target.subresource == "exec" || target.subresource == "portforward" || target.subresource == "attach");
}

runtime::Task<Reply<>> RemoteCall::run(http::Exchange& exchange) {
  const ObjectPtr object = store_->get(target_->key());
  if (object == nullptr) co_return refuse(object_not_found(*target_->kind, target_->name));
  const api::Json pod = decode(*object);
  WEFT_CO_CHECK(check());
  WEFT_CO_TRY(container_, container_of(pod));
  const std::string phase = text_at(pod, "status", "phase");
  if (phase == "Succeeded" || phase == "Failed")
    co_return refuse(
        bad_request(fmt::format("cannot exec into a container in a completed pod; current phase is {}", phase)));
  WEFT_CO_TRY(http::ResponseHead head, granted(exchange));
  const auto raw = co_await exchange.upgrade(std::move(head));
  if (!raw) co_return Reply<>();
  co_await (target_->subresource == "exec" ? exec(*raw) : forward_ports(*raw));
  co_return Reply<>();
}

Reply<> RemoteCall::check() const {
  if (target_->subresource == "attach")
    return refuse(
        {501,
         "NotImplemented",
         "attach is not served: kubectl logs -f shows what a container writes, kubectl exec or weft exec runs "
         "a command in it",
         {}});
  if (target_->subresource == "exec" && call_->query.all("command").empty())
    return refuse(bad_request("you must specify at least 1 command for the container"));
  return {};
}

// kubectl names the container; without a name it is the first.
Reply<std::string> RemoteCall::container_of(const api::Json& pod) const {
  const std::string wanted(call_->query.get("container"));
  const pod_logs::ContainerLogs containers(pod);
  if (wanted.empty() || std::ranges::find(containers.names(), wanted) != containers.names().end()) return wanted;
  return refuse(bad_request(fmt::format("container {} is not valid for pod {}, which has: [{}]", wanted, target_->name,
                                        fmt::join(containers.names(), " "))));
}

Reply<http::ResponseHead> RemoteCall::granted(const http::Exchange& exchange) {
  const std::string_view wanted = call_->head.headers.get(http::HeaderId::upgrade).value_or("");
  if (exchange.wants_upgrade() && lists(wanted, kSpdy)) return granted_spdy();
  if (exchange.wants_upgrade() && lists(wanted, kWebSocket)) return granted_websocket();
  return refuse(bad_request(fmt::format("unable to upgrade: the request must ask for {} or {}", kSpdy, kWebSocket)));
}

Reply<http::ResponseHead> RemoteCall::granted_spdy() const {
  const std::string_view protocol = target_->subresource == "exec" ? kExecProtocol : kPortForwardProtocol;
  if (!lists(call_->head.headers.joined(kProtocolHeader).value_or(""), protocol))
    return refuse(bad_request(fmt::format("unable to upgrade: {} must list {}", kProtocolHeader, protocol)));
  http::ResponseHead head;
  head.status = 101;
  head.headers.add("upgrade", kSpdy);
  head.headers.add(kProtocolHeader, protocol);
  return head;
}

// kubectl from 1.31 on asks to forward ports by SPDY within WebSockets, and for SPDY itself when that is refused.
Reply<http::ResponseHead> RemoteCall::granted_websocket() {
  const http::Headers& headers = call_->head.headers;
  const std::string offered = headers.joined("sec-websocket-protocol").value_or("");
  const auto key = headers.get("sec-websocket-key");
  const auto* const protocol =
      std::ranges::find_if(kWebSocketProtocols, [&](const auto one) { return lists(offered, one); });
  if (target_->subresource != "exec" || protocol == std::end(kWebSocketProtocols) || !key)
    return refuse(bad_request(fmt::format("unable to upgrade: commands are run over {} by {}, ports forwarded over {}",
                                          kWebSocket, fmt::join(kWebSocketProtocols, " or "), kSpdy)));
  is_websocket_ = true;
  http::ResponseHead head;
  head.status = 101;
  head.headers.add("upgrade", kWebSocket);
  head.headers.add("sec-websocket-accept", http::websocket_accept(*key));
  head.headers.add("sec-websocket-protocol", *protocol);
  return head;
}

// `weft-node exec` in this pod.
std::vector<std::string> RemoteCall::words(const std::vector<std::string>& command) const {
  std::vector<std::string> words = {programs_->weft_node, "exec",  "--state",     programs_->state_folder, "-n",
                                    target_->space,       "--pod", target_->name, "--kill-on-hang-up"};
  if (!container_.empty()) words.insert(words.end(), {"-c", container_});
  const bool has_terminal = target_->subresource == "exec" && call_->query.is_true("tty");
  if (has_terminal) words.emplace_back("-t");
  words.emplace_back("--");
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

runtime::Task<void> RemoteCall::exec(http::RawConnection raw) {
  const Query& query = call_->query;
  const ExecStreams streams{.has_stdin = query.is_true("stdin"),
                            .has_stdout = query.is_true("stdout"),
                            .has_stderr = query.is_true("stderr"),
                            .has_terminal = query.is_true("tty")};
  ExecSession session(*reactor_,
                      is_websocket_ ? make_websocket_channels(*reactor_, raw) : make_spdy_channels(*reactor_, raw),
                      {.words = words(query.all("command")), .streams = streams});
  co_await session.run();
}

runtime::Task<void> RemoteCall::forward_ports(http::RawConnection raw) {
  PortForwardSession session(
      *reactor_, raw, [this](uint16_t port) { return words({programs_->weft_node, "connect", std::to_string(port)}); });
  co_await session.run();
}

}  // namespace weft::control
