#include "http/h1/framing.h"

#include <limits>
#include <optional>
#include <string>

#include "base/strings.h"
#include "http/list_field.h"
#include "http/tunnel_kind.h"

namespace weft::http::h1 {
namespace {

struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
};

ConnectionOptions connection_options(const Headers& headers) {
  ConnectionOptions options;
  each_item(headers, HeaderId::connection, [&](std::string_view item) {
    options.close |= equal_ignoring_case(item, "close");
    options.keep_alive |= equal_ignoring_case(item, "keep-alive");
    options.upgrade |= equal_ignoring_case(item, "upgrade");
  });
  return options;
}

bool keeps_alive(Version version, ConnectionOptions options) {
  return !options.close && (version == Version::http11 || options.keep_alive);
}

bool names_h2c(const Headers& headers) {
  bool found = false;
  each_item(headers, HeaderId::upgrade, [&](std::string_view item) { found |= equal_ignoring_case(item, "h2c"); });
  return found;
}

// Exactly one Content-Length of plain digits (RFC 9110 8.6); what was spelled with leading zeros is spelled anew.
Violation read_content_length(Headers& headers, uint64_t& bytes) {
  if (headers.count(HeaderId::content_length) > 1) return {400, "more than one Content-Length"};
  const std::string_view text = *headers.get(HeaderId::content_length);
  const std::optional<uint64_t> value = parse_unsigned(text);
  if (!value || *value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return {400, "a Content-Length that is not a length"};
  }
  bytes = *value;
  if (text.size() > 1 && text.front() == '0') headers.set(HeaderId::content_length, std::to_string(bytes));
  return {};
}

// One Transfer-Encoding that is exactly "chunked", in HTTP/1.1, without Content-Length (RFC 9112 6.1).
Violation check_transfer_encoding(const Headers& headers, Version version) {
  if (version == Version::http10) return {400, "Transfer-Encoding in HTTP/1.0"};
  if (headers.has(HeaderId::content_length)) return {400, "both Content-Length and Transfer-Encoding"};
  if (headers.count(HeaderId::transfer_encoding) > 1) return {400, "more than one Transfer-Encoding"};
  if (!equal_ignoring_case(*headers.get(HeaderId::transfer_encoding), "chunked")) {
    return {501, "a Transfer-Encoding other than chunked"};
  }
  return {};
}

// What both kinds of head have in common: the announced length; `none` when nothing is announced.
Violation read_announced_length(Headers& headers, Version version, BodyLength& body) {
  body = BodyLength::none();
  if (headers.has(HeaderId::transfer_encoding)) {
    body = BodyLength::chunked();
    return check_transfer_encoding(headers, version);
  }
  if (!headers.has(HeaderId::content_length)) return {};
  body.kind = BodyKind::length;
  return read_content_length(headers, body.bytes);
}

Violation read_expectation(const RequestHead& head, Framing& out) {
  if (head.headers.count(HeaderId::expect) > 1) return {417, "more than one Expect"};
  if (!equal_ignoring_case(*head.headers.get(HeaderId::expect), "100-continue")) {
    return {417, "an expectation other than 100-continue"};
  }
  // HTTP/1.0 clients can't be sent a 100 (RFC 9110 10.1.1); without a body there is nothing to wait for.
  out.expects_continue = head.version == Version::http11 && !out.body.is_empty();
  return {};
}

bool status_has_no_body(uint16_t status) {
  return status < 200 || status == 204 || status == 304;
}

// RFC 9112 6.3: these end with their head, whatever it announces. 1xx and 204 must not announce anything; nobody can
// tell whether such a sender then sends it, so its connection is not used again.
void settle_bodyless(ResponseHead& head, Framing& out) {
  const bool may_announce = head.status == 304 || head.status >= 200;
  if (head.status == 204 || !may_announce) {
    if (!out.body.is_empty()) out.keep_alive = false;
    head.headers.remove(HeaderId::content_length);
  }
  head.headers.remove(HeaderId::transfer_encoding);
  out.body = BodyLength::none();
}

// RFC 9110 9.3.6: whatever a successful answer to CONNECT announces, its connection is a tunnel now.
void settle_tunnel(ResponseHead& head, Framing& out) {
  head.headers.remove(HeaderId::content_length);
  head.headers.remove(HeaderId::transfer_encoding);
  out.body = BodyLength::none();
}

}  // namespace

Error to_error(const Violation& violation) {
  Reason reason = Reason::malformed;
  if (violation.status == 431 || violation.status == 414) reason = Reason::too_large;
  if (violation.status == 501 || violation.status == 505 || violation.status == 417) reason = Reason::unsupported;
  if (violation.status == 503) reason = Reason::overflow;
  return {.reason = reason, .detail = violation.what, .side = Side::client};
}

Violation request_framing(RequestHead& head, Framing& out) {
  out = {};
  if (const Violation violation = read_announced_length(head.headers, head.version, out.body)) return violation;
  // What follows a CONNECT is no content (RFC 9110 9.3.6), and not a request either.
  if (head.is_connect() && !out.body.is_empty()) return {400, "CONNECT with content"};
  const ConnectionOptions options = connection_options(head.headers);
  out.keep_alive = keeps_alive(head.version, options);
  out.wants_upgrade = options.upgrade && head.version == Version::http11 && head.headers.has(HeaderId::upgrade) &&
                      !names_h2c(head.headers);
  return head.headers.has(HeaderId::expect) ? read_expectation(head, out) : Violation{};
}

Violation response_framing(ResponseHead& head, std::string_view request_method, Framing& out) {
  out = {};
  if (const Violation violation = read_announced_length(head.headers, head.version, out.body)) return violation;
  const ConnectionOptions options = connection_options(head.headers);
  out.keep_alive = keeps_alive(head.version, options);
  out.wants_upgrade = head.status == 101 && options.upgrade && head.headers.has(HeaderId::upgrade);
  if (request_method == "CONNECT" && opens_tunnel(TunnelKind::connect, head.status)) {
    settle_tunnel(head, out);
  } else if (request_method == "HEAD" || status_has_no_body(head.status)) {
    settle_bodyless(head, out);
  } else if (out.body.kind == BodyKind::none) {
    out.body = BodyLength::until_close();
    out.keep_alive = false;
  }
  return {};
}

}  // namespace weft::http::h1
