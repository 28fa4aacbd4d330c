#include "node/exec/exec_server.h"

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "net/message_socket.h"

namespace weft::node {
namespace {

constexpr auto kReadyLimit = std::chrono::seconds(40);  // a sidecar may take 30 s before a pod is given up
constexpr Duration kLook = std::chrono::milliseconds(2);

Result<net::Fd> file_with(std::string_view text) {
  net::Fd file(memfd_create("weft-exec", MFD_CLOEXEC));
  if (!file.is_open()) return fail(system_error("making room for an answer", errno));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return fail(system_error("writing an answer", errno));
  }
  return file;
}

Result<> send_target(int socket, const ExecTarget& target) {
  WEFT_TRY(const net::Fd file, file_with(to_text(ExecSurroundings{target.environment, target.working_dir})));
  const std::array<int, 2> with{target.workload, file.get()};
  return net::send_message(socket, "ok", with);
}

}  // namespace

Result<std::unique_ptr<ExecServer>> ExecServer::open(const NodeContext& context, PodTable& pods) {
  WEFT_TRY(auto listening, net::listen_for_messages(context.state.exec_socket()));
  return std::unique_ptr<ExecServer>(new ExecServer(context, pods, std::move(listening)));
}

ExecServer::ExecServer(const NodeContext& context, PodTable& pods, net::Fd listening)
    : context_(&context),
      reactor_(context.reactor),
      pods_(&pods),
      listening_(std::move(listening)),
      watch_(*context.reactor, listening_.get()),
      gate_(*context.reactor) {}

void ExecServer::start() {
  runtime::spawn(gate_, accept_all());
}

runtime::Task<void> ExecServer::stop() {
  is_stopping_ = true;
  watch_.readiness().cancel();
  while (!sessions_.empty()) sessions_.pop_front().watch.readiness().cancel();
  co_await gate_.close();
}

runtime::Task<void> ExecServer::accept_all() {
  while (!is_stopping_) {
    net::Fd accepted(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (accepted.is_open()) {
      runtime::spawn(gate_, serve(std::move(accepted)));
    } else if (errno == EAGAIN) {
      watch_.readiness().clear_readable();
      (void)co_await watch_.readable();
    } else {
      co_await runtime::sleep_for(*reactor_, std::chrono::milliseconds(50));
    }
  }
}

runtime::Task<void> ExecServer::serve(net::Fd accepted) {
  Session session(*reactor_, std::move(accepted));
  sessions_.push_back(session);
  auto request = co_await receive(session);
  if (request) {
    const auto answered = co_await answer(session, std::move(*request));
    if (!answered) (void)net::send_message(session.socket.get(), "error " + answered.error().detail, {});
    if (answered) (void)co_await receive(session);  // the end of the command
  }
  if (!session.fresh_pod.empty()) co_await remove_fresh_pod(session.fresh_pod);
}

runtime::Task<Result<std::string>> ExecServer::receive(Session& session) {
  for (;;) {
    auto message = net::receive_message(session.socket.get());
    if (message && message->bytes.empty()) co_return fail(Reason::closed, "the client has left");
    if (message) co_return std::move(message->bytes);
    if (message.error().reason != Reason::unavailable) co_return fail(std::move(message).error());
    session.watch.readiness().clear_readable();
    if (co_await session.watch.readable() != runtime::Wait::ready)
      co_return fail(Reason::cancelled, "the agent is stopping");
  }
}

runtime::Task<Result<>> ExecServer::answer(Session& session, std::string request) {
  WEFT_CO_TRY(const auto asked, parse_exec_request(request));
  auto target = asked.pod.empty() ? co_await make_target(session, asked) : co_await find_target(session, asked);
  if (!target) co_return fail(std::move(target).error());
  co_return send_target(session.socket.get(), *target);
}

runtime::Task<Result<ExecTarget>> ExecServer::find_target(Session&, const ExecRequest& request) {
  const std::string title = request.namespace_name + "/" + request.pod;
  const auto* const pod = pods_->find(request.namespace_name, request.pod);
  if (pod == nullptr) co_return fail(Reason::not_found, "no pod " + title + " runs here", Side::client);
  auto target = pod->exec_target(request.container);
  if (target) co_return *std::move(target);
  const auto trouble = pod->trouble();
  co_return fail(Reason::unavailable,
                 "pod " + title + " has no running container" + (trouble.empty() ? "" : ": " + trouble));
}

runtime::Task<Result<ExecTarget>> ExecServer::make_target(Session& session, const ExecRequest& request) {
  auto& reactor = *context_->reactor;
  const std::string name = fmt::format("weft-exec-{:08x}", random_.next() & 0xffff'ffff);
  const std::string collection = "/api/v1/namespaces/" + request.namespace_name + "/pods";
  WEFT_CO_TRY(const auto made, co_await context_->control_plane->create(collection, exec_pod(request, name)));
  session.fresh_pod = collection + "/" + name;
  std::string trouble;
  for (const Time limit = reactor.now() + kReadyLimit; reactor.now() < limit && !is_stopping_;) {
    // Looked up anew each time: the pod may go while we wait.
    const auto* const pod = pods_->find(request.namespace_name, name);
    auto target = pod == nullptr ? std::nullopt : pod->exec_target();
    if (target && pod->is_ready()) {
      target->working_dir.clear();
      co_return *std::move(target);
    }
    if (pod != nullptr) trouble = pod->trouble();
    co_await runtime::sleep_for(reactor, kLook);
  }
  co_return fail(Reason::timed_out,
                 "the pod for this command did not get ready" + (trouble.empty() ? "" : ": " + trouble));
}

runtime::Task<void> ExecServer::remove_fresh_pod(std::string path) {
  for (int tries = 0; tries < 50; ++tries) {
    const auto removed = co_await context_->control_plane->remove(path);
    if (removed || !is_away(removed.error()) || is_stopping_) co_return;
    co_await runtime::sleep_for(*reactor_, std::chrono::milliseconds(100));
  }
  log::warn("could not delete {}", path);
}

}  // namespace weft::node
