#include "http/h1/serialize.h"

#include <charconv>
#include <cstring>

#include "base/strings.h"

namespace weft::http::h1 {
namespace {

void append_number(ByteBuffer& out, uint64_t number, int base) {
  const std::span<char> room = out.reserve(20);
  const auto written = std::to_chars(room.data(), room.data() + 20, number, base);
  out.commit(static_cast<size_t>(written.ptr - room.data()));
}

// Whether the fields already say what `body` needs, so that they can go out untouched.
bool announces(const Headers& headers, BodyLength body) {
  if (headers.has(HeaderId::transfer_encoding)) return false;
  if (body.kind == BodyKind::none) return true;
  if (body.kind != BodyKind::length || headers.count(HeaderId::content_length) != 1) return false;
  return parse_unsigned(*headers.get(HeaderId::content_length)) == body.bytes;
}

void append_field(ByteBuffer& out, const Field& field) {
  out.append(field.name);
  out.append(": ");
  out.append(field.value);
  out.append("\r\n");
}

void append_fields(ByteBuffer& out, const Headers& headers, BodyLength body) {
  if (announces(headers, body)) return headers.append_lines(out);
  if (body.kind != BodyKind::none && !headers.has(HeaderId::content_length) &&
      !headers.has(HeaderId::transfer_encoding)) {
    headers.append_lines(out);
  } else {
    for (const Field& field : headers) {
      const bool length = field.id == HeaderId::content_length && body.kind != BodyKind::none;
      if (!length && field.id != HeaderId::transfer_encoding) append_field(out, field);
    }
  }
  if (body.kind == BodyKind::chunked) out.append("transfer-encoding: chunked\r\n");
  if (body.kind != BodyKind::length) return;
  out.append("content-length: ");
  append_number(out, body.bytes, 10);
  out.append("\r\n");
}

void append_connection(ByteBuffer& out, const Headers& headers, Persistence persistence) {
  if (headers.has(HeaderId::upgrade)) {
    out.append("connection: upgrade\r\n");
  } else if (persistence == Persistence::close) {
    out.append("connection: close\r\n");
  } else if (persistence == Persistence::keep_alive) {
    out.append("connection: keep-alive\r\n");
  }
}

}  // namespace

void append_request_head(ByteBuffer& out, const RequestHead& head, BodyLength body, Persistence persistence) {
  out.append(head.method);
  out.append(" ");
  out.append(head.path.empty() ? head.authority : head.path);  // CONNECT (RFC 9112 3.2.3)
  out.append(" HTTP/1.1\r\nhost: ");
  out.append(head.authority);
  out.append("\r\n");
  append_fields(out, head.headers, body);
  append_connection(out, head.headers, persistence);
  out.append("\r\n");
}

void append_response_head(ByteBuffer& out, const ResponseHead& head, BodyLength body, Persistence persistence) {
  if (head.status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    append_number(out, head.status, 10);
    out.append(" ");
    out.append(reason_phrase(head.status));
    out.append("\r\n");
  }
  append_fields(out, head.headers, body);
  append_connection(out, head.headers, persistence);
  out.append("\r\n");
}

void append_chunk_line(ByteBuffer& out, uint64_t size) {
  append_number(out, size, 16);
  out.append("\r\n");
}

void append_chunk(ByteBuffer& out, std::string_view data) {
  append_chunk_line(out, data.size());
  out.append(data);
  out.append("\r\n");
}

void append_last_chunk(ByteBuffer& out, const Headers& trailers) {
  out.append("0\r\n");
  trailers.append_lines(out);
  out.append("\r\n");
}

}  // namespace weft::http::h1
