// ExternalAuthorization: which requests and connections an authorization service is asked about, how, and what its
// answer may change (Envoy's ext_authz; AuthorizationPolicy's action CUSTOM), compiled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "decide/authorization/authorization.h"
#include "decide/names.h"
#include "decide/text_match.h"

namespace weft::decide {

// Names of header fields, by patterns. Immutable; any thread.
struct FieldNames {
  std::vector<TextMatch> patterns;

  bool contain(std::string_view lower_name) const;
};

// How much of a request's body is shown with the question (with_request_body).
struct ShownBody {
  uint32_t bytes_max = 0;
  bool may_be_cut = false;  // of a longer one its beginning is shown; else the request is refused with 413
  bool as_bytes = false;    // gRPC: raw_body instead of body, which must be text
};

// Over HTTP the question is the request itself: what of it is shown, and what of the answer counts.
struct HttpQuestion {
  std::string path_prefix;
  FieldNames shown;  // beside Host, method, path, length and Authorization
  std::vector<std::pair<std::string, std::string>> added;
  FieldNames set_for_endpoint;  // of an answer that allows: they take the place of the request's own
  FieldNames appended_for_endpoint;
  std::optional<FieldNames> told_to_refused;  // nothing: all
  FieldNames told_to_allowed;

  bool shows(std::string_view lower_name) const { return lower_name == "authorization" || shown.contain(lower_name); }
};

// Over gRPC it is envoy.service.auth.v3.Authorization/Check. `shown`: nothing: all of the request's fields.
struct GrpcQuestion {
  std::string authority;
  std::optional<FieldNames> shown;
};

// Immutable; any thread.
struct ExternalAuthorization {
  std::optional<AccessRules>
      asked_about;  // what one of them names (denial: "ext_authz_denied{NAME}"); nothing: everything
  std::variant<HttpQuestion, GrpcQuestion> question;
  ClusterId cluster;
  Duration timeout{};
  std::optional<ShownBody> body;
  bool passes_on_failure = false;
  bool routes_again = false;  // clear_route_cache: where an answer has changed the request
  uint16_t status_on_failure = 403;

  bool concerns(const Access& access) const { return !asked_about || asked_about->match(access) != nullptr; }
};

}  // namespace weft::decide
