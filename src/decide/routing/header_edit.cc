#include "decide/routing/header_edit.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "model/header_operators.h"

namespace weft::decide {
namespace {

struct Spelling {
  std::string_view text;
  Operator what;
};

// Those that are not here are of what is not over yet when a head is made, or of what this proxy does not keep.
constexpr std::array<Spelling, 34> kOperators = {{
    {"REQ", Operator::request_header},
    {"REQ_WITHOUT_QUERY", Operator::path_alone},
    {"RESP", Operator::response_header},
    {"ENVIRONMENT", Operator::environment},
    {"START_TIME", Operator::start_time},
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
}};

std::unexpected<Error> unknown(std::string_view inside) {
  return fail(Reason::invalid, "header value operator %" + std::string(inside) + "% is not known");
}

std::unexpected<Error> wrong_argument(std::string_view inside) {
  return fail(Reason::invalid, "header value operator %" + std::string(inside) + "%: its argument cannot be read");
}

}  // namespace

Result<HeaderText::Part> HeaderText::parse_operator(std::string_view inside) {
  const auto read = model::read_header_operator(inside);
  if (!read) return read.error() == model::OperatorFault::unknown ? unknown(inside) : wrong_argument(inside);
  const auto spelling = std::ranges::find(kOperators, read->name, &Spelling::text);
  if (spelling == kOperators.end()) return Part{.what = Operator::nothing};
  const bool is_header = spelling->what == Operator::request_header || spelling->what == Operator::path_alone ||
                         spelling->what == Operator::response_header;
  return Part{.what = spelling->what,
              .text = is_header ? to_lower(read->argument) : std::string(read->argument),
              .alternative = to_lower(read->alternative),
              .size_max = read->size_max};
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
    const std::string_view inside = model::header_operator_at(text.substr(at + 1));
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
