// RemoteCall: kubectl exec, cp and port-forward: who is asked for is looked up and checked here, before the connection
// is handed to control/remote. attach is refused: a container's standard input is nobody's.
#pragma once

#include "control/apiserver/call.h"
#include "control/apiserver/target.h"
#include "control/store/store.h"
#include "http/service/exchange.h"
#include "runtime/reactor.h"

namespace weft::control {

// How processes in pods are started. A value.
struct NodePrograms {
  std::string weft_node;  // beside weftd
  std::string state_folder;
};

bool is_remote(const Target& target);

// For one call; what it is made of outlives it.
class RemoteCall {
 public:
  RemoteCall(runtime::Reactor& reactor, const Store& store, const NodePrograms& programs, const Call& call,
             const Target& target)
      : reactor_(&reactor), store_(&store), programs_(&programs), call_(&call), target_(&target) {}

  // Answers for as long as the client stays. Fails, before there was an answer, with 404 (no such pod), 400 (no such
  // container, a pod that is done, no command, another protocol) or 501 (attach).
  runtime::Task<Reply<>> run(http::Exchange& exchange);

 private:
  Reply<> check() const;
  Reply<std::string> container_of(const api::Json& pod) const;
  // The head that grants an upgrade to what client and weftd both speak.
  Reply<http::ResponseHead> granted(const http::Exchange& exchange);
  Reply<http::ResponseHead> granted_spdy() const;
  Reply<http::ResponseHead> granted_websocket();
  std::vector<std::string> words(const std::vector<std::string>& command) const;
  runtime::Task<void> exec(http::RawConnection raw);
  runtime::Task<void> forward_ports(http::RawConnection raw);

  runtime::Reactor* reactor_;
  const Store* store_;
  const NodePrograms* programs_;
  const Call* call_;
  const Target* target_;
  std::string container_;
  bool is_websocket_ = false;
};

}  // namespace weft::control
