// Upload: sends the rest of a request's body to the endpoint while its response is already awaited, since endpoints may
// answer before they have read everything.
#pragma once

#include <optional>

#include "http/client_stream.h"
#include "proxy/policy/exchange.h"
#include "proxy/policy/request_body.h"
#include "runtime/side_task.h"

namespace weft::proxy {

// Begins at once; ends with its destruction. Reads no faster than the endpoint takes.
class Upload {
 public:
  // All of them outlive it.
  Upload(RequestBody& body, http::ClientStream& to, Exchange& exchange)
      : body_(&body), to_(&to), exchange_(&exchange), task_(run()) {}
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  // Set when the client broke its request off; the wait for the response is then cancelled.
  const std::optional<Error>& client_error() const { return client_error_; }
  // Nothing more is sent, for whatever reason.
  bool is_over() const { return is_over_; }

 private:
  runtime::Task<void> run();
  runtime::Task<Result<>> run_body();

  RequestBody* body_;
  http::ClientStream* to_;
  Exchange* exchange_;
  std::optional<Error> client_error_;
  bool is_over_ = false;
  runtime::SideTask task_;  // last: it uses the others from its first moment
};

}  // namespace weft::proxy
