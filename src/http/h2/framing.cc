#include "http/h2/framing.h"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/assert.h"

namespace weft::http::h2 {
namespace {

// Resets of one peer, its own and those it provokes: a burst, then a rate (CVE-2023-44487; reset bucket 500 + 33/s).
constexpr uint64_t kResetsMax = 500;
constexpr uint64_t kResetsPerSecond = 33;

StreamEvents* events_of(nghttp2_session* session, int32_t stream) {
  return static_cast<StreamEvents*>(nghttp2_session_get_stream_user_data(session, stream));
}

nghttp2_nv name_value(std::string_view name, std::string_view value) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

Error connection_error(int code) {
  return {.reason = Reason::malformed,
          .detail = std::string("HTTP/2: ") + nghttp2_strerror(code),
          .side = Side::endpoint,
          .retry = Retry::unsafe};
}

}  // namespace

struct Framing::Fields {
  std::vector<nghttp2_nv> list;
};

// The functions that nghttp2 calls; `user` is the Framing.
struct FramingCallbacks {
  static int on_begin(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    StreamSource* source = static_cast<Framing*>(user)->source_;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST || source == nullptr) return 0;
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, source->on_stream(frame->hd.stream_id));
    return 0;
  }

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
                           nghttp2_data_source*, void* user) {
    StreamEvents* events = events_of(session, stream);
    if (events == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto taken = events->take_outgoing({reinterpret_cast<char*>(into), size});
    if (taken.is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (taken.is_last && taken.trailers != nullptr) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      auto& framing = *static_cast<Framing*>(user);
      framing.fields_->list.clear();
      framing.add_fields(*taken.trailers);
      nghttp2_submit_trailer(session, stream, framing.fields_->list.data(), framing.fields_->list.size());
    }
    if (taken.size == 0 && !taken.is_last) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(taken.size);
  }
};

Framing::Framing(Role role, const Settings& settings, StreamSource* source)
    : source_(source), fields_(std::make_unique<Fields>()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  WEFT_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, FramingCallbacks::on_begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, FramingCallbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, FramingCallbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, FramingCallbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, FramingCallbacks::on_close);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, FramingCallbacks::on_sent);
  nghttp2_option* options = nullptr;
  WEFT_ASSERT(nghttp2_option_new(&options) == 0);
  nghttp2_option_set_no_auto_window_update(options, 1);  // windows open as streams are read: back-pressure end to end
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_stream_reset_rate_limit(options, kResetsMax, kResetsPerSecond);
  const auto make = role == Role::client ? nghttp2_session_client_new2 : nghttp2_session_server_new2;
  WEFT_ASSERT(make(&session_, callbacks, this, options) == 0);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
  announce(settings, role);
}

void Framing::announce(const Settings& settings, Role role) {
  const nghttp2_settings_entry for_role =
      role == Role::client ? nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}
                           : nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.streams_max};
  const std::array<nghttp2_settings_entry, 3> entries{{
      for_role,
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

void Framing::add_fields(const Headers& headers) {
  for (const Field& field : headers) fields_->list.push_back(name_value(field.name, field.value));
}

bool Framing::can_submit() const {
  return !draining_ && nghttp2_session_check_request_allowed(session_) != 0;
}

Result<int32_t> Framing::submit(const RequestHead& head, MessageBody body, StreamEvents& events) {
  if (!can_submit())
    return fail(Reason::unavailable, "the HTTP/2 connection takes no new streams", Side::endpoint, Retry::safe);
  fields_->list.clear();
  fields_->list.push_back(name_value(":method", head.method));
  fields_->list.push_back(name_value(":scheme", head.scheme));
  fields_->list.push_back(name_value(":authority", head.authority));
  fields_->list.push_back(name_value(":path", head.path));
  add_fields(head.headers);
  nghttp2_data_provider provider{.source = {}, .read_callback = FramingCallbacks::read_body};
  const int32_t stream = nghttp2_submit_request(session_, nullptr, fields_->list.data(), fields_->list.size(),
                                                body == MessageBody::follows ? &provider : nullptr, &events);
  if (stream < 0) return fail(connection_error(stream));
  return stream;
}

Result<> Framing::respond(int32_t stream, const ResponseHead& head, MessageBody body) {
  std::array<char, 3> status{};
  std::to_chars(status.data(), status.data() + status.size(), head.status);
  fields_->list.clear();
  fields_->list.push_back(name_value(":status", {status.data(), status.size()}));
  add_fields(head.headers);
  nghttp2_data_provider provider{.source = {}, .read_callback = FramingCallbacks::read_body};
  const int code = head.is_informational()
                       ? nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr, fields_->list.data(),
                                                fields_->list.size(), nullptr)
                       : nghttp2_submit_response(session_, stream, fields_->list.data(), fields_->list.size(),
                                                 body == MessageBody::follows ? &provider : nullptr);
  if (code < 0) return fail(connection_error(code));
  return {};
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

void Framing::go_away(ErrorCode code) {
  nghttp2_session_terminate_session(session_, static_cast<uint32_t>(code));
}

void Framing::announce_leaving() {
  nghttp2_submit_shutdown_notice(session_);
}

void Framing::finish_streams() {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
}

uint32_t Framing::peer_streams_max() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
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
