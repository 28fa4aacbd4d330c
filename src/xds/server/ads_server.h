// AdsServer: the ADS endpoint over libgrpc++, and beside it the service that issues certificates. Its callbacks run on
// gRPC's threads and do nothing but post to a mailbox; everything else here is called on the thread that owns the
// mailbox (weftd's control thread).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "runtime/mailbox.h"
#include "xds/server/certificate_call.h"
#include "xds/server/message.h"

namespace weft::xds {

// One client's stream. Held by its user; it may outlive the connection, then calls do nothing.
class AdsStream {
 public:
  virtual ~AdsStream() = default;
  // Queued; sent in this order.
  virtual void send(const Response& response) = 0;
  // Tells the client and ends the stream; on_close() follows.
  virtual void end(StreamEnd why, const std::string& message) = 0;
};

using StreamId = uint64_t;

// What a new stream brings.
struct Opening {
  StreamId id = 0;
  Dialect dialect = Dialect::delta;
  std::string authorization;  // the metadata of that name; empty if there was none
  std::shared_ptr<AdsStream> stream;
};

// Who decides. Called on the mailbox's thread; for one stream in the order open, requests, close.
class AdsHandler {
 public:
  virtual ~AdsHandler() = default;
  virtual void on_open(Opening opening) = 0;
  virtual void on_request(StreamId id, Request request) = 0;
  virtual void on_close(StreamId id) = 0;
};

// See the head of this file. Owned by the configuration server. At most one request per stream waits in the mailbox, so
// a client that floods is held back by its own flow control.
class AdsServer {
 public:
  AdsServer(runtime::Mailbox& mailbox, AdsHandler& handler);
  ~AdsServer();

  // Calls for certificates go to this handler; without one they are not served. Before listen().
  void serve_certificates(CertificateHandler& handler);

  // Listens on a Unix socket (replacing a stale one) and, if asked for, on 127.0.0.1:tcp_port.
  Result<> listen(const std::string& socket_path, uint16_t tcp_port);

  // Ends all streams and waits until gRPC's threads are done with them. No call of the handler follows.
  void stop();

 private:
  class Service;
  std::unique_ptr<Service> service_;
};

}  // namespace weft::xds
