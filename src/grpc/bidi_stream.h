// BidiStream: one gRPC call with messages in both directions, over an HTTP/2 session. Messages are serialized bytes;
// what they mean is the caller's business. One coroutine may send while another receives.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grpc/message_framing.h"
#include "grpc/status.h"
#include "http/h2/client_session.h"
#include "runtime/task.h"

namespace weft::grpc {

// What to call. `path` is "/package.Service/Method"; metadata names are lower-case ASCII.
struct Call {
  std::string path;
  std::string authority;
  std::vector<std::pair<std::string, std::string>> metadata;
  size_t message_size_max = 4u << 20;  // of a received message; gRPC's usual default
};

// Owned by the caller; destroying it before the call has ended cancels the call. Fails, but stays safe to use, once the
// session has ended. One reactor's thread.
class BidiStream {
 public:
  static Result<BidiStream> open(http::h2::ClientSession& session, const Call& call);

  // Returns when the message is on its way or within the little that HTTP/2 buffers.
  runtime::Task<Result<>> send(std::string_view message, Time deadline = runtime::kNever);
  // Nothing more will be sent; receiving goes on.
  void finish() { stream_->finish(); }

  // The next message; the view is good until the next receive(). Nothing: the server has ended the call with OK. A call
  // that ended in another status is an error that names it; status() has it too. A time-out leaves the call usable.
  runtime::Task<Result<std::optional<std::string_view>>> receive(Time deadline = runtime::kNever);

  // Known once receive() has ended the call.
  const std::optional<Status>& status() const { return status_; }

  void cancel() { stream_->cancel(); }

 private:
  BidiStream(std::unique_ptr<http::h2::ClientStream> stream, size_t message_size_max)
      : stream_(std::move(stream)), messages_(message_size_max) {}

  Result<> check_head();
  Result<std::optional<std::string_view>> end_of_call();
  Result<> conclude(Status status);

  std::unique_ptr<http::h2::ClientStream> stream_;
  MessageReader messages_;
  std::optional<Status> status_;
  bool has_head_ = false;
};

}  // namespace weft::grpc
