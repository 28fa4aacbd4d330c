#include "node/pods/unmeshed_network.h"

#include <fmt/format.h>

#include "node/capture/ruleset.h"

namespace weft::node {
namespace {

constexpr auto kHolderLimit = std::chrono::seconds(10);

std::string on_loopback(const char* verb, uint16_t port) {
  return fmt::format("{} 127.0.0.1:{}", verb, port);
}

}  // namespace

UnmeshedNetwork::UnmeshedNetwork(const NodeContext& context, Holder& holder, std::unique_ptr<NameServer> names,
                                 std::unique_ptr<EgressRelay> egress)
    : names_(std::move(names)),
      egress_(std::move(egress)),
      rules_(*context.reactor, rules_of(*context.reactor, holder),
             {"service rules of a pod", [services = context.services] { return service_rules(services->targets()); },
              ""}) {}

runtime::Task<Result<std::unique_ptr<UnmeshedNetwork>>> UnmeshedNetwork::start(const NodeContext& context,
                                                                               Holder& holder,
                                                                               const PodEgress& pod_egress) {
  auto& reactor = *context.reactor;
  const Time deadline = reactor.now() + kHolderLimit;
  WEFT_CO_TRY(auto datagrams, co_await holder.ask(on_loopback("datagrams", kDnsPort), deadline));
  WEFT_CO_TRY(auto streams, co_await holder.ask(on_loopback("listen", kDnsPort), deadline));
  WEFT_CO_TRY(auto outgoing, co_await holder.ask(on_loopback("listen", kOutboundPort), deadline));
  auto names = std::make_unique<NameServer>(reactor, std::move(datagrams), std::move(streams), *context.services);
  auto egress = std::make_unique<EgressRelay>(reactor, std::move(outgoing), pod_egress);
  std::unique_ptr<UnmeshedNetwork> network(new UnmeshedNetwork(context, holder, std::move(names), std::move(egress)));
  network->names_->start();
  network->egress_->start();
  const auto ruled = co_await network->rules_.start();
  if (ruled) co_return network;
  co_await network->stop();
  co_return fail(ruled.error());
}

runtime::Task<void> UnmeshedNetwork::stop() {
  co_await names_->stop();
  co_await egress_->stop();
  co_await rules_.stop();
}

}  // namespace weft::node
