#include "node/broker/relay.h"

#include <array>

#include "base/log.h"
#include "node/broker/host_resolver.h"
#include "runtime/signal.h"

namespace weft::node {
namespace {

constexpr Duration kRelayConnectLimit = std::chrono::seconds(10);
constexpr uint32_t kRelayedMax = 1024;

runtime::Task<void> copy_one_way(net::Stream& from, net::Stream& to) {
  std::array<char, 16'384> part{};
  for (;;) {
    const auto size = co_await net::read_some(from, part);
    if (!size) break;
    if (*size == 0) {
      to.finish_writing();
      co_return;
    }
    if (!co_await net::write_all(to, {part.data(), *size})) break;
  }
  // Broken: neither direction can go on.
  from.cancel();
  to.cancel();
}

}  // namespace

runtime::Task<void> relay(runtime::Reactor& reactor, net::Stream& first, net::Stream& second) {
  return runtime::both(reactor, copy_one_way(first, second), copy_one_way(second, first));
}

struct EgressRelay::Connection : runtime::Link<Connection> {
  std::unique_ptr<net::SocketStream> client;
  std::unique_ptr<net::SocketStream> server;
};

EgressRelay::EgressRelay(runtime::Reactor& reactor, net::Fd listening, const PodEgress& egress)
    : reactor_(&reactor), listener_(reactor, std::move(listening)), egress_(&egress), gate_(reactor) {}

void EgressRelay::start() {
  runtime::spawn(gate_, accept_all());
}

runtime::Task<void> EgressRelay::stop() {
  is_stopping_ = true;
  listener_.cancel();
  while (!connections_.empty()) {
    Connection& connection = connections_.pop_front();
    connection.client->cancel();
    if (connection.server) connection.server->cancel();
  }
  co_await gate_.close();
}

runtime::Task<void> EgressRelay::accept_all() {
  while (!is_stopping_) {
    auto accepted = co_await listener_.accept();
    if (accepted && gate_.inside() <= kRelayedMax) {
      runtime::spawn(gate_, serve(std::move(*accepted)));
    } else if (!accepted && accepted.error().reason != Reason::overflow) {
      co_return;
    } else if (!accepted) {
      co_await runtime::sleep_for(*reactor_, std::chrono::milliseconds(50));
    }
  }
}

runtime::Task<void> EgressRelay::serve(std::unique_ptr<net::SocketStream> client) {
  Connection connection;
  connection.client = std::move(client);
  connections_.push_back(connection);
  const auto to = net::original_destination(connection.client->fd());
  if (!to || egress_->refusal(network_policy::Transport::tcp, *to, host_resolver()) != 0) {
    connection.client->reset_on_close();
    co_return;
  }
  auto server = co_await net::dial(*reactor_, *to, {.deadline = reactor_->now() + kRelayConnectLimit});
  if (!server || is_stopping_) {
    if (!server) log::debug("egress to {}: {}", to->to_string(), server.error().detail);
    connection.client->reset_on_close();
    co_return;
  }
  connection.server = std::move(*server);
  co_await relay(*reactor_, *connection.client, *connection.server);
}

}  // namespace weft::node
