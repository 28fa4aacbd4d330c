// ProbeConnection: the connection on which one endpoint is asked for its health by HTTP: dialled when it is needed,
// used again while it is good.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "http/h1/client_connection.h"
#include "http/h2/client_session.h"
#include "proxy/health/probe.h"
#include "runtime/side_task.h"

namespace weft::proxy {

// Owned by a probe, whose `parts` outlive it. One request at a time.
class ProbeConnection {
 public:
  ProbeConnection(const ProbeParts& parts, http::Version version) : parts_(&parts), version_(version) {}

  // Sends a request and reads the final head of its answer. What the stream gives is good until the next call of
  // anything here. Fails as a dial does, and as the exchange does.
  runtime::Task<Result<http::ClientStream*>> ask(const http::RequestHead& request, std::string_view body,
                                                 http::ResponseHead& answer, Time deadline);
  void close();

 private:
  runtime::Task<Result<http::ClientStream*>> open(Time deadline);
  runtime::Task<Dialled> dial(Time deadline);
  runtime::Task<Result<http::ClientStream*>> open_http1(Time deadline);
  runtime::Task<Result<http::ClientStream*>> open_http2(Time deadline);

  const ProbeParts* parts_;
  http::Version version_;
  std::unique_ptr<net::Stream> stream_;  // HTTP/1.1
  std::optional<http::h1::ClientConnection> http1_;
  std::unique_ptr<http::h2::ClientSession> session_;  // HTTP/2
  std::optional<runtime::SideTask> moving_;           // uses the session
  std::unique_ptr<http::h2::ClientStream> http2_;
};

}  // namespace weft::proxy
