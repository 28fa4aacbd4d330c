// A dialer for tests: what it connects to is held by the test.
#pragma once

#include <deque>
#include <memory>

#include "net/memory_stream.h"
#include "proxy/connect/dialer.h"
#include "runtime/signal.h"

namespace weft::proxy {

// Connects to ends that the test holds; refuses or never answers when told to.
class MemoryDialer final : public Dialer {
 public:
  explicit MemoryDialer(runtime::Reactor& reactor) : reactor_(&reactor), never_(reactor) {}

  runtime::Task<Dialled> dial(DialRequest request) override {
    ++dials;
    if (refuses) co_return std::unexpected(net::DialError::of_system("connecting", ECONNREFUSED));
    if (hangs) {
      co_await never_.wait(request.deadline);
      co_return fail(Reason::timed_out, "no answer", Side::endpoint, Retry::safe);
    }
    auto [near, far] = net::MemoryStream::connected(*reactor_, 1 << 20);
    endpoints.push_back(std::move(far));
    co_return std::move(near);
  }

  std::deque<std::unique_ptr<net::MemoryStream>> endpoints;  // their sides, in the order of the dials
  int dials = 0;
  bool refuses = false;
  bool hangs = false;

 private:
  runtime::Reactor* reactor_;
  runtime::Signal never_;
};

}  // namespace weft::proxy
