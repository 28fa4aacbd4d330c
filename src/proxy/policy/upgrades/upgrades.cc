#include "proxy/policy/upgrades/upgrades.h"

#include <algorithm>

#include "base/strings.h"
#include "http/list_field.h"

namespace weft::proxy {

Eventually<Result<>> UpgradesAllowed::on_request(Exchange& exchange) const {
  if (!exchange.wants_upgrade) return Result<>();
  bool all_allowed = true;
  http::each_item(exchange.request.headers, http::HeaderId::upgrade, [&](std::string_view wanted) {
    const auto is_wanted = [&](const std::string& allowed) { return equal_ignoring_case(allowed, wanted); };
    all_allowed = all_allowed && std::ranges::any_of(exchange.chain->upgrades, is_wanted);
  });
  if (all_allowed) return Result<>();
  exchange.record.details = "upgrade_failed";
  return Result<>(fail(Reason::denied, "the listener does not allow this upgrade", Side::client));
}

}  // namespace weft::proxy
