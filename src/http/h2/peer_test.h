// An HTTP/2 server in memory for tests of the client side: nghttp2's server session over one end of a MemoryStream. It
// does what the test tells it, also what no honest server does.
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "net/memory_stream.h"
#include "runtime/gate.h"
#include "runtime/task.h"

namespace weft::http::h2 {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Spawn run() in a gate of the test; it ends when the client closes. One reactor's thread.
class Peer {
 public:
  // What arrived on one stream.
  struct Request {
    std::map<std::string, std::string> fields;
    std::string body;
    bool ended = false;
    uint32_t reset_code = UINT32_MAX;  // of the RST_STREAM received
  };

  explicit Peer(std::unique_ptr<net::MemoryStream> stream, uint32_t window = 65535, uint32_t max_streams = 1000)
      : stream_(std::move(stream)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_session_server_new2(&session_, callbacks, this, options);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry entries[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window},
                                              {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries, 2);
  }
  ~Peer() { nghttp2_session_del(session_); }

  runtime::Task<void> run() {
    std::vector<char> buffer(65536);
    co_await flush();
    for (;;) {
      const auto size = co_await net::read_some(*stream_, buffer);
      if (!size || *size == 0) break;
      if (is_deaf) continue;
      nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(buffer.data()), *size);
      co_await flush();
    }
    stream_.reset();
  }

  // Everything that was submitted goes out.
  runtime::Task<void> flush() {
    for (;;) {
      const uint8_t* bytes = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size <= 0 || !stream_) co_return;
      const std::string copy(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
      if (!co_await net::write_all(*stream_, copy)) co_return;
    }
  }

  runtime::Task<void> send_raw(std::string bytes) { (void)co_await net::write_all(*stream_, bytes); }

  // A whole response: head, body and, if there are any, trailers.
  void respond(int32_t stream, const Fields& head, std::string body, Fields trailers = {}) {
    bodies_[stream] = {std::move(body), 0, std::move(trailers)};
    const auto values = name_values(head);
    nghttp2_data_provider provider{.source = {}, .read_callback = read_body};
    nghttp2_submit_response(session_, stream, values.data(), values.size(), &provider);
  }
  void send_head(int32_t stream, const Fields& head) {
    const auto values = name_values(head);
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr, values.data(), values.size(), nullptr);
  }

  // The streams in the order of their ids.
  std::map<int32_t, Request> requests;
  std::function<void(int32_t)> on_request = [](int32_t) {};  // a request is complete
  bool is_deaf = false;                                      // reads, but does not understand
  bool reads = true;                                         // gives window back for what arrives
  nghttp2_session* session() { return session_; }
  // run() ends, and the client sees the connection's end.
  void close() {
    if (stream_) stream_->cancel();
  }
  size_t sent_of_body(int32_t stream) { return bodies_[stream].sent; }

 private:
  struct Body {
    std::string bytes;
    size_t sent = 0;
    Fields trailers;
  };

  static std::vector<nghttp2_nv> name_values(const Fields& fields) {
    std::vector<nghttp2_nv> values;
    for (const auto& [name, value] : fields)
      values.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
                        NGHTTP2_NV_FLAG_NONE});
    return values;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                       const uint8_t* value, size_t value_size, uint8_t, void* user) {
    static_cast<Peer*>(user)->requests[frame->hd.stream_id].fields.emplace(
        std::string(reinterpret_cast<const char*>(name), name_size),
        std::string(reinterpret_cast<const char*>(value), value_size));
    return 0;
  }
  static int on_data(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* data, size_t size, void* user) {
    auto* peer = static_cast<Peer*>(user);
    peer->requests[stream].body.append(reinterpret_cast<const char*>(data), size);
    if (peer->reads) nghttp2_session_consume(session, stream, size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto* peer = static_cast<Peer*>(user);
    if (frame->hd.type == NGHTTP2_RST_STREAM)
      peer->requests[frame->hd.stream_id].reset_code = frame->rst_stream.error_code;
    if (frame->hd.stream_id == 0 || frame->hd.type == NGHTTP2_WINDOW_UPDATE || frame->hd.type == NGHTTP2_RST_STREAM)
      return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    peer->requests[frame->hd.stream_id].ended = true;
    peer->on_request(frame->hd.stream_id);
    return 0;
  }
  static ssize_t read_body(nghttp2_session* session, int32_t stream, uint8_t* into, size_t size, uint32_t* flags,
                           nghttp2_data_source*, void* user) {
    Body& body = static_cast<Peer*>(user)->bodies_[stream];
    const size_t taken = std::min(size, body.bytes.size() - body.sent);
    std::memcpy(into, body.bytes.data() + body.sent, taken);
    body.sent += taken;
    if (body.sent < body.bytes.size()) return static_cast<ssize_t>(taken);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!body.trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const auto values = name_values(body.trailers);
      nghttp2_submit_trailer(session, stream, values.data(), values.size());
    }
    return static_cast<ssize_t>(taken);
  }

  std::unique_ptr<net::MemoryStream> stream_;
  nghttp2_session* session_ = nullptr;
  std::map<int32_t, Body> bodies_;
};

}  // namespace weft::http::h2
