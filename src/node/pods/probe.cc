#include "node/pods/probe.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include "grpc/health_check.h"
#include "http/h1/client_connection.h"
#include "http/h2/client_session.h"
#include "net/socket_stream.h"
#include "node/sandbox/running_process.h"
#include "runtime/side_task.h"
#include "runtime/signal.h"
#include "tls/stream.h"

namespace weft::node {
namespace {

using api::kubernetes::Container;
using api::kubernetes::HttpGetAction;
using api::kubernetes::Probe;
using Connection = std::unique_ptr<net::SocketStream>;

// Connects a socket of the pod's own network, from loopback: what the pod's address sends to itself goes by its
// sidecar, which may want mutual TLS.
runtime::Task<Result<Connection>> connect_in_pod(runtime::Reactor& reactor, const ProbeTarget& target, uint16_t port,
                                                 Time deadline) {
  WEFT_CO_TRY(auto socket, co_await target.sandbox->holder().ask("dial", deadline));
  WEFT_CO_TRY(const auto loopback, net::SocketAddress::of(net::Address(net::IpAddress::v4(INADDR_LOOPBACK), 0)));
  if (bind(socket.get(), loopback.get(), loopback.size()) != 0) co_return fail(system_error("binding", errno));
  WEFT_CO_TRY(const auto address, net::SocketAddress::of(net::Address(target.pod_ip, port)));
  const int started = connect(socket.get(), address.get(), address.size());
  if (started != 0 && errno != EINPROGRESS) co_return fail(system_error("connecting", errno));
  auto stream = std::make_unique<net::SocketStream>(reactor, std::move(socket));
  if (started == 0) co_return stream;
  stream->readiness().clear_writable();
  const auto outcome = co_await stream->writable(deadline);
  if (outcome != runtime::Wait::ready) co_return fail(net::wait_error(outcome, "connecting"));
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(stream->fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) co_return fail(system_error("connecting", error));
  co_return stream;
}

// Whoever answers will do: Kubernetes does not look at the certificate either.
runtime::Task<Result<>> encrypt(std::unique_ptr<net::Stream>& stream, Time deadline) {
  static const Result<tls::ContextPtr> anybody =
      tls::make_context({.role = tls::Role::client, .verifies_chain = false, .resumes = false});
  if (!anybody) co_return fail(anybody.error());
  auto encrypted = std::make_unique<tls::Stream>(std::move(stream), *anybody, tls::ServerName{});
  WEFT_CO_CHECK(co_await encrypted->handshake(deadline));
  stream = std::move(encrypted);
  co_return Result<>{};
}

http::RequestHead probe_request(const HttpGetAction& action, const net::Address& to) {
  http::RequestHead head;
  head.path = action.path;
  head.authority = to.to_string();
  head.headers.add("user-agent", "weft-probe/1");
  head.headers.add("accept", "*/*");
  for (const auto& header : action.http_headers) {
    if (header.name == "Host" || header.name == "host") {
      head.authority = header.value;
    } else {
      head.headers.add(header.name, header.value);
    }
  }
  return head;
}

runtime::Task<Result<>> ask_http(runtime::Reactor& reactor, const ProbeTarget& target, const HttpGetAction& action,
                                 Time deadline) {
  WEFT_CO_TRY(const uint16_t port, resolve_port(action.port, *target.container));
  WEFT_CO_TRY(std::unique_ptr<net::Stream> stream, co_await connect_in_pod(reactor, target, port, deadline));
  if (action.scheme == "HTTPS") WEFT_CO_CHECK(co_await encrypt(stream, deadline));
  const http::h1::ClientOptions options;
  http::h1::ClientConnection connection(*stream, options);
  connection.set_deadline(deadline);
  connection.start_request(probe_request(action, {target.pod_ip, port}), http::BodyLength::none());
  WEFT_CO_CHECK(co_await connection.write_body({}, http::Part::last));
  http::ResponseHead head;
  do {
    WEFT_CO_CHECK(co_await connection.read_head(head));
  } while (head.is_informational());
  if (head.status >= 200 && head.status < 400) co_return Result<>{};
  co_return fail(Reason::unavailable, "HTTP probe failed with status code " + std::to_string(head.status));
}

runtime::Task<Result<>> ask_tcp(runtime::Reactor& reactor, const ProbeTarget& target,
                                const api::kubernetes::PortReference& reference, Time deadline) {
  WEFT_CO_TRY(const uint16_t port, resolve_port(reference, *target.container));
  WEFT_CO_TRY(const auto stream, co_await connect_in_pod(reactor, target, port, deadline));
  co_return Result<>{};
}

runtime::Task<void> move_bytes(http::h2::ClientSession& session) {
  (void)co_await session.run();
}

runtime::Task<Result<>> ask_grpc(runtime::Reactor& reactor, const ProbeTarget& target,
                                 const api::kubernetes::GrpcAction& action, Time deadline) {
  WEFT_CO_TRY(const uint16_t port, resolve_port({.number = action.port}, *target.container));
  WEFT_CO_TRY(auto connected, co_await connect_in_pod(reactor, target, port, deadline));
  http::h2::ClientSession session(reactor, std::move(connected), {});
  const runtime::SideTask moving(move_bytes(session));
  const auto stream = session.new_stream();
  stream->set_deadline(deadline);
  stream->start_request(grpc::health_question(net::Address(target.pod_ip, port).to_string()),
                        http::BodyLength::chunked());
  WEFT_CO_CHECK(co_await stream->write_body(grpc::health_question_body(action.service), http::Part::last));
  http::ResponseHead head;
  do {
    WEFT_CO_CHECK(co_await stream->read_head(head));
  } while (head.is_informational());
  WEFT_CO_TRY(const bool is_well, co_await grpc::read_health_answer(head, *stream));
  if (is_well) co_return Result<>{};
  co_return fail(Reason::unavailable, "gRPC probe failed: the service does not answer SERVING");
}

// Kills the probe's command when its time is over; `done` is set by whoever waits for its end.
runtime::Task<void> kill_at(RunningProcess& process, runtime::Signal& done, Time deadline) {
  if (co_await done.wait(deadline) == runtime::Wait::timed_out) process.send(SIGKILL);
}

runtime::Task<void> note_end(RunningProcess& process, runtime::Signal& done, ExitStatus& status) {
  status = co_await process.ended();
  done.set();
}

runtime::Task<Result<>> ask_command(runtime::Reactor& reactor, const ProbeTarget& target,
                                    const std::vector<std::string>& command, Time deadline) {
  const net::Fd nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
  ProcessPlan plan = *target.plan;
  plan.command = command;
  plan.output = nowhere.get();
  WEFT_CO_TRY(auto child, co_await target.sandbox->start_in_workload(target.workload, plan, deadline));
  RunningProcess process(reactor, std::move(child));
  runtime::Signal done(reactor);
  ExitStatus status;
  co_await runtime::both(reactor, note_end(process, done, status), kill_at(process, done, deadline));
  if (status.shell_code() == 0) co_return Result<>{};
  co_return fail(Reason::unavailable, "probe command ended with " + std::to_string(status.shell_code()));
}

}  // namespace

Result<uint16_t> resolve_port(const api::kubernetes::PortReference& port, const Container& container) {
  if (port.number > 0 && port.number <= 65'535) return static_cast<uint16_t>(port.number);
  for (const auto& candidate : container.ports) {
    if (!port.name.empty() && candidate.name == port.name) return static_cast<uint16_t>(candidate.container_port);
  }
  return fail(Reason::invalid, "the container has no port named \"" + port.name + "\"", Side::client);
}

std::optional<Probe> default_probe(const Container& container) {
  const auto port =
      std::ranges::find_if(container.ports, [](const auto& declared) { return declared.protocol != "UDP"; });
  if (port == container.ports.end()) return std::nullopt;
  Probe probe;
  probe.tcp_socket = api::kubernetes::TcpSocketAction{.port = {.number = port->container_port}};
  return probe;
}

runtime::Task<Result<>> ask_probe(runtime::Reactor& reactor, const ProbeTarget& target, const Probe& probe) {
  const Time deadline = reactor.now() + std::chrono::seconds(std::max(1, probe.timeout_seconds));
  if (probe.http_get) co_return co_await ask_http(reactor, target, *probe.http_get, deadline);
  if (probe.tcp_socket) co_return co_await ask_tcp(reactor, target, probe.tcp_socket->port, deadline);
  if (probe.exec) co_return co_await ask_command(reactor, target, probe.exec->command, deadline);
  if (probe.grpc) co_return co_await ask_grpc(reactor, target, *probe.grpc, deadline);
  co_return Result<>{};
}

}  // namespace weft::node
