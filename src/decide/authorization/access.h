// Access: what authorization may look at: who asks, from where, and for what. Views and pointers into the caller's; for
// one decision.
#pragma once

#include <string_view>

#include "decide/address.h"
#include "decide/peer.h"
#include "decide/routing/request_head.h"
#include "decide/token/claims.h"

namespace weft::decide {

// Owns nothing: whatever it points to outlives the decision. One thread.
struct Access {
  const Peer* peer = nullptr;            // whom a verified certificate names; null: nobody
  IpAddress direct;                      // the other end of the connection
  IpAddress remote;                      // the client, as proxies that are trusted name it
  SocketAddress destination;             // where the connection was going
  std::string_view server_name;          // SNI
  const RequestHead* request = nullptr;  // null: a connection of which no more is known
  const Claims* claims = nullptr;        // of the request's valid tokens; null: it has none
};

}  // namespace weft::decide
