// Exchange: one request, its response, and what has been decided about them so far. Policies read and change it;
// nothing in it is shared with another request.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "decide/listener.h"
#include "decide/peer.h"
#include "decide/routing/request_head.h"
#include "http/message.h"
#include "http/server_stream.h"
#include "net/address.h"
#include "proxy/connect/routed_headers.h"
#include "proxy/connect/shard.h"
#include "proxy/policy/attempt_log.h"
#include "proxy/policy/field_change.h"
#include "proxy/policy/idle_watch.h"
#include "proxy/policy/local_reply.h"
#include "proxy/policy/request_body.h"
#include "proxy/policy/request_record.h"

namespace weft::decide {
class Claims;          // decide/token/
struct TokenProvider;  // decide/token/
}  // namespace weft::decide

namespace weft::proxy {

// Whose connection the requests come over. Fixed when it is accepted.
struct ClientFacts {
  decide::SocketAddress address;
  decide::SocketAddress destination;  // where it was going before capture; the local address if it was not captured
  decide::Direction direction = decide::Direction::unspecified;
  bool is_encrypted = false;                    // by TLS that ends here
  bool multiplexes = false;                     // HTTP/2 is but the way here: without it HTTP/1.1 would have come
  std::optional<decide::IpAddress> relayed_by;  // whose PROXY header names `address`, where one does
  std::string_view server_name;                 // SNI; belongs to the connection
  const decide::Peer* peer = nullptr;           // whom the client's certificate names; belongs to the connection

  // The other end of the connection itself.
  decide::IpAddress direct_ip() const { return relayed_by.value_or(address.ip); }
};

// Used for one request after another: begin() resets it, keeping the memory. Borrowed from the shard's pool for as long
// as a request lasts.
struct Exchange {
  Exchange(Shard& its_shard, const ClientFacts& facts)
      : shard(its_shard), client(facts), headers(request.headers), idle(its_shard.reactor) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Called when a request's head has been read into `request`.
  void begin(const decide::HttpChain& its_chain);

  // Between requests: keeps no configuration and no endpoint alive.
  void let_go() {
    record.endpoint = {};
    attempts.clear();
    claims.reset();
    token_providers.clear();
    snapshot = SnapshotRef();
  }

  // The request as routing sees it, now.
  decide::RequestHead routed() const {
    return {request.method, request.scheme, request.authority, request.path, &headers, random, claims.get()};
  }

  // Until tokens have been looked at, the route may be another, or none.
  bool routes_by_claims() const {
    const decide::RouteTable* table = snapshot->routes_of(*chain);
    return table != nullptr && table->asks_claims && chain->token_rules != nullptr;
  }

  // The response grants what the client asked for: from now on bytes go both ways.
  bool is_tunnel() const { return http::opens_tunnel(tunnel, response.status); }

  // The value of the cookie that the client is given; empty if it gets none.
  std::string_view issued() const {
    return issued_cookie == nullptr ? std::string_view() : std::string_view(issued_value.data(), issued_value.size());
  }

  Shard& shard;
  ClientFacts client;
  decide::SocketAddress origin;  // the client, or whom trusted proxies before us name in its place
  http::RequestHead request;
  http::ResponseHead response;
  RoutedHeaders headers;
  SnapshotRef snapshot;  // what this request was decided by
  const decide::HttpChain* chain = nullptr;
  const decide::Route* route = nullptr;
  const decide::WeightedCluster* destination = nullptr;  // of a forwarding route
  RequestRecord record;
  AttemptLog attempts;
  std::string original_path;  // if a policy rewrote it
  uint64_t random = 0;
  http::TunnelKind tunnel = http::TunnelKind::none;  // that the client asks for
  IdleWatch idle;
  http::ServerStream* stream = nullptr;          // the client's, while the request is served
  RequestBody* body = nullptr;                   // likewise
  bool is_one_too_many = false;                  // for the memory there is: it is to be refused
  bool route_is_stale = false;                   // a policy has changed what routes are chosen by: choose again
  std::shared_ptr<const decide::Claims> claims;  // of the request's tokens, which are valid; null: it has none
  std::vector<const decide::TokenProvider*> token_providers;  // who believes these tokens; the chain's
  std::optional<LocalReply> local_reply;                      // set by a policy: the answer, instead of the endpoint's
  std::vector<FieldChange> told;                              // by an authorizer, to the client
  std::string allowed_origin;                         // who may read the response, if the route's CORS policy lets it
  const decide::HashCookie* issued_cookie = nullptr;  // that the client is given; the route's
  std::array<char, 16> issued_value{};
};

}  // namespace weft::proxy
