#include "http/h2/framing.h"

#include <array>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/assert.h"

namespace weft::http::h2 {
namespace {

StreamEvents* events_of(nghttp2_session* session, int32_t stream) {
  return static_cast<StreamEvents*>(nghttp2_session_get_stream_user_data(session, stream));
}

nghttp2_nv name_value(std::string_view name, std::string_view value) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::vector<nghttp2_nv> name_values(const RequestHead& head) {
  std::vector<nghttp2_nv> fields;
  fields.reserve(head.headers.size() + 4);
  fields.push_back(name_value(":method", head.method));
  fields.push_back(name_value(":scheme", head.scheme));
  fields.push_back(name_value(":authority", head.authority));
  fields.push_back(name_value(":path", head.path));
  for (const Field& field : head.headers) fields.push_back(name_value(field.name, field.value));
  return fields;
}

Error connection_error(int code) {
  return {.reason = Reason::malformed,
          .detail = std::string("HTTP/2: ") + nghttp2_strerror(code),
          .side = Side::endpoint,
          .retry = Retry::unsafe};
}

}  // namespace

// The functions that nghttp2 calls; `user` is the Framing.
struct FramingCallbacks {
  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                       const uint8_t* value, size_t value_size, uint8_t, void*) {
    StreamEvents* events = events_of(session, frame->hd.stream_id);
    if (events == nullptr) return 0;
    const bool taken = events->on_field({reinterpret_cast<const char*>(name), name_size},
                                        {reinterpret_cast<const char*>(value), value_size});
    return taken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) static_cast<Framing*>(user)->draining_ = true;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    StreamEvents* events = events_of(session, frame->hd.stream_id);
    if (events == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS) events->on_fields_end();
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) events->on_end();
    return 0;
  }

  static int on_data(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* data, size_t size, void*) {
    if (StreamEvents* events = events_of(session, stream); events != nullptr)
      events->on_data({reinterpret_cast<const char*>(data), size});
    else
      nghttp2_session_consume(session, stream, size);  // nobody will read it, so the window opens at once
    return 0;
  }

  static int on_close(nghttp2_session* session, int32_t stream, uint32_t error_code, void*) {
    if (StreamEvents* events = events_of(session, stream); events != nullptr) events->on_closed(error_code);
    return 0;
  }

  // What nghttp2 finds wrong with the peer, it says in the GOAWAY that it sends.
  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_GOAWAY || frame->goaway.error_code == NGHTTP2_NO_ERROR) return 0;
    std::string& complaint = static_cast<Framing*>(user)->complaint_;
    complaint = nghttp2_http2_strerror(frame->goaway.error_code);
    if (frame->goaway.opaque_data_len > 0)
      complaint.append(": ").append(reinterpret_cast<const char*>(frame->goaway.opaque_data),
                                    frame->goaway.opaque_data_len);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, int32_t stream, uint8_t* into, size_t size, uint32_t* flags,
                           nghttp2_data_source*, void*) {
    StreamEvents* events = events_of(session, stream);
    if (events == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto taken = events->take_outgoing({reinterpret_cast<char*>(into), size});
    if (taken.is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (taken.size == 0 && !taken.is_last) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(taken.size);
  }
};

Framing::Framing(const Settings& settings) {
  nghttp2_session_callbacks* callbacks = nullptr;
  WEFT_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, FramingCallbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, FramingCallbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, FramingCallbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, FramingCallbacks::on_close);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, FramingCallbacks::on_sent);
  nghttp2_option* options = nullptr;
  WEFT_ASSERT(nghttp2_option_new(&options) == 0);
  nghttp2_option_set_no_auto_window_update(options, 1);  // windows open as streams are read: back-pressure end to end
  nghttp2_option_set_no_closed_streams(options, 1);
  WEFT_ASSERT(nghttp2_session_client_new2(&session_, callbacks, this, options) == 0);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);

  const std::array<nghttp2_settings_entry, 3> entries{{
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.head_bytes_max},
  }};
  WEFT_ASSERT(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size()) == 0);
  WEFT_ASSERT(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                                    static_cast<int32_t>(settings.connection_window)) == 0);
}

Framing::~Framing() {
  nghttp2_session_del(session_);
}

Result<> Framing::receive(std::string_view bytes) {
  const ssize_t taken =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) return fail(connection_error(static_cast<int>(taken)));
  return {};
}

std::string_view Framing::next_output() {
  const uint8_t* bytes = nullptr;
  const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
  if (size <= 0) return {};  // only lack of memory fails here
  return {reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)};
}

Result<int32_t> Framing::submit(const RequestHead& head, RequestBody body, StreamEvents& events) {
  if (draining_ || nghttp2_session_check_request_allowed(session_) == 0)
    return fail(Reason::unavailable, "the HTTP/2 connection takes no new streams", Side::endpoint, Retry::safe);
  const std::vector<nghttp2_nv> fields = name_values(head);
  nghttp2_data_provider provider{.source = {}, .read_callback = FramingCallbacks::read_body};
  const int32_t stream = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                                body == RequestBody::follows ? &provider : nullptr, &events);
  if (stream < 0) return fail(connection_error(stream));
  return stream;
}

void Framing::resume(int32_t stream) {
  nghttp2_session_resume_data(session_, stream);
}

void Framing::consumed(int32_t stream, size_t size) {
  nghttp2_session_consume(session_, stream, size);
}

void Framing::reset(int32_t stream, ErrorCode code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, static_cast<uint32_t>(code));
}

void Framing::forget(int32_t stream) {
  nghttp2_session_set_stream_user_data(session_, stream, nullptr);
}

void Framing::ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

void Framing::go_away() {
  nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
}

bool Framing::is_over() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

Error Framing::end_reason() const {
  if (complaint_.empty())
    return {.reason = Reason::closed, .detail = "the peer ended the HTTP/2 connection", .side = Side::endpoint};
  return {.reason = Reason::malformed, .detail = "HTTP/2: " + complaint_, .side = Side::endpoint};
}

}  // namespace weft::http::h2
