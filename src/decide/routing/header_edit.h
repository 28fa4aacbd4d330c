// HeaderEdit: one change to a message's header fields that configuration asks for (HeaderValueOption,
// headers_to_remove), and HeaderText: its value, which may hold Envoy's command operators such as %REQ(x-user)%.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::decide {

// What an operator in a header value asks for. Envoy has more: those are known, and empty here.
enum class Operator : uint8_t {
  literal,           // not an operator: the text itself
  request_header,    // %REQ(name)%
  path_alone,        // %REQ_WITHOUT_QUERY(name)%: the header up to a '?'
  response_header,   // %RESP(name)%
  environment,       // %ENVIRONMENT(name)%
  start_time,        // %START_TIME% and %START_TIME(format)%
  client_address,    // %DOWNSTREAM_REMOTE_ADDRESS%
  client_ip,         // %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%
  client_port,       // %DOWNSTREAM_REMOTE_PORT%
  direct_address,    // %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%: of the connection itself
  direct_ip,         // %DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%
  direct_port,       // %DOWNSTREAM_DIRECT_REMOTE_PORT%
  local_address,     // %DOWNSTREAM_LOCAL_ADDRESS%
  local_ip,          // %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%
  local_port,        // %DOWNSTREAM_LOCAL_PORT%
  endpoint_address,  // %UPSTREAM_REMOTE_ADDRESS% and %UPSTREAM_HOST%
  endpoint_ip,       // %UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%
  endpoint_port,     // %UPSTREAM_REMOTE_PORT%
  protocol,          // %PROTOCOL%
  response_code,     // %RESPONSE_CODE%
  response_details,  // %RESPONSE_CODE_DETAILS%
  response_flags,    // %RESPONSE_FLAGS%
  request_id,        // %STREAM_ID%
  received_bytes,    // %BYTES_RECEIVED%
  server_name,       // %REQUESTED_SERVER_NAME%
  route_name,        // %ROUTE_NAME%
  cluster_name,      // %UPSTREAM_CLUSTER%
  host_name,         // %HOSTNAME%
  peer_uri,          // %DOWNSTREAM_PEER_URI_SAN%
  peer_dns,          // %DOWNSTREAM_PEER_DNS_SAN%
  peer_subject,      // %DOWNSTREAM_PEER_SUBJECT%
  peer_serial,       // %DOWNSTREAM_PEER_SERIAL%
  peer_fingerprint,  // %DOWNSTREAM_PEER_FINGERPRINT_256%
  nothing,           // one of Envoy's that is always empty
};

// Answers operators while a value is rendered. Implemented by the data plane for one exchange.
class OperatorValues {
 public:
  virtual ~OperatorValues() = default;
  // Empty for what is not known. `argument` is a lower-case header name, a variable's name, a time's format, or empty.
  // The answer is good until the next question.
  virtual std::string_view value_of(Operator what, std::string_view argument) const = 0;
};

// A header value, cut into literals and operators when the configuration arrives. Immutable.
class HeaderText {
 public:
  // Fails on an operator that Envoy does not know, one with the wrong arguments, or a single '%'.
  static Result<HeaderText> parse(std::string_view text);

  // The value if it has no operators: the usual case, which costs nothing at run time.
  bool is_literal() const { return parts_.size() == 1 && parts_[0].what == Operator::literal; }
  const std::string& literal() const { return parts_[0].text; }

  std::string render(const OperatorValues& values) const;

 private:
  // A piece of the value: text as it is, or an operator to be filled in.
  struct Part {
    Operator what = Operator::literal;
    std::string text;                     // the literal, or the operator's argument
    std::string alternative;              // the argument that is tried where the first one gives nothing: %REQ(A?B)%
    size_t size_max = std::string::npos;  // %REQ(A):SIZE%
  };
  static Result<Part> parse_operator(std::string_view inside);
  std::vector<Part> parts_;
};

// One edit. `name` is lower-case.
struct HeaderEdit {
  enum class Kind : uint8_t { set, append, add_if_absent, set_if_present, remove };
  Kind kind = Kind::set;
  std::string name;
  HeaderText value;
  bool keep_empty = false;  // an empty value is otherwise not written
};

using HeaderEdits = std::vector<HeaderEdit>;

}  // namespace weft::decide
