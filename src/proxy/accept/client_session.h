// ClientSessions: what becomes of the connections that a shard has accepted. Where was each going, what does it speak,
// which filter chain takes it; and how little stays of it while its client has nothing to say.
#pragma once

#include <memory>

#include "decide/address.h"
#include "net/fd.h"
#include "proxy/accept/client_counts.h"
#include "proxy/http/serve_connection.h"
#include "runtime/gate.h"
#include "runtime/signal.h"
#include "runtime/slab.h"

namespace weft::proxy {

class ClientSession;

// The address of a listening socket, shared by the connections that it took: it may be long.
using AcceptedAt = std::shared_ptr<const decide::EndpointAddress>;

// One shard's, on its thread. Must be empty when destroyed.
class ClientSessions {
 public:
  // The service's stack is chosen for each connection. Each is inside the gate for as long as it lasts, and sets `room`
  // when it has ended. Both, and what the service refers to, outlive this.
  ClientSessions(const HttpService& service, runtime::Gate& inside, runtime::Signal& room);

  // Serves the connection until it ends.
  void begin(const AcceptedAt& accepted_at, net::Fd socket, ClientCounts::Place place);

 private:
  friend class ClientSession;
  void end(ClientSession& session);

  HttpService service_;
  runtime::Gate* inside_;
  runtime::Signal* room_;
  runtime::Slab records_;
};

}  // namespace weft::proxy
