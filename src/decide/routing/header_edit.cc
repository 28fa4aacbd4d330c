#include "decide/routing/header_edit.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace weft::decide {
namespace {

// What may stand in parentheses behind an operator's name.
enum class Argument : uint8_t { none, header, name, time, ignored };

struct Spelling {
  std::string_view text;
  Operator what;
  Argument argument = Argument::none;
};

constexpr std::array<Spelling, 36> kOperators = {{
    {"REQ", Operator::request_header, Argument::header},
    {"REQ_WITHOUT_QUERY", Operator::path_alone, Argument::header},
    {"RESP", Operator::response_header, Argument::header},
    {"ENVIRONMENT", Operator::environment, Argument::name},
    {"START_TIME", Operator::start_time, Argument::time},
    {"DOWNSTREAM_REMOTE_ADDRESS", Operator::client_address},
    {"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", Operator::client_ip},
    {"DOWNSTREAM_REMOTE_PORT", Operator::client_port},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", Operator::direct_address},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", Operator::direct_ip},
    {"DOWNSTREAM_DIRECT_REMOTE_PORT", Operator::direct_port},
    {"DOWNSTREAM_LOCAL_ADDRESS", Operator::local_address},
    {"DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", Operator::local_ip},
    {"DOWNSTREAM_LOCAL_PORT", Operator::local_port},
    {"UPSTREAM_REMOTE_ADDRESS", Operator::endpoint_address},
    {"UPSTREAM_HOST", Operator::endpoint_address},
    {"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", Operator::endpoint_ip},
    {"UPSTREAM_REMOTE_PORT", Operator::endpoint_port},
    {"PROTOCOL", Operator::protocol},
    {"RESPONSE_CODE", Operator::response_code},
    {"RESPONSE_CODE_DETAILS", Operator::response_details},
    {"RESPONSE_FLAGS", Operator::response_flags},
    {"STREAM_ID", Operator::request_id},
    {"BYTES_RECEIVED", Operator::received_bytes},
    {"REQUESTED_SERVER_NAME", Operator::server_name},
    {"ROUTE_NAME", Operator::route_name},
    {"UPSTREAM_CLUSTER", Operator::cluster_name},
    {"UPSTREAM_CLUSTER_RAW", Operator::cluster_name},
    {"HOSTNAME", Operator::host_name},
    {"DOWNSTREAM_PEER_URI_SAN", Operator::peer_uri},
    {"DOWNSTREAM_PEER_DNS_SAN", Operator::peer_dns},
    {"DOWNSTREAM_PEER_SUBJECT", Operator::peer_subject},
    {"DOWNSTREAM_PEER_SERIAL", Operator::peer_serial},
    {"DOWNSTREAM_PEER_FINGERPRINT_256", Operator::peer_fingerprint},
    {"DYNAMIC_METADATA", Operator::nothing, Argument::ignored},
    {"FILTER_STATE", Operator::nothing, Argument::ignored},
}};

// Envoy's others: of what is not over yet when a head is made, or of what this proxy does not keep.
constexpr std::array<std::string_view, 36> kAlwaysEmpty = {
    "ACCESS_LOG_TYPE",
    "BYTES_SENT",
    "CONNECTION_ID",
    "CONNECTION_TERMINATION_DETAILS",
    "DOWNSTREAM_DIRECT_LOCAL_ADDRESS",
    "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT",
    "DOWNSTREAM_DIRECT_LOCAL_PORT",
    "DOWNSTREAM_LOCAL_DNS_SAN",
    "DOWNSTREAM_LOCAL_SUBJECT",
    "DOWNSTREAM_LOCAL_URI_SAN",
    "DOWNSTREAM_PEER_CERT",
    "DOWNSTREAM_PEER_CERT_V_END",
    "DOWNSTREAM_PEER_CERT_V_START",
    "DOWNSTREAM_PEER_FINGERPRINT_1",
    "DOWNSTREAM_PEER_IP_SAN",
    "DOWNSTREAM_PEER_ISSUER",
    "DOWNSTREAM_TLS_CIPHER",
    "DOWNSTREAM_TLS_SESSION_ID",
    "DOWNSTREAM_TLS_VERSION",
    "DOWNSTREAM_TRANSPORT_FAILURE_REASON",
    "DURATION",
    "FILTER_CHAIN_NAME",
    "GRPC_STATUS",
    "GRPC_STATUS_NUMBER",
    "METADATA",
    "REQUEST_DURATION",
    "RESPONSE_DURATION",
    "RESPONSE_TX_DURATION",
    "TRACE_ID",
    "UPSTREAM_LOCAL_ADDRESS",
    "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
    "UPSTREAM_LOCAL_PORT",
    "UPSTREAM_METADATA",
    "UPSTREAM_REQUEST_ATTEMPT_COUNT",
    "UPSTREAM_TRANSPORT_FAILURE_REASON",
    "VIRTUAL_CLUSTER_NAME",
};

std::unexpected<Error> unknown(std::string_view inside) {
  return fail(Reason::invalid, "header value operator %" + std::string(inside) + "% is not known");
}

std::unexpected<Error> wrong_argument(std::string_view inside) {
  return fail(Reason::invalid, "header value operator %" + std::string(inside) + "%: its argument cannot be read");
}

// The operator that begins behind a '%', up to the '%' that ends it: a time's format holds more of them. Empty: none
// does.
std::string_view operator_at(std::string_view text) {
  const size_t first = text.find_first_of("%(");
  if (first == text.npos) return {};
  const size_t closed = text[first] == '(' ? text.find(')', first) : first;
  const size_t end = closed == text.npos ? text.npos : text.find('%', closed);
  return end == text.npos ? std::string_view() : text.substr(0, end);
}

}  // namespace

// NAME, NAME(ARGUMENT) or NAME(ARGUMENT):SIZE.
Result<HeaderText::Part> HeaderText::parse_operator(std::string_view inside) {
  const size_t open = inside.find('(');
  const std::string_view name = inside.substr(0, std::min(open, inside.find(':')));
  if (std::ranges::find(kAlwaysEmpty, name) != kAlwaysEmpty.end()) return Part{.what = Operator::nothing};
  const auto spelling = std::ranges::find(kOperators, name, &Spelling::text);
  if (spelling == kOperators.end()) return unknown(inside);
  Part part{.what = spelling->what};
  std::string_view rest = inside.substr(name.size());
  if (open != inside.npos) {
    const size_t close = inside.find(')', open);
    part.text = inside.substr(open + 1, close - open - 1);
    rest = inside.substr(close + 1);
  }
  const bool needs_argument = spelling->argument == Argument::header || spelling->argument == Argument::name;
  const bool takes_none = spelling->argument == Argument::none;
  if ((takes_none && open != inside.npos) || (needs_argument && part.text.empty())) return wrong_argument(inside);
  if (spelling->argument == Argument::header) {
    part.text = to_lower(part.text);
    if (const size_t mark = part.text.find('?'); mark != part.text.npos) {
      part.alternative = part.text.substr(mark + 1);
      part.text.resize(mark);
    }
  }
  if (rest.empty()) return part;
  const auto size = rest.starts_with(':') && !takes_none ? parse_unsigned(rest.substr(1)) : std::nullopt;
  if (!size) return wrong_argument(inside);
  part.size_max = *size;
  return part;
}

Result<HeaderText> HeaderText::parse(std::string_view text) {
  HeaderText result;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) result.parts_.push_back({.text = std::move(literal)});
    literal.clear();
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      literal += text[at++];
      continue;
    }
    if (text.substr(at).starts_with("%%")) {
      literal += '%';
      at += 2;
      continue;
    }
    const std::string_view inside = operator_at(text.substr(at + 1));
    if (inside.empty()) {
      return fail(Reason::invalid, "header value '" + std::string(text) + "': a percent sign is written %%");
    }
    at += inside.size() + 2;
    WEFT_TRY(auto part, parse_operator(inside));
    flush();
    result.parts_.push_back(std::move(part));
  }
  flush();
  if (result.parts_.empty()) result.parts_.emplace_back();
  return result;
}

std::string HeaderText::render(const OperatorValues& values) const {
  std::string text;
  for (const auto& part : parts_) {
    if (part.what == Operator::literal) {
      text += part.text;
      continue;
    }
    std::string_view value = values.value_of(part.what, part.text);
    if (value.empty() && !part.alternative.empty()) value = values.value_of(part.what, part.alternative);
    text += value.substr(0, part.size_max);
  }
  return text;
}

}  // namespace weft::decide
