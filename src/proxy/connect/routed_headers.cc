#include "proxy/connect/routed_headers.h"

namespace weft::proxy {

std::optional<std::string_view> RoutedHeaders::value_of(std::string_view lower_name, std::string& scratch) const {
  const auto first = headers_->get(lower_name);
  if (!first || headers_->count(lower_name) == 1) return first;
  scratch = headers_->joined(lower_name).value_or("");
  return scratch;
}

}  // namespace weft::proxy
