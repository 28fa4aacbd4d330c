// RoutedHeaders: the header fields of a message, as the rules of routing and retrying look at them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decide/routing/request_head.h"
#include "http/headers.h"

namespace weft::proxy {

// Shows http::Headers to the routing rules.
class RoutedHeaders final : public decide::HeaderView {
 public:
  explicit RoutedHeaders(const http::Headers& headers) : headers_(&headers) {}
  std::optional<std::string_view> value_of(std::string_view lower_name, std::string& scratch) const override;

 private:
  const http::Headers* headers_;
};

}  // namespace weft::proxy
