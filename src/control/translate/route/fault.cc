// VirtualService.http[].fault.
#include <envoy/config/route/v3/route_components.pb.h>
#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>

#include "control/translate/encode.h"
#include "control/translate/route/grpc_status.h"
#include "control/translate/route/percent.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::extensions::filters::http::fault::v3::HTTPFault;

// No percentage means none, unless the deprecated integer says otherwise.
double percent_of(const api::istio::FaultDelay& delay) {
  return delay.percentage ? delay.percentage->value : delay.percent;
}

bool fill_delay(const api::istio::HttpFault& wanted, HTTPFault& fault) {
  if (!wanted.delay || !wanted.delay->fixed_delay) return false;
  set_duration(*wanted.delay->fixed_delay, *fault.mutable_delay()->mutable_fixed_delay());
  set_percent(percent_of(*wanted.delay), *fault.mutable_delay()->mutable_percentage());
  return true;
}

bool fill_abort(const api::istio::HttpFault& wanted, HTTPFault& fault) {
  if (!wanted.abort) return false;
  if (wanted.abort->http_status) {
    fault.mutable_abort()->set_http_status(static_cast<uint32_t>(*wanted.abort->http_status));
  } else if (auto status = grpc_status(wanted.abort->grpc_status.value_or(""))) {
    fault.mutable_abort()->set_grpc_status(*status);
  } else {
    return false;
  }
  set_percent(wanted.abort->percentage ? wanted.abort->percentage->value : 0,
              *fault.mutable_abort()->mutable_percentage());
  return true;
}

}  // namespace

void apply_fault(const api::istio::HttpRoute& rule, Route& route) {
  if (!rule.fault) return;
  HTTPFault fault;
  bool delays = fill_delay(*rule.fault, fault);
  bool aborts = fill_abort(*rule.fault, fault);
  if (delays || aborts) pack(fault, (*route.mutable_typed_per_filter_config())["envoy.filters.http.fault"]);
}

}  // namespace weft::control::translate
