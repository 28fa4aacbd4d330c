#include "proxy/connect/pools.h"

#include <algorithm>

#include "net/socket_stream.h"

namespace weft::proxy {
namespace {

// Counts one request that waits for a connection.
class Pending {
 public:
  explicit Pending(ClusterState& cluster) : cluster_(&cluster) { ++cluster_->in_use.pending; }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { --cluster_->in_use.pending; }

 private:
  ClusterState* cluster_;
};

Duration idle_timeout(const Endpoint& endpoint) {
  const decide::Cluster* config = endpoint.cluster->config();
  return config == nullptr ? Duration::zero() : config->idle_timeout;
}

ConnectError line_is_full() {
  return {{Reason::overflow, "too many requests wait for a connection to the cluster", Side::us, Retry::safe},
          Trouble::pending_limit};
}

ConnectError none_was_free(const Endpoint& endpoint) {
  return {{Reason::timed_out, "waiting for a free connection to " + endpoint.text, Side::endpoint, Retry::safe},
          Trouble::connect_timeout};
}

ConnectError tls_not_ready(const Endpoint& endpoint) {
  return {{Reason::unavailable, "TLS to " + endpoint.text + ": a certificate or root is not there (yet)", Side::us,
           Retry::safe},
          Trouble::tls_not_ready,
          "TLS_error:_Secret_is_not_supplied_by_SDS"};
}

}  // namespace

// Says that a shared connection is on its way; those who wait for it are told when it is there, or will not be, also
// when the one who dials is cancelled.
class Pools::Dialling {
 public:
  Dialling(Pools& pools, EndpointPool& pool) : pools_(&pools), pool_(&pool) { pool.is_dialling_shared = true; }
  Dialling(const Dialling&) = delete;
  Dialling& operator=(const Dialling&) = delete;
  ~Dialling() {
    pool_->is_dialling_shared = false;
    pools_->wake_all(*pool_);
  }

 private:
  Pools* pools_;
  EndpointPool* pool_;
};

Lease::Lease(Pools& pools, SharedConnection& shared)
    : pools_(&pools), shared_(&shared), stream_(shared.session.new_stream()) {
  ++shared.leases;
  ++shared.age.requests;
}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    let_go();
    pools_ = other.pools_;
    connection_ = std::move(other.connection_);
    shared_ = std::exchange(other.shared_, nullptr);
    stream_ = std::move(other.stream_);
  }
  return *this;
}

Lease::~Lease() {
  let_go();
}

void Lease::let_go() {
  if (connection_) pools_->give_back(std::move(connection_));
  if (!stream_) return;
  stream_.reset();
  pools_->give_back(*std::exchange(shared_, nullptr));
}

std::optional<Duration> Lease::idle_before(Time began) const {
  if (!is_reused()) return std::nullopt;
  if (stream_ && shared_->leases > 1) return Duration::zero();  // others use it
  return began - (stream_ ? shared_->idle_since : connection_->idle_since);
}

Pools::~Pools() {
  close_idle();
}

Pools::EndpointPool& Pools::pool_of(const Endpoint& endpoint) {
  const uint32_t at = endpoint.id.value();
  if (at >= pools_.size()) pools_.resize(at + 1);
  if (!pools_[at]) pools_[at] = std::make_unique<EndpointPool>();
  return *pools_[at];
}

Lease Pools::reuse(Endpoint& endpoint, Repeatable repeatable) {
  EndpointPool& pool = pool_of(endpoint);
  while (!pool.idle.empty()) {
    std::unique_ptr<Connection> connection = std::move(pool.idle.back());
    pool.idle.pop_back();
    const bool is_good =
        connection->http.is_quiet() && (repeatable == Repeatable::yes || connection->stream->is_quiet());
    if (!is_good) continue;
    ++reused_;
    ++connection->age.requests;
    return {*this, std::move(connection)};
  }
  return {};
}

// Every endpoint may have one connection whatever the cluster's limit, or its requests could wait for ever.
bool Pools::may_open(const Endpoint& endpoint, const EndpointPool& pool) const {
  return pool.connections == 0 || endpoint.cluster->in_use.connections < endpoint.cluster->limits().connections_max;
}

runtime::Task<Connected<Lease>> Pools::acquire(EndpointRef endpoint, Repeatable repeatable, Time deadline) {
  ClusterState& cluster = *endpoint->cluster;
  if (cluster.in_use.pending >= cluster.limits().pending_max) {
    co_return std::unexpected(line_is_full());
  }
  const Pending pending(cluster);
  for (;;) {
    if (Lease idle = reuse(*endpoint, repeatable)) co_return idle;
    EndpointPool& pool = pool_of(*endpoint);
    if (may_open(*endpoint, pool)) break;
    if (co_await wait_in_line(pool, deadline) != runtime::Wait::ready) {
      co_return std::unexpected(none_was_free(*endpoint));
    }
  }
  WEFT_CO_TRY(Opened opened, co_await open(endpoint, Carries::http1, deadline));
  ConnectionAge age{.opened = reactor_->now(),
                    .requests = 1,
                    .encrypted_by = opened.encrypted_by,
                    .proven = std::move(opened.proven)};
  auto connection =
      std::make_unique<Connection>(std::move(opened.stream), std::move(opened.slot), options_, std::move(age));
  co_return Lease(*this, std::move(connection));
}

// The fullest that has room, so that those not needed fall idle.
Lease Pools::share(Endpoint& endpoint) {
  const decide::Cluster* config = endpoint.cluster->config();
  const uint32_t streams_max = config == nullptr ? UINT32_MAX : config->streams_per_connection_max;
  SharedConnection* fullest = nullptr;
  for (const auto& connection : pool_of(endpoint).shared) {
    const bool is_good = connection->has_room(streams_max) && !is_worn_out(*connection);
    if (is_good && (fullest == nullptr || connection->leases > fullest->leases)) fullest = connection.get();
  }
  if (fullest == nullptr) return {};
  if (fullest->age.requests > 0) ++reused_;
  return {*this, *fullest};
}

runtime::Task<Connected<Lease>> Pools::acquire_shared(EndpointRef endpoint, Time deadline) {
  ClusterState& cluster = *endpoint->cluster;
  if (cluster.in_use.pending >= cluster.limits().pending_max) {
    co_return std::unexpected(line_is_full());
  }
  const Pending pending(cluster);
  for (;;) {
    if (Lease place = share(*endpoint)) co_return place;
    EndpointPool& pool = pool_of(*endpoint);
    if (!pool.is_dialling_shared && may_open(*endpoint, pool)) break;
    if (co_await wait_in_line(pool, deadline) != runtime::Wait::ready) {
      co_return std::unexpected(none_was_free(*endpoint));
    }
  }
  EndpointPool& pool = pool_of(*endpoint);
  const Dialling dialling(*this, pool);
  WEFT_CO_TRY(Opened opened, co_await open(endpoint, Carries::http2, deadline));
  ConnectionAge age{.opened = reactor_->now(), .encrypted_by = opened.encrypted_by, .proven = std::move(opened.proven)};
  pool.shared.push_back(std::make_unique<SharedConnection>(*reactor_, std::move(opened.stream), std::move(opened.slot),
                                                           session_options(*endpoint), std::move(age)));
  co_return Lease(*this, *pool.shared.back());
}

http::h2::ClientOptions Pools::session_options(const Endpoint& endpoint) {
  http::h2::ClientOptions options{.memory = &stream_memory_};
  options.settings.multiplexes = endpoint.multiplexes;
  const decide::Cluster* config = endpoint.cluster->config();
  if (config == nullptr || !config->http2_keepalive) return options;
  options.keepalive = config->http2_keepalive->interval;
  options.keepalive_answer = config->http2_keepalive->timeout;
  return options;
}

runtime::Task<runtime::Wait> Pools::wait_in_line(EndpointPool& pool, Time deadline) {
  runtime::Waiter waiter(*reactor_);
  pool.waiting.push_back(waiter);
  co_return co_await waiter.wait(deadline);
}

runtime::Task<Connected<Pools::Opened>> Pools::open(EndpointRef endpoint, Carries carries, Time deadline) {
  const decide::Cluster* config = endpoint->cluster->config();
  EndpointPool& pool = pool_of(*endpoint);
  ConnectionSlot slot(endpoint, pool.connections);
  DialRequest request{.to = endpoint->address, .deadline = deadline};
  if (config != nullptr) {
    request.source = config->source_address;
    request.deadline = std::min(deadline, reactor_->now() + config->connect_timeout);
  }
  auto stream = co_await dialer_->dial(request);
  if (!stream) {
    wake_next(pool);  // it may try itself; otherwise nobody would ever wake it
    co_return std::unexpected(of_dialling(std::move(stream).error()));
  }
  config = endpoint->cluster->config();  // it may have changed meanwhile
  if (config != nullptr && config->keepalive && (*stream)->socket() >= 0) {
    const auto& [probes, time_s, interval_s] = *config->keepalive;
    net::keep_alive((*stream)->socket(), {.probes = probes, .time_s = time_s, .interval_s = interval_s});
  }
  Opened opened{std::move(slot), *std::move(stream)};
  auto encrypted = co_await encrypt(endpoint, carries, request.deadline, opened);
  if (!encrypted) {
    wake_next(pool);
    co_return std::unexpected(std::move(encrypted).error());
  }
  ++opened_;
  co_return opened;
}

runtime::Task<Connected<void>> Pools::encrypt(const EndpointRef& endpoint, Carries carries, Time deadline,
                                              Opened& opened) {
  const decide::ClusterPtr cluster = endpoint->cluster->shared_config();
  const decide::ClientTls* settings = cluster ? client_tls_for(*cluster, endpoint->socket_labels.get()) : nullptr;
  if (settings == nullptr) co_return Connected<void>();
  const auto context = tls_contexts_ ? tls_contexts_->find(settings->id) : nullptr;
  if (!context) {
    co_return std::unexpected(tls_not_ready(*endpoint));
  }
  auto& tickets = pool_of(*endpoint).tickets;
  if (!tickets) tickets = std::make_shared<tls::Tickets>();
  auto server = server_name_for(*cluster, *settings, carries, tickets);
  WEFT_CO_TRY(auto secured,
              co_await secure(std::move(opened.stream), context, std::move(server), handshakes_, deadline));
  opened.encrypted_by = settings->id;
  opened.proven = std::make_unique<ProvenConnection>(*secured, secured->engine());
  proven_.add(*opened.proven);
  opened.stream = std::move(secured);
  co_return Connected<void>();
}

void Pools::take(TlsContextsPtr contexts) {
  tls_contexts_ = std::move(contexts);
  if (!tls_contexts_ || tls_contexts_->revoked().empty()) return;
  proven_.revoke(tls_contexts_->revoked());
  sweep();
}

void Pools::expire() {
  proven_.expire();
  sweep();
}

bool Pools::is_worn_out(const Endpoint& endpoint, const ConnectionAge& age) const {
  if (age.proven && age.proven->has_ended()) return true;
  const decide::Cluster* config = endpoint.cluster->config();
  if (endpoint.is_gone || config == nullptr) return true;
  const decide::ClientTls* settings = client_tls_for(*config, endpoint.socket_labels.get());
  if ((settings != nullptr) != age.encrypted_by.has_value()) return true;
  if (settings != nullptr && settings->id != *age.encrypted_by) return true;
  // Connections between two of our proxies carry the requests of many clients: they are not broken up by number.
  const uint32_t requests_max = endpoint.multiplexes ? 0 : config->requests_per_connection_max;
  if (requests_max != 0 && age.requests >= requests_max) return true;
  const Duration age_max = config->connection_age_max;
  return age_max > Duration::zero() && reactor_->now() - age.opened >= age_max;
}

bool Pools::is_worn_out(const SharedConnection& connection) const {
  const Endpoint& endpoint = *connection.slot.endpoint();
  return connection.multiplexes != endpoint.multiplexes || is_worn_out(endpoint, connection.age);
}

void Pools::give_back(std::unique_ptr<Connection> connection) {
  const bool is_spent = is_worn_out(*connection->slot.endpoint(), connection->age);
  if (!connection->http.reusable() || is_spent) return close(std::move(connection));
  connection->idle_since = reactor_->now();
  EndpointPool& pool = pool_of(*connection->slot.endpoint());
  pool.idle.push_back(std::move(connection));
  wake_next(pool);
}

void Pools::give_back(SharedConnection& connection) {
  if (--connection.leases == 0) connection.idle_since = reactor_->now();
  wake_next(pool_of(*connection.slot.endpoint()));
}

// Nobody uses it, and nobody shall.
bool Pools::is_over(const SharedConnection& connection) const {
  if (connection.leases > 0) return false;
  const Endpoint& endpoint = *connection.slot.endpoint();
  const Duration timeout = idle_timeout(endpoint);
  const bool is_old = timeout > Duration::zero() && reactor_->now() - connection.idle_since >= timeout;
  return is_old || connection.session.is_draining() || is_worn_out(connection);
}

void Pools::close(std::unique_ptr<Connection> connection) {
  EndpointPool& pool = pool_of(*connection->slot.endpoint());
  connection.reset();
  wake_next(pool);
}

void Pools::wake_next(EndpointPool& pool) {
  if (!pool.waiting.empty()) pool.waiting.pop_front().wake(runtime::Wait::ready);
}

void Pools::wake_all(EndpointPool& pool) {
  while (!pool.waiting.empty()) wake_next(pool);
}

void Pools::sweep() {
  for (auto& pool : pools_) {
    if (!pool) continue;
    std::erase_if(pool->shared, [&](const auto& connection) { return is_over(*connection); });
    std::erase_if(pool->idle, [&](const std::unique_ptr<Connection>& connection) {
      const Endpoint& endpoint = *connection->slot.endpoint();
      const Duration timeout = idle_timeout(endpoint);
      const bool is_old = timeout > Duration::zero() && reactor_->now() - connection->idle_since >= timeout;
      const bool has_ended = connection->age.proven && connection->age.proven->has_ended();
      return is_old || has_ended || endpoint.is_gone || endpoint.cluster->config() == nullptr ||
             !connection->http.is_quiet();
    });
  }
}

void Pools::close_idle() {
  for (auto& pool : pools_) {
    if (!pool) continue;
    pool->idle.clear();
    std::erase_if(pool->shared, [](const auto& connection) { return connection->leases == 0; });
  }
}

}  // namespace weft::proxy
