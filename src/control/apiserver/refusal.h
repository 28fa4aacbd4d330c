// Refusal: why a call of the API was not done, as Kubernetes says it: an HTTP status, a reason that clients branch on,
// a sentence, and details with the causes. Everything that can go wrong in a call becomes one of these, here.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "api/finding.h"
#include "api/kinds.h"
#include "api/resource.h"
#include "base/error.h"

namespace weft::control {

// A value. `details` is an object, or null when there is nothing to add.
struct Refusal {
  uint16_t code = 500;
  std::string reason;
  std::string message;
  api::Json details;
};

template <class T = void>
using Reply = std::expected<T, Refusal>;

// The Status object (meta.k8s.io/v1) of a refusal.
api::Json status_of(const Refusal& refusal);

inline std::unexpected<Refusal> refuse(Refusal refusal) {
  return std::unexpected(std::move(refusal));
}

// One function per answer; each names the object where there is one.
Refusal object_not_found(const api::Kind& kind, std::string_view name);
Refusal object_exists(const api::Kind& kind, std::string_view name);
Refusal object_conflict(const api::Kind& kind, std::string_view name, std::string_view why);
// 422: the findings become causes. `title` is the sentence's beginning for one object, "" for several.
Refusal object_invalid(const api::Kind* kind, std::string_view name, const api::Findings& findings);
// 403 with Kubernetes' reason "Forbidden".
Refusal object_forbidden(const api::Kind& kind, std::string_view name, std::string_view why);
Refusal path_not_found();
Refusal bad_request(std::string message);
Refusal unauthorized();
Refusal method_not_allowed();
Refusal unsupported_media_type(std::string message);
Refusal body_too_large(size_t size_max);
Refusal certificate_refusal(const Error& error);  // what the authority could not do: 404, 409, 503 or 500
Refusal history_expired(std::string_view why);    // 410: list again
Refusal time_is_over(std::string message);        // 504
Refusal store_refusal(const Error& error);        // what the store could not do: 409, 503 or 500

}  // namespace weft::control
