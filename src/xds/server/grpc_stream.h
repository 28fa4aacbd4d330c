// GrpcStream: one ADS stream as libgrpc++ sees it. Its On... callbacks run on gRPC's threads and only post letters;
// every Start... call and all state are on the mailbox's thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <grpcpp/generic/async_generic_service.h>

#include "runtime/mailbox.h"
#include "xds/server/ads_server.h"

namespace weft::xds {

// Lives until gRPC is done with the call (OnDone) and its user has let go of it.
class GrpcStream final : public AdsStream,
                         public ::grpc::ServerGenericBidiReactor,
                         public std::enable_shared_from_this<GrpcStream> {
 public:
  // Told on gRPC's threads when the call is over for good.
  using Done = std::function<void(StreamId)>;

  // The handler, or null once the server has stopped: letters may arrive later. Touched on the mailbox's thread.
  using HandlerSlot = std::shared_ptr<AdsHandler*>;

  GrpcStream(StreamId id, Dialect dialect, runtime::Mailbox& mailbox, HandlerSlot handler)
      : id_(id), dialect_(dialect), mailbox_(&mailbox), handler_(std::move(handler)) {}

  // From gRPC's thread, once: keeps itself alive until OnDone and announces itself to the handler.
  void open(std::string authorization, Done done);

  void send(const Response& response) override;
  void end(StreamEnd why, const std::string& message) override;

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void take_request();
  void write_next();
  void finish(const ::grpc::Status& status);

  StreamId id_;
  Dialect dialect_;
  runtime::Mailbox* mailbox_;
  HandlerSlot handler_;
  Done done_;
  std::shared_ptr<GrpcStream> self_;  // from open() to OnDone()
  ::grpc::ByteBuffer read_;           // belongs to gRPC while a read is under way
  ::grpc::ByteBuffer write_;          // belongs to gRPC while a write is under way
  std::deque<std::string> unsent_;
  bool writing_ = false;
  bool finished_ = false;
};

}  // namespace weft::xds
