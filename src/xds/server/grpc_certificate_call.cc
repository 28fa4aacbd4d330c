#include "xds/server/grpc_certificate_call.h"

#include <utility>

#include "xds/server/grpc_status.h"

namespace weft::xds {

void GrpcCertificateCall::open(std::string authorization, std::function<void()> done) {
  self_ = shared_from_this();
  authorization_ = std::move(authorization);
  done_ = std::move(done);
  StartRead(&read_);
}

void GrpcCertificateCall::OnReadDone(bool ok) {
  if (!ok) return finish({::grpc::StatusCode::INVALID_ARGUMENT, "the call has no message"});
  auto question = decode_certificate_question(to_string(read_));
  if (!question) return finish({::grpc::StatusCode::INVALID_ARGUMENT, question.error().detail});
  question->authorization = std::move(authorization_);
  mailbox_->send([call = self_, question = *std::move(question)]() mutable {
    if (*call->handler_) (*call->handler_)->on_certificate_question(std::move(question), call);
  });
}

void GrpcCertificateCall::answer(const std::vector<std::string>& chain) {
  if (!is_first_to_end()) return;
  write_ = to_buffer(encode_certificate_answer(chain));
  StartWriteAndFinish(&write_, ::grpc::WriteOptions(), ::grpc::Status::OK);
}

void GrpcCertificateCall::refuse(StreamEnd why, const std::string& message) {
  finish({code_of(why), message});
}

void GrpcCertificateCall::finish(const ::grpc::Status& status) {
  if (is_first_to_end()) Finish(status);
}

void GrpcCertificateCall::OnCancel() {
  finish({::grpc::StatusCode::CANCELLED, "cancelled"});
}

void GrpcCertificateCall::OnDone() {
  const auto call = std::move(self_);
  done_();
}

}  // namespace weft::xds
