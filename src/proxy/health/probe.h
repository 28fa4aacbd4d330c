// Probe: checks one endpoint once, again and again, over a connection that it keeps if it may: by an HTTP request, by
// gRPC's health service, or by TCP. What results mean over time is in check_record.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "proxy/connect/dialer.h"
#include "proxy/health/check_record.h"
#include "runtime/reactor.h"

namespace weft::proxy {

// Whom to ask, and how. References outlive the probe.
struct ProbeParts {
  runtime::Reactor& reactor;
  Dialer& dialer;
  decide::HealthCheckPtr check;
  decide::EndpointAddress to;
  std::optional<decide::IpAddress> source;  // bound before dialling
  std::string authority;                    // where the check names none
};

// One endpoint's; one reactor's thread. May be destroyed while it runs, after its coroutine.
class Probe {
 public:
  virtual ~Probe() = default;
  // Ends by the deadline.
  virtual runtime::Task<CheckResult> run(Time deadline) = 0;

  static std::unique_ptr<Probe> make(ProbeParts parts);
};

// One of each kind; `parts.check` is of that kind.
std::unique_ptr<Probe> make_http_probe(ProbeParts parts);
std::unique_ptr<Probe> make_grpc_probe(ProbeParts parts);
std::unique_ptr<Probe> make_tcp_probe(ProbeParts parts);

}  // namespace weft::proxy
