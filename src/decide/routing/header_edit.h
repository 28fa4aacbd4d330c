// HeaderEdit: one change to a message's header fields that configuration asks for (HeaderValueOption,
// headers_to_remove), and HeaderText: its value, which may hold Envoy's command operators such as %REQ(x-user)%.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::decide {

// What an operator in a header value asks for.
enum class Operator : uint8_t {
  literal,           // not an operator: the text itself
  request_header,    // %REQ(name)%
  response_header,   // %RESP(name)%
  client_address,    // %DOWNSTREAM_REMOTE_ADDRESS%
  client_ip,         // %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%
  local_address,     // %DOWNSTREAM_LOCAL_ADDRESS%
  endpoint_address,  // %UPSTREAM_REMOTE_ADDRESS% and %UPSTREAM_HOST%
  protocol,          // %PROTOCOL%
  response_code,     // %RESPONSE_CODE%
  route_name,        // %ROUTE_NAME%
  cluster_name,      // %UPSTREAM_CLUSTER%
  host_name,         // %HOSTNAME%
};

// Answers operators while a value is rendered. Implemented by the data plane for one exchange.
class OperatorValues {
 public:
  virtual ~OperatorValues() = default;
  // Empty for what is not known. `argument` is a lower-case header name or empty.
  virtual std::string_view value_of(Operator what, std::string_view argument) const = 0;
};

// A header value, cut into literals and operators when the configuration arrives. Immutable.
class HeaderText {
 public:
  // Fails on an operator that is not known or a single '%'.
  static Result<HeaderText> parse(std::string_view text);

  // The value if it has no operators: the usual case, which costs nothing at run time.
  bool is_literal() const { return parts_.size() == 1 && parts_[0].what == Operator::literal; }
  const std::string& literal() const { return parts_[0].text; }

  std::string render(const OperatorValues& values) const;

 private:
  // A piece of the value: text as it is, or an operator to be filled in.
  struct Part {
    Operator what;
    std::string text;  // the literal, or the operator's argument
  };
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
