#include "grpc/status.h"

#include <array>

#include "base/grpc_code_names.h"
#include "base/strings.h"
#include "http/grpc_code.h"

namespace weft::grpc {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Reason reason_of(Code code) {
  switch (code) {
    case Code::cancelled:
      return Reason::cancelled;
    case Code::deadline_exceeded:
      return Reason::timed_out;
    case Code::not_found:
      return Reason::not_found;
    case Code::already_exists:
      return Reason::already_exists;
    case Code::permission_denied:
    case Code::unauthenticated:
      return Reason::denied;
    case Code::resource_exhausted:
      return Reason::overflow;
    case Code::aborted:
      return Reason::conflict;
    case Code::invalid_argument:
    case Code::failed_precondition:
    case Code::out_of_range:
      return Reason::invalid;
    case Code::unimplemented:
      return Reason::unsupported;
    case Code::unavailable:
      return Reason::unavailable;
    default:
      return Reason::internal;
  }
}

}  // namespace

std::string_view to_string(Code code) {
  return kGrpcCodeNames[static_cast<size_t>(code)];
}

std::optional<Status> status_of(const http::Headers& fields) {
  const auto number = fields.get(http::HeaderId::grpc_status);
  if (!number) return std::nullopt;
  const auto code = parse_unsigned(*number);
  Status status;
  status.code = code && *code < kGrpcCodeNames.size() ? static_cast<Code>(*code) : Code::unknown;
  status.message = decode_message(fields.get(http::HeaderId::grpc_message).value_or(""));
  return status;
}

Status status_of_http(uint16_t http_status) {
  const std::string message = "HTTP status " + std::to_string(http_status) + " instead of a gRPC response";
  return {static_cast<Code>(http::grpc_code_of(http_status)), message};
}

Error error_of(const Status& status) {
  std::string detail = "gRPC status " + std::string(to_string(status.code));
  if (!status.message.empty()) detail += ": " + status.message;
  return {.reason = reason_of(status.code), .detail = std::move(detail), .side = Side::endpoint};
}

std::string decode_message(std::string_view encoded) {
  std::string text;
  for (size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%' && i + 2 < encoded.size()) {
      const int high = hex_digit(encoded[i + 1]);
      const int low = hex_digit(encoded[i + 2]);
      if (high >= 0 && low >= 0) {
        text += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    text += encoded[i];
  }
  return text;
}

std::string encode_message(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace weft::grpc
