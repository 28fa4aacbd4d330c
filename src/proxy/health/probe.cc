#include "proxy/health/probe.h"

namespace weft::proxy {

std::unique_ptr<Probe> Probe::make(ProbeParts parts) {
  if (std::holds_alternative<decide::HttpCheck>(parts.check->how)) return make_http_probe(std::move(parts));
  if (std::holds_alternative<decide::GrpcCheck>(parts.check->how)) return make_grpc_probe(std::move(parts));
  return make_tcp_probe(std::move(parts));
}

}  // namespace weft::proxy
