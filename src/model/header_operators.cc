#include "model/header_operators.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace weft::model {
namespace {

struct Known {
  std::string_view name;
  OperatorArgument argument = OperatorArgument::none;
};

using enum OperatorArgument;

constexpr std::array kKnown = {
    Known{"REQ", header},
    Known{"REQ_WITHOUT_QUERY", header},
    Known{"RESP", header},
    Known{"ENVIRONMENT", name},
    Known{"START_TIME", time},
    Known{"DYNAMIC_METADATA", ignored},
    Known{"FILTER_STATE", ignored},
    Known{"METADATA", ignored},
    Known{"UPSTREAM_METADATA", ignored},
    Known{"ACCESS_LOG_TYPE"},
    Known{"BYTES_RECEIVED"},
    Known{"BYTES_SENT"},
    Known{"CONNECTION_ID"},
    Known{"CONNECTION_TERMINATION_DETAILS"},
    Known{"DOWNSTREAM_DIRECT_LOCAL_ADDRESS"},
    Known{"DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT"},
    Known{"DOWNSTREAM_DIRECT_LOCAL_PORT"},
    Known{"DOWNSTREAM_DIRECT_REMOTE_ADDRESS"},
    Known{"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"},
    Known{"DOWNSTREAM_DIRECT_REMOTE_PORT"},
    Known{"DOWNSTREAM_LOCAL_ADDRESS"},
    Known{"DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"},
    Known{"DOWNSTREAM_LOCAL_DNS_SAN"},
    Known{"DOWNSTREAM_LOCAL_PORT"},
    Known{"DOWNSTREAM_LOCAL_SUBJECT"},
    Known{"DOWNSTREAM_LOCAL_URI_SAN"},
    Known{"DOWNSTREAM_PEER_CERT"},
    Known{"DOWNSTREAM_PEER_CERT_V_END", ignored},
    Known{"DOWNSTREAM_PEER_CERT_V_START", ignored},
    Known{"DOWNSTREAM_PEER_DNS_SAN"},
    Known{"DOWNSTREAM_PEER_FINGERPRINT_1"},
    Known{"DOWNSTREAM_PEER_FINGERPRINT_256"},
    Known{"DOWNSTREAM_PEER_IP_SAN"},
    Known{"DOWNSTREAM_PEER_ISSUER"},
    Known{"DOWNSTREAM_PEER_SERIAL"},
    Known{"DOWNSTREAM_PEER_SUBJECT"},
    Known{"DOWNSTREAM_PEER_URI_SAN"},
    Known{"DOWNSTREAM_REMOTE_ADDRESS"},
    Known{"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"},
    Known{"DOWNSTREAM_REMOTE_PORT"},
    Known{"DOWNSTREAM_TLS_CIPHER"},
    Known{"DOWNSTREAM_TLS_SESSION_ID"},
    Known{"DOWNSTREAM_TLS_VERSION"},
    Known{"DOWNSTREAM_TRANSPORT_FAILURE_REASON"},
    Known{"DURATION"},
    Known{"FILTER_CHAIN_NAME"},
    Known{"GRPC_STATUS", ignored},
    Known{"GRPC_STATUS_NUMBER"},
    Known{"HOSTNAME"},
    Known{"PROTOCOL"},
    Known{"REQUESTED_SERVER_NAME"},
    Known{"REQUEST_DURATION"},
    Known{"RESPONSE_CODE"},
    Known{"RESPONSE_CODE_DETAILS"},
    Known{"RESPONSE_DURATION"},
    Known{"RESPONSE_FLAGS"},
    Known{"RESPONSE_TX_DURATION"},
    Known{"ROUTE_NAME"},
    Known{"STREAM_ID"},
    Known{"TRACE_ID"},
    Known{"UPSTREAM_CLUSTER"},
    Known{"UPSTREAM_CLUSTER_RAW"},
    Known{"UPSTREAM_HOST"},
    Known{"UPSTREAM_LOCAL_ADDRESS"},
    Known{"UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"},
    Known{"UPSTREAM_LOCAL_PORT"},
    Known{"UPSTREAM_REMOTE_ADDRESS"},
    Known{"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"},
    Known{"UPSTREAM_REMOTE_PORT"},
    Known{"UPSTREAM_REQUEST_ATTEMPT_COUNT"},
    Known{"UPSTREAM_TRANSPORT_FAILURE_REASON"},
    Known{"VIRTUAL_CLUSTER_NAME"},
};

// RFC 9110 5.6.2, and the pseudo-headers.
bool is_header_name(std::string_view text) {
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto is_token = [](char c) {
    const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_alphanumeric || std::string_view("!#$&'*+-.^_`|~").contains(c);
  };
  return !text.empty() && std::ranges::all_of(text, is_token);
}

bool takes(OperatorArgument kind, const HeaderOperator& read, bool has_parentheses) {
  switch (kind) {
    case none:
      return !has_parentheses && read.size_max == std::string_view::npos;
    case header:
      return is_header_name(read.argument) && (read.alternative.empty() || is_header_name(read.alternative));
    case name:
      return !read.argument.empty();
    case time:
    case ignored:
      return true;
  }
  return false;
}

}  // namespace

std::string_view header_operator_at(std::string_view text) {
  const size_t first = text.find_first_of("%(");
  if (first == text.npos) return {};
  const size_t closed = text[first] == '(' ? text.find(')', first) : first;
  const size_t end = closed == text.npos ? text.npos : text.find('%', closed);
  return end == text.npos ? std::string_view() : text.substr(0, end);
}

std::expected<HeaderOperator, OperatorFault> read_header_operator(std::string_view inside) {
  const size_t open = inside.find('(');
  HeaderOperator read{.name = inside.substr(0, std::min(open, inside.find(':')))};
  const auto known = std::ranges::find(kKnown, read.name, &Known::name);
  if (known == kKnown.end()) return std::unexpected(OperatorFault::unknown);
  std::string_view rest = inside.substr(read.name.size());
  const bool has_parentheses = open != inside.npos && rest.starts_with('(');
  if (has_parentheses) {
    const size_t close = rest.find(')');
    if (close == rest.npos) return std::unexpected(OperatorFault::wrong_argument);
    read.argument = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
  }
  if (known->argument == header) {
    if (const size_t mark = read.argument.find('?'); mark != read.argument.npos) {
      read.alternative = read.argument.substr(mark + 1);
      read.argument = read.argument.substr(0, mark);
    }
  }
  if (!rest.empty()) {
    const auto size = rest.starts_with(':') ? parse_unsigned(rest.substr(1)) : std::nullopt;
    if (!size) return std::unexpected(OperatorFault::wrong_argument);
    read.size_max = *size;
  }
  if (!takes(known->argument, read, has_parentheses)) return std::unexpected(OperatorFault::wrong_argument);
  return read;
}

}  // namespace weft::model
