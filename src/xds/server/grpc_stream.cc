#include "xds/server/grpc_stream.h"

#include <utility>

#include "xds/server/grpc_status.h"
#include "xds/server/wire_messages.h"

namespace weft::xds {
void GrpcStream::open(std::string authorization, Done done) {
  self_ = shared_from_this();
  done_ = std::move(done);
  mailbox_->send([stream = self_, authorization = std::move(authorization)] {
    if (stream->finished_ || !*stream->handler_) return;
    (*stream->handler_)->on_open({stream->id_, stream->dialect_, authorization, stream});
    if (!stream->finished_) stream->StartRead(&stream->read_);
  });
}

void GrpcStream::send(const Response& response) {
  if (finished_) return;
  unsent_.push_back(encode_response(dialect_, response));
  if (!writing_) write_next();
}

void GrpcStream::write_next() {
  if (unsent_.empty() || finished_) return;
  write_ = to_buffer(unsent_.front());
  unsent_.pop_front();
  writing_ = true;
  StartWrite(&write_);
}

void GrpcStream::end(StreamEnd why, const std::string& message) {
  finish({code_of(why), message});
}

void GrpcStream::finish(const ::grpc::Status& status) {
  if (finished_) return;
  finished_ = true;
  unsent_.clear();
  Finish(status);
}

void GrpcStream::OnReadDone(bool ok) {
  // `self_` is set until OnDone, which gRPC calls after every other callback.
  mailbox_->send([stream = self_, ok] {
    if (stream->finished_) return;
    if (ok) {
      stream->take_request();
    } else {
      stream->finish(::grpc::Status::OK);  // the client has said all it wanted to
    }
  });
}

void GrpcStream::take_request() {
  auto request = decode_request(dialect_, to_string(read_));
  read_.Clear();
  if (!request) {
    end(StreamEnd::invalid_argument, request.error().detail);
    return;
  }
  (*handler_)->on_request(id_, *std::move(request));
  if (!finished_) StartRead(&read_);
}

void GrpcStream::OnWriteDone(bool ok) {
  mailbox_->send([stream = self_, ok] {
    stream->writing_ = false;
    if (ok) {
      stream->write_next();
    } else {
      stream->finish({::grpc::StatusCode::CANCELLED, "the client is gone"});
    }
  });
}

void GrpcStream::OnCancel() {
  mailbox_->send([stream = self_] { stream->finish({::grpc::StatusCode::CANCELLED, "cancelled"}); });
}

void GrpcStream::OnDone() {
  auto stream = std::move(self_);
  mailbox_->send([stream] {
    if (*stream->handler_) (*stream->handler_)->on_close(stream->id_);
  });
  done_(id_);
}

}  // namespace weft::xds
