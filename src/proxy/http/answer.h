// Answer: what an exchange came to: the endpoint's response, whose body is still to be read from its connection, or one
// that Weft made. The response's head is in the Exchange.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "proxy/connect/load.h"
#include "proxy/connect/pools.h"
#include "proxy/http/upload.h"
#include "proxy/policy/idle_watch.h"

namespace weft::proxy {

// While it lives, a client that leaves ends the wait for its endpoint, and so does an exchange that is idle for too
// long.
class HangUpWatch {
 public:
  HangUpWatch() = default;
  HangUpWatch(http::ServerStream& client, http::ClientStream& endpoint, IdleWatch& idle)
      : client_(&client), idle_(&idle) {
    client_->cancel_when_client_leaves(&endpoint.cancel_target());
    idle_->start(endpoint.cancel_target());
  }
  HangUpWatch(HangUpWatch&& other) noexcept : client_(std::exchange(other.client_, nullptr)), idle_(other.idle_) {}
  HangUpWatch& operator=(HangUpWatch&& other) noexcept {
    std::swap(client_, other.client_);
    std::swap(idle_, other.idle_);
    return *this;
  }
  ~HangUpWatch() {
    if (client_ == nullptr) return;
    client_->cancel_when_client_leaves(nullptr);
    idle_->stop();
  }

 private:
  http::ServerStream* client_ = nullptr;
  IdleWatch* idle_ = nullptr;
};

// Moves, never copies. Destroyed in the reverse order: the upload stops before its connection is given back.
struct Answer {
  Load load;
  Lease lease;                           // empty: the response is Weft's own
  std::unique_ptr<Pools::Opened> bytes;  // where a CONNECT that ends here goes on to
  HangUpWatch hang_up;
  std::unique_ptr<Upload> upload;
  std::string body;  // of Weft's own response

  Answer() = default;
  Answer(Answer&&) noexcept = default;
  // Lets go of the present attempt in that same order.
  Answer& operator=(Answer&& other) noexcept {
    upload.reset();
    hang_up = HangUpWatch();
    lease = std::move(other.lease);
    bytes = std::move(other.bytes);
    load = std::move(other.load);
    hang_up = std::move(other.hang_up);
    upload = std::move(other.upload);
    body = std::move(other.body);
    return *this;
  }
};

}  // namespace weft::proxy
