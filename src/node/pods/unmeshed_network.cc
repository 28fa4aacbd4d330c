#include "node/pods/unmeshed_network.h"

#include <fmt/format.h>

#include "base/log.h"
#include "node/capture/ruleset.h"

namespace weft::node {
namespace {

constexpr auto kHolderLimit = std::chrono::seconds(10);
// A rolling update changes endpoints in bursts, and every change is a run of nft.
constexpr auto kSettle = std::chrono::milliseconds(20);
constexpr auto kUpdateRetry = std::chrono::seconds(1);

std::string on_loopback(const char* verb, uint16_t port) {
  return fmt::format("{} 127.0.0.1:{}", verb, port);
}

}  // namespace

UnmeshedNetwork::UnmeshedNetwork(const NodeContext& context, Holder& holder, std::unique_ptr<NameServer> names,
                                 std::unique_ptr<EgressRelay> egress)
    : context_(&context),
      reactor_(context.reactor),
      holder_(&holder),
      names_(std::move(names)),
      egress_(std::move(egress)),
      gate_(*context.reactor),
      changed_(*context.reactor) {}

runtime::Task<Result<std::unique_ptr<UnmeshedNetwork>>> UnmeshedNetwork::start(const NodeContext& context,
                                                                               Holder& holder) {
  auto& reactor = *context.reactor;
  const Time deadline = reactor.now() + kHolderLimit;
  WEFT_CO_TRY(auto datagrams, co_await holder.ask(on_loopback("datagrams", kDnsPort), deadline));
  WEFT_CO_TRY(auto streams, co_await holder.ask(on_loopback("listen", kDnsPort), deadline));
  WEFT_CO_TRY(auto outgoing, co_await holder.ask(on_loopback("listen", kOutboundPort), deadline));
  auto names = std::make_unique<NameServer>(reactor, std::move(datagrams), std::move(streams), *context.services);
  auto egress = std::make_unique<EgressRelay>(reactor, std::move(outgoing), *context.egress);
  std::unique_ptr<UnmeshedNetwork> network(new UnmeshedNetwork(context, holder, std::move(names), std::move(egress)));
  network->names_->start();
  network->egress_->start();
  network->changed_.set();
  runtime::spawn(network->gate_, network->keep_rules());
  co_return network;
}

runtime::Task<void> UnmeshedNetwork::stop() {
  is_stopping_ = true;
  changed_.set();
  co_await names_->stop();
  co_await egress_->stop();
  co_await gate_.close();
}

runtime::Task<void> UnmeshedNetwork::keep_rules() {
  for (;;) {
    co_await changed_.wait();
    if (is_stopping_) co_return;
    changed_.reset();
    std::string rules = service_rules(context_->services->targets());
    if (rules == applied_) continue;
    const auto applied = co_await holder_->apply_rules(rules, reactor_->now() + kHolderLimit);
    if (applied) applied_ = std::move(rules);
    if (is_stopping_) co_return;
    if (!applied) {
      log::warn("service rules of a pod: {}", applied.error().detail);
      changed_.set();
    }
    co_await runtime::sleep_for(*reactor_, applied ? Duration(kSettle) : Duration(kUpdateRetry));
  }
}

}  // namespace weft::node
