#include "proxy/inbound/stack.h"

#include <array>

#include "proxy/policy/authorization/authorization.h"
#include "proxy/policy/delivery/delivery.h"
#include "proxy/policy/external_authorization/external_authorization.h"
#include "proxy/policy/forwarded/forwarded.h"
#include "proxy/policy/hop_by_hop/hop_by_hop.h"
#include "proxy/policy/request_id/request_id.h"
#include "proxy/policy/route_edits/route_edits.h"
#include "proxy/policy/server_header/server_header.h"
#include "proxy/policy/service_time/service_time.h"
#include "proxy/policy/token/token_stripping.h"
#include "proxy/policy/token/tokens.h"
#include "proxy/policy/trust/trust.h"
#include "proxy/policy/upgrades/upgrades.h"

namespace weft::proxy {

Stack inbound_stack() {
  static constexpr AuthorizationCheck authorization;
  static constexpr Delivery delivery;
  static constexpr ExternalCheck external_check;
  static constexpr UpgradesAllowed upgrades;
  static constexpr HopByHop hop_by_hop;
  static constexpr Trust trust;
  static constexpr RequestId request_id;
  static constexpr Tokens tokens;
  static constexpr TokenStripping token_stripping;
  static constexpr Forwarded forwarded;
  static constexpr RouteEdits route_edits;
  static constexpr ServiceTime service_time;
  static constexpr ServerName server_name;
  // In the order in which a request meets them; responses meet them from the last to the first.
  static constexpr std::array<const Policy*, 13> kStack = {
      &delivery,         // on responses last: between two of our proxies nobody else has a say in it
      &upgrades,         // before the fields it reads are stripped
      &hop_by_hop,       // before ours are added: a client can name none of them away
      &trust,            // before anyone could act on what a stranger claims
      &request_id,       // behind what clients may name away: no request goes on without
      &forwarded,        // before edits, which may overwrite it on purpose, and before anyone asks who the client is
      &external_check,   // Istio's order: before tokens, which it may bring
      &tokens,           // before authorization, which asks whose request it is
      &authorization,    // behind what finds out who the client is, before anything is done for it
      &token_stripping,  // after authorization, which may look at the fields that tokens come in
      &server_name,      // on responses after the edits: the listener has the last word
      &service_time,     // on responses after the edits, for the same reason
      &route_edits,      // last: what the user asked for, on what will really be sent
  };
  return kStack;
}

}  // namespace weft::proxy
