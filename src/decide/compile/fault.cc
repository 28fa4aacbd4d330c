#include "decide/compile/fault.h"

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::http::fault::v3::HTTPFault;

// What stands for a gRPC status towards clients that speak plain HTTP (google.rpc.Code).
uint16_t http_status_of(uint32_t grpc_status) {
  constexpr std::array<uint16_t, 17> kStatuses = {200, 499, 500, 400, 504, 404, 409, 403, 429,
                                                  400, 409, 400, 501, 500, 503, 500, 401};
  return grpc_status < kStatuses.size() ? kStatuses[grpc_status] : 500;
}

// Which requests are meant at all, and the faults of responses: Istio asks for none of these.
Result<> check_fault_supported(const HTTPFault& wire) {
  const auto refuse = [](const char* what) {
    return fail(Reason::unsupported, std::string(what) + " of a fault is not supported");
  };
  if (!wire.upstream_cluster().empty()) return refuse("upstream_cluster");
  if (wire.headers_size() > 0) return refuse("headers");
  if (wire.downstream_nodes_size() > 0) return refuse("downstream_nodes");
  if (wire.has_max_active_faults()) return refuse("max_active_faults");
  if (wire.has_response_rate_limit()) return refuse("response_rate_limit");
  return {};
}

Result<Fault::Abort> abort_of(const envoy::extensions::filters::http::fault::v3::FaultAbort& wire) {
  Fault::Abort abort{.share = to_fraction(wire.percentage())};
  switch (wire.error_type_case()) {
    case envoy::extensions::filters::http::fault::v3::FaultAbort::kHttpStatus:
      if (wire.http_status() < 200 || wire.http_status() > 599) {
        return fail(Reason::invalid, "http_status " + std::to_string(wire.http_status()) + " of a fault");
      }
      abort.status = static_cast<uint16_t>(wire.http_status());
      return abort;
    case envoy::extensions::filters::http::fault::v3::FaultAbort::kGrpcStatus:
      abort.grpc_status = wire.grpc_status();
      abort.status = http_status_of(wire.grpc_status());
      return abort;
    default:
      return fail(Reason::unsupported, "a fault's abort without a status of its own");
  }
}

}  // namespace

Result<Fault> compile_fault(const HTTPFault& wire) {
  WEFT_CHECK(check_fault_supported(wire));
  Fault fault;
  if (wire.has_delay()) {
    if (!wire.delay().has_fixed_delay()) return fail(Reason::unsupported, "a fault's delay that is not fixed");
    fault.delay = {.length = to_duration(wire.delay().fixed_delay()), .share = to_fraction(wire.delay().percentage())};
  }
  if (wire.has_abort()) {
    WEFT_TRY(fault.abort, abort_of(wire.abort()));
  }
  return fault;
}

}  // namespace weft::decide
