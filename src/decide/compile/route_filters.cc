#include "decide/compile/route_filters.h"

#include "decide/compile/cors_policy.h"
#include "decide/compile/fault.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {

Result<> compile_route_filters(const envoy::config::route::v3::Route& wire, Route& route) {
  if (wire.route().has_cors()) {
    WEFT_TRY(route.cors, compile_cors(wire.route().cors()));
  }
  for (const auto& [filter, settings] : wire.typed_per_filter_config()) {
    const std::string what = "settings for filter '" + filter + "'";
    if (filter == "envoy.filters.http.fault") {
      using envoy::extensions::filters::http::fault::v3::HTTPFault;
      WEFT_TRY(const auto fault, unpack<HTTPFault>(settings, what));
      WEFT_TRY(route.fault, compile_fault(fault));
    } else if (filter == "envoy.filters.http.cors") {
      using envoy::extensions::filters::http::cors::v3::CorsPolicy;
      WEFT_TRY(const auto cors, unpack<CorsPolicy>(settings, what));
      WEFT_TRY(route.cors, compile_cors(cors));
    } else {
      return fail(Reason::unsupported, what);
    }
  }
  return {};
}

}  // namespace weft::decide
