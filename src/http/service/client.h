// Client: plain HTTP requests to one server, for the command line and between our own processes. The proxy's data path
// has pools of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/h1/client_connection.h"
#include "http/message.h"
#include "net/address.h"
#include "net/socket_stream.h"
#include "runtime/task.h"

namespace weft::http {

// What to ask. A value.
struct Request {
  std::string method = "GET";
  std::string path = "/";
  std::string host = "localhost";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// A whole answer. A value.
struct Reply {
  uint16_t status = 0;
  Headers headers;
  std::string body;

  bool is_success() const { return status >= 200 && status < 300; }
};

// Bounds of one exchange.
struct FetchOptions {
  Time deadline = runtime::kNever;
  size_t body_bytes_max = 64 * 1024 * 1024;  // of a whole answer
};

// Asks once, over a connection of its own. Fails as dial() and h1::ClientConnection do, or with `too_large`. An answer
// with an error status is a Reply, not an Error.
runtime::Task<Result<Reply>> fetch(runtime::Reactor& reactor, net::Address to, Request request,
                                   FetchOptions options = {});

// An answer whose body is read while it comes: watches, followed logs. Owns its connection. One reactor's thread.
class LiveReply {
 public:
  // Returns once the answer's head has come.
  static runtime::Task<Result<std::unique_ptr<LiveReply>>> open(runtime::Reactor& reactor, net::Address to,
                                                                Request request, Time deadline = runtime::kNever);

  const ResponseHead& head() const { return head_; }

  // The next bytes; empty: the end. The view is good until the next call.
  runtime::Task<Result<std::string_view>> read(Time deadline = runtime::kNever);
  // The next line without its LF; nothing at the end. At most kLineBytesMax.
  runtime::Task<Result<std::optional<std::string>>> next_line(Time deadline = runtime::kNever);
  // The rest of the body, for answers that turned out to be errors.
  runtime::Task<Result<std::string>> read_rest(size_t bytes_max, Time deadline = runtime::kNever);

  // Ends a pending read with `cancelled`.
  void cancel() { stream_->cancel(); }

  static constexpr size_t kLineBytesMax = 64 * 1024 * 1024;

 private:
  explicit LiveReply(std::unique_ptr<net::SocketStream> stream);
  runtime::Task<Result<>> ask(const Request& request);

  std::unique_ptr<net::SocketStream> stream_;
  h1::ClientConnection connection_;
  ResponseHead head_;
  std::string line_;  // bytes behind the last line that was handed out
  size_t scanned_ = 0;
  bool ended_ = false;
};

}  // namespace weft::http
