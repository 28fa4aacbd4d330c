// What Weft does with the filters and extensions it finds in xDS: acts on them, passes over those that change nothing
// that matters to safety, and refuses everything else. An unknown filter is never skipped: it could be what guards a
// service.
#pragma once

#include <string_view>

#include <google/protobuf/any.pb.h>

#include "base/error.h"

namespace weft::decide {

enum class Disposition : uint8_t {
  router,
  http_connection_manager,
  tcp_proxy,
  sni_cluster,
  token_rules,
  http_authorization,
  tcp_authorization,
  http_authorizer,
  tcp_authorizer,
  ignored
};

// Of an HTTP filter or network filter by its configuration's type. Fails, naming the type, for what must not be
// ignored.
Result<Disposition> disposition_of(const google::protobuf::Any& config);

}  // namespace weft::decide
