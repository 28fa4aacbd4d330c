#include "proxy/policy/fault/fault.h"

#include "runtime/signal.h"

namespace weft::proxy {
namespace {

// A sleep that ends when the client leaves.
class ClientSleep final : public runtime::CancelTarget {
 public:
  explicit ClientSleep(Exchange& exchange) : client_(exchange.stream), left_(exchange.shard.reactor) {
    client_->cancel_when_client_leaves(this);
  }
  ~ClientSleep() { client_->cancel_when_client_leaves(nullptr); }

  void cancel() override { left_.set(); }
  auto until(Time time) { return left_.wait(time); }

 private:
  http::ServerStream* client_;
  runtime::Signal left_;
};

void abort_if_drawn(const decide::Fault& fault, Exchange& exchange) {
  if (!fault.abort || !fault.abort->share.includes(exchange.shard.random.next())) return;
  exchange.record.set(Flag::abort_injected);
  exchange.local_reply =
      LocalReply{fault.abort->status, "fault_filter_abort", "fault filter abort", fault.abort->grpc_status};
}

runtime::Task<Result<>> inject_delay(const decide::Fault& fault, Exchange& exchange) {
  exchange.record.set(Flag::delay_injected);
  runtime::Reactor& reactor = exchange.shard.reactor;
  const Time begin = reactor.now();
  ClientSleep sleep(exchange);
  if (co_await sleep.until(begin + fault.delay->length) == runtime::Wait::ready) {
    exchange.record.set(Flag::client_closed);
    co_return fail(Reason::cancelled, "the client left during an injected delay", Side::client);
  }
  exchange.record.delayed = reactor.now() - begin;
  abort_if_drawn(fault, exchange);
  co_return Result<>();
}

}  // namespace

Eventually<Result<>> FaultInjection::on_request(Exchange& exchange) const {
  if (!exchange.route->fault) return Result<>();
  const decide::Fault& fault = *exchange.route->fault;
  if (fault.delay && fault.delay->share.includes(exchange.shard.random.next())) return inject_delay(fault, exchange);
  abort_if_drawn(fault, exchange);
  return Result<>();
}

}  // namespace weft::proxy
