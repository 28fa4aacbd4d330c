#include "proxy/policy/upgrades/upgrades.h"

#include <algorithm>

#include "base/strings.h"
#include "http/list_field.h"
#include "http/websocket_key.h"

namespace weft::proxy {
namespace {

using http::HeaderId;
using http::TunnelKind;

constexpr std::string_view kKey = "sec-websocket-key";
constexpr std::string_view kAccept = "sec-websocket-accept";

// The route's word goes before the listener's. Of one that only claims will tell nothing is known yet.
bool may_leave_for(const Exchange& exchange, std::string_view wanted) {
  const auto is_wanted = [&](const std::string& name) { return equal_ignoring_case(name, wanted); };
  const auto* route = exchange.route;
  if (const auto* forward = route == nullptr ? nullptr : std::get_if<decide::Forward>(&route->action)) {
    const auto rule = std::ranges::find_if(forward->upgrades, is_wanted, &decide::UpgradeRule::name);
    if (rule != forward->upgrades.end()) return rule->allowed;
  }
  return std::ranges::any_of(exchange.chain->upgrades, is_wanted);
}

bool all_allowed(const Exchange& exchange) {
  if (exchange.tunnel == TunnelKind::connect) return may_leave_for(exchange, "connect");
  bool all = true;
  http::each_item(exchange.request.headers, HeaderId::upgrade,
                  [&](std::string_view wanted) { all = all && may_leave_for(exchange, wanted); });
  return all;
}

bool wants_websocket(const Exchange& exchange) {
  const auto wanted = exchange.request.headers.get(HeaderId::upgrade);
  return exchange.tunnel == TunnelKind::upgrade && wanted && equal_ignoring_case(*wanted, "websocket");
}

}  // namespace

Eventually<Result<>> UpgradesAllowed::on_request(Exchange& exchange) const {
  if (exchange.tunnel == TunnelKind::none) return Result<>();
  if (!all_allowed(exchange)) {
    exchange.record.details = "upgrade_failed";
    return Result<>(fail(Reason::denied, "neither route nor listener allows this upgrade", Side::client));
  }
  http::Headers& headers = exchange.request.headers;
  if (wants_websocket(exchange) && !headers.has(kKey))
    headers.add(kKey, http::new_websocket_key(exchange.shard.random));
  return Result<>();
}

void UpgradesAllowed::on_response(Exchange& exchange) const {
  if (exchange.response.status != 101 || !wants_websocket(exchange)) return;
  http::Headers& headers = exchange.response.headers;
  if (exchange.request.version == http::Version::http2) {
    headers.remove(kAccept);
    return;
  }
  const auto key = exchange.request.headers.get(kKey);
  if (key && !headers.has(kAccept)) headers.add(kAccept, http::websocket_accept(*key));
}

}  // namespace weft::proxy
