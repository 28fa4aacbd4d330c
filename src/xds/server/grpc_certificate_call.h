// GrpcCertificateCall: one call for a certificate as libgrpc++ sees it: one message in, one message or a status out.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/generic/async_generic_service.h>

#include "runtime/mailbox.h"
#include "xds/server/certificate_call.h"

namespace weft::xds {

// Lives until gRPC is done with the call (OnDone) and its user has let go of it. Its On... callbacks run on gRPC's
// threads, answers come on the mailbox's thread; whoever comes first ends the call.
class GrpcCertificateCall final : public CertificateCall,
                                  public ::grpc::ServerGenericBidiReactor,
                                  public std::enable_shared_from_this<GrpcCertificateCall> {
 public:
  // The handler, or null once the server has stopped. Touched on the mailbox's thread.
  using HandlerSlot = std::shared_ptr<CertificateHandler*>;

  GrpcCertificateCall(runtime::Mailbox& mailbox, HandlerSlot handler)
      : mailbox_(&mailbox), handler_(std::move(handler)) {}

  // From gRPC's thread, once. `done` is told there when the call is over for good.
  void open(std::string authorization, std::function<void()> done);

  void answer(const std::vector<std::string>& chain) override;
  void refuse(StreamEnd why, const std::string& message) override;

 private:
  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void finish(const ::grpc::Status& status);
  bool is_first_to_end() { return !ended_.exchange(true); }

  runtime::Mailbox* mailbox_;
  HandlerSlot handler_;
  std::string authorization_;
  std::function<void()> done_;
  std::shared_ptr<GrpcCertificateCall> self_;  // from open() to OnDone()
  ::grpc::ByteBuffer read_;
  ::grpc::ByteBuffer write_;
  std::atomic<bool> ended_ = false;
};

}  // namespace weft::xds
