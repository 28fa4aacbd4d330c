#include "proxy/policy/external_authorization/consult.h"

#include "proxy/connect/load.h"
#include "proxy/connect/pools.h"

namespace weft::proxy {
namespace {

// A page to log in at has some tens of KiB.
constexpr size_t kAnswerMax = size_t{256} * 1024;

// While it lives, a client that leaves ends the waits of `stream`.
class ClientWatch {
 public:
  ClientWatch(http::ServerStream* client, http::ClientStream& stream) : client_(client) {
    if (client_ != nullptr) client_->cancel_when_client_leaves(&stream.cancel_target());
  }
  ~ClientWatch() {
    if (client_ != nullptr) client_->cancel_when_client_leaves(nullptr);
  }
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

 private:
  http::ServerStream* client_;
};

Result<ClusterState*> authorizer_cluster(Shard& shard, decide::ClusterId id) {
  ClusterState* const cluster = shard.clusters.find(id);
  if (cluster == nullptr || cluster->config() == nullptr)
    return fail(Reason::no_cluster, "the authorizer's cluster is not known");
  if (cluster->in_use.requests >= cluster->limits().requests_max)
    return fail(Reason::overflow, "too many questions to the authorizer are under way");
  return cluster;
}

bool shares_connection(http::Version version, const Endpoint& endpoint) {
  return version == http::Version::http2 || endpoint.multiplexes ||
         endpoint.cluster->config()->protocol == decide::EndpointProtocol::http2;
}

runtime::Task<Result<>> exchange_heads(http::ClientStream& stream, const Question& question, Statement& statement) {
  stream.start_request(question.head, question.length);
  WEFT_CO_CHECK(co_await stream.write_body(question.body, http::Part::last));
  do {
    WEFT_CO_CHECK(co_await stream.read_head(statement.head));
  } while (statement.head.is_informational() && statement.head.status != 101);
  if (statement.head.status == 101)
    co_return fail(Reason::malformed, "an upgrade that nobody asked for", Side::endpoint);
  co_return Result<>();
}

// A head says enough for most answers: one whose body does not come to its end is left as it is.
runtime::Task<void> read_rest(http::ClientStream& stream, Statement& statement) {
  for (;;) {
    auto piece = co_await stream.read_body();
    if (!piece || statement.body.size() + piece->data.size() > kAnswerMax) co_return;
    statement.body += piece->data;
    if (!piece->is_last()) continue;
    statement.trailers = stream.response_trailers();
    statement.is_whole = true;
    co_return;
  }
}

runtime::Task<Result<Statement>> ask_endpoint(Shard& shard, EndpointRef endpoint, const Question& question,
                                              Time deadline, http::ServerStream* client) {
  const Load load(endpoint);
  const bool shares = shares_connection(question.version, *endpoint);
  auto lease = shares ? co_await shard.pools.acquire_shared(std::move(endpoint), deadline)
                      : co_await shard.pools.acquire(std::move(endpoint), Repeatable::no, deadline);
  if (!lease) co_return fail(std::move(lease).error());
  http::ClientStream& stream = lease->stream();
  stream.set_deadline(deadline);
  const ClientWatch watch(client, stream);
  Statement statement;
  if (auto answered = co_await exchange_heads(stream, question, statement); !answered) {
    Error error = std::move(answered).error();
    error.retry = stream.was_unread() ? Retry::safe : Retry::unsafe;
    co_return fail(std::move(error));
  }
  co_await read_rest(stream, statement);
  co_return statement;
}

}  // namespace

runtime::Task<Result<Statement>> consult(Shard& shard, const decide::ExternalAuthorization& external,
                                         const Question& question, http::ServerStream* client) {
  constexpr int kAttemptsMax = 2;
  const Time deadline = shard.reactor.now() + external.timeout;
  for (int attempt = 1;; ++attempt) {
    WEFT_CO_TRY(ClusterState* const cluster, authorizer_cluster(shard, external.cluster));
    const Time begin = shard.reactor.now();
    EndpointRef endpoint = cluster->pick({.random = shard.random, .now = begin});
    if (!endpoint) co_return fail(Reason::no_healthy_endpoint, "the authorizer has no healthy endpoint");
    auto statement = co_await ask_endpoint(shard, endpoint, question, deadline, client);
    const bool left = !statement && statement.error().reason == Reason::cancelled;
    if (left) co_return statement;
    Observation seen{.at = shard.reactor.now(), .took = shard.reactor.now() - begin};
    if (statement) seen.status = statement->head.status;
    cluster->observe(*endpoint, seen);
    if (statement || statement.error().retry != Retry::safe || attempt == kAttemptsMax) co_return statement;
  }
}

}  // namespace weft::proxy
