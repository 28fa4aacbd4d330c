#include "proxy/http/mirror.h"

#include <algorithm>

#include "proxy/http/answer.h"

namespace weft::proxy {
namespace {

constexpr size_t kCopiedBodyMax = size_t{64} * 1024;
constexpr uint32_t kCopiesMax = 1024;
constexpr Duration kCopyTime = std::chrono::seconds(15);

// A request that owns all that it consists of.
struct Copy {
  http::RequestHead head;
  http::BodyLength length;
  std::string body;
  bool came_by_http2 = false;  // from the client itself, not from a proxy of ours that only carried it so
};

// Nothing: this request is not copied.
std::optional<Copy> copy_of(const Exchange& exchange, RequestBody& body) {
  if (exchange.tunnel != http::TunnelKind::none) return std::nullopt;
  const auto first = body.first();
  if (!first || !first->is_last() || first->data.size() > kCopiedBodyMax || !body.trailers().empty()) {
    return std::nullopt;
  }
  const bool came_by_http2 = exchange.request.version == http::Version::http2 && !exchange.client.multiplexes;
  return Copy{exchange.request, body.length(), std::string(first->data), came_by_http2};
}

// "h:80" becomes "h-shadow:80", as in Envoy. The colons of an IPv6 address stand within brackets.
void append_shadow(std::string& authority) {
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  authority.insert(has_port ? colon : authority.size(), "-shadow");
}

// The limits are the cluster's own: a copy takes its place among the requests, or is dropped.
bool may_send_copy(const ClusterState& cluster) {
  const decide::Cluster* config = cluster.config();
  return config != nullptr && cluster.in_use.requests < cluster.limits().requests_max &&
         config->discovery != decide::Discovery::original_destination;
}

bool speaks_http2(const ClusterState& cluster, const Copy& copy) {
  const auto protocol = cluster.config()->protocol;
  return protocol == decide::EndpointProtocol::as_client ? copy.came_by_http2
                                                         : protocol == decide::EndpointProtocol::http2;
}

runtime::Task<Result<>> exchange_copy(http::ClientStream& endpoint, const Copy& copy) {
  endpoint.start_request(copy.head, copy.length);
  WEFT_CO_CHECK(co_await endpoint.write_body(copy.body, http::Part::last));
  http::ResponseHead response;
  do {
    WEFT_CO_CHECK(co_await endpoint.read_head(response));
  } while (response.is_informational());
  for (;;) {
    WEFT_CO_TRY(const http::BodyPiece dropped, co_await endpoint.read_body());
    if (dropped.is_last()) co_return Result<>();
  }
}

runtime::Task<void> send_copy(Shard& shard, ClusterState& cluster, Copy copy) {
  const Time deadline = shard.reactor.now() + kCopyTime;
  EndpointRef endpoint = cluster.pick({.random = shard.random, .now = shard.reactor.now()});
  if (!endpoint) co_return;
  const Load load(endpoint);
  const bool shares = speaks_http2(cluster, copy);
  Lease lease = shares ? shard.pools.share(*endpoint) : Lease();
  if (!lease) {
    auto acquired = shares ? co_await shard.pools.acquire_shared(std::move(endpoint), deadline)
                           : co_await shard.pools.acquire(std::move(endpoint), Repeatable::no, deadline);
    if (!acquired) co_return;
    lease = *std::move(acquired);
  }
  lease.stream().set_deadline(deadline);
  (void)co_await exchange_copy(lease.stream(), copy);
}

}  // namespace

void start_mirrors(Exchange& exchange, RequestBody& body) {
  Shard& shard = exchange.shard;
  for (const decide::Mirror& mirror : std::get<decide::Forward>(exchange.route->action).mirrors) {
    ClusterState* const cluster = shard.clusters.find(mirror.cluster);
    if (cluster == nullptr || !may_send_copy(*cluster) || !mirror.share.includes(shard.random.next())) continue;
    auto copy = copy_of(exchange, body);
    if (!copy || shard.background.running() >= kCopiesMax) return;
    if (mirror.host == decide::MirroredHost::shadow) append_shadow(copy->head.authority);
    shard.background.run(send_copy(shard, *cluster, *std::move(copy)));
  }
}

}  // namespace weft::proxy
