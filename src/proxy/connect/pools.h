// Pools: the connections of one shard to all endpoints: reused while they are good, opened within the cluster's limits,
// waited for when the limits are reached.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/connect/client_tls.h"
#include "proxy/connect/connection.h"
#include "proxy/connect/dialer.h"
#include "proxy/connect/shared_connection.h"
#include "runtime/waiter.h"

namespace weft::proxy {

class Pools;

// Whether the request may be sent again if the connection turns out to be dead. One that may not is only given a
// connection that the kernel has just confirmed to be quiet.
enum class Repeatable : uint8_t { yes, no };

// A connection for one exchange: all of an HTTP/1.1 connection, or one stream of a shared one. Destruction gives it
// back to the pool if it can take another request, else closes it; so a cancelled exchange never leaves a half-used
// connection behind.
class Lease {
 public:
  Lease() = default;
  Lease(Pools& pools, std::unique_ptr<Connection> connection) : pools_(&pools), connection_(std::move(connection)) {}
  Lease(Pools& pools, SharedConnection& shared);
  Lease(Lease&& other) noexcept
      : pools_(other.pools_),
        connection_(std::move(other.connection_)),
        shared_(std::exchange(other.shared_, nullptr)),
        stream_(std::move(other.stream_)) {}
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return connection_ != nullptr || stream_ != nullptr; }
  http::ClientStream& stream() const {
    return stream_ ? static_cast<http::ClientStream&>(*stream_) : connection_->http;
  }
  // For how long the connection had been idle when it was given to this exchange, which began then; nothing: it is new.
  std::optional<Duration> idle_before(Time began) const;
  bool is_encrypted() const { return (stream_ ? shared_->age : connection_->age).encrypted_by.has_value(); }
  bool is_reused() const { return (stream_ ? shared_->age : connection_->age).requests > 1; }

 private:
  void let_go();

  Pools* pools_ = nullptr;
  std::unique_ptr<Connection> connection_;
  SharedConnection* shared_ = nullptr;
  std::unique_ptr<http::h2::ClientStream> stream_;
};

// One shard's; outlives every lease. Idle connections cost no coroutine: sweep() looks after them.
class Pools {
 public:
  Pools(runtime::Reactor& reactor, Dialer& dialer) : reactor_(&reactor), dialer_(&dialer) {}
  ~Pools();

  // An idle connection to the endpoint that is still good; an empty lease if there is none.
  Lease reuse(Endpoint& endpoint, Repeatable repeatable);

  // An idle connection or a new one, after waiting in line if the limits are reached. Fails with `overflow` when the
  // line is full, `timed_out` at the deadline, or as the dial did.
  runtime::Task<Connected<Lease>> acquire(EndpointRef endpoint, Repeatable repeatable, Time deadline);

  // The same for HTTP/2: a place on a connection that others use, too. While one is being dialled, further requests
  // wait for it instead of opening their own.
  Lease share(Endpoint& endpoint);
  runtime::Task<Connected<Lease>> acquire_shared(EndpointRef endpoint, Time deadline);

  // A byte stream to the endpoint, encrypted where its cluster says so, which counts as one of its connections while
  // the slot lives (TCP relay).
  struct Opened {
    ConnectionSlot slot;
    std::unique_ptr<net::Stream> stream;
    std::optional<decide::TlsContextId> encrypted_by = {};  // nothing: plain text
    std::unique_ptr<ProvenConnection> proven = {};          // null: plain text
  };
  runtime::Task<Connected<Opened>> open(EndpointRef endpoint, Carries carries, Time deadline);

  // Closes idle connections that hung up, spoke out of turn, were idle for too long or lost their endpoint. Call each
  // second.
  void sweep();
  void close_idle();
  // For connections from now on; those to revoked endpoints end, whoever uses them.
  void take(TlsContextsPtr contexts);
  // Ends the connections that stand on our identity, whoever uses them.
  void expire();
  void drop_spares() { stream_memory_.drop_spares(); }

  uint64_t opened() const { return opened_; }
  uint64_t reused() const { return reused_; }
  const HandshakeCounts& handshakes() const { return handshakes_; }
  const EndedConnections& ended() const { return proven_.ended(); }

 private:
  friend class Lease;
  class Dialling;
  // What is kept for one endpoint; found by its id.
  struct EndpointPool {
    std::vector<std::unique_ptr<Connection>> idle;  // the one used last at the back
    std::vector<std::unique_ptr<SharedConnection>> shared;
    bool is_dialling_shared = false;
    runtime::IntrusiveList<runtime::Waiter> waiting;
    uint32_t connections = 0;
    std::shared_ptr<tls::Tickets> tickets;  // by which TLS connections are resumed
  };

  EndpointPool& pool_of(const Endpoint& endpoint);
  bool may_open(const Endpoint& endpoint, const EndpointPool& pool) const;
  http::h2::ClientOptions session_options(const Endpoint& endpoint);
  runtime::Task<runtime::Wait> wait_in_line(EndpointPool& pool, Time deadline);
  void give_back(std::unique_ptr<Connection> connection);
  void give_back(SharedConnection& connection);
  bool is_over(const SharedConnection& connection) const;
  void close(std::unique_ptr<Connection> connection);
  runtime::Task<Connected<void>> encrypt(const EndpointRef& endpoint, Carries carries, Time deadline, Opened& opened);
  bool is_worn_out(const Endpoint& endpoint, const ConnectionAge& age) const;
  bool is_worn_out(const SharedConnection& connection) const;
  void wake_next(EndpointPool& pool);
  void wake_all(EndpointPool& pool);

  runtime::Reactor* reactor_;
  Dialer* dialer_;
  http::h1::ClientOptions options_;
  http::h2::StreamMemoryPool stream_memory_;
  TlsContextsPtr tls_contexts_;
  HandshakeCounts handshakes_;
  ProvenConnections proven_;
  std::vector<std::unique_ptr<EndpointPool>> pools_;
  uint64_t opened_ = 0;
  uint64_t reused_ = 0;
};

}  // namespace weft::proxy
