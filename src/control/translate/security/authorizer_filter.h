// Envoy's ext_authz filters for one of MeshConfig's extensionProviders. Pure.
#pragma once

#include <optional>
#include <string>

#include "api/istio/mesh_config.h"
#include "control/translate/security/guards.h"

namespace weft::control::translate {

// The filters that ask a provider about what rules of its own, which stand before them, have matched.
struct AuthorizerFilters {
  envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter http;
  std::optional<envoy::config::listener::v3::Filter>
      tcp;  // nothing: it speaks HTTP, in which connections are no question
};

// Nothing: nobody has declared an authorization service of that name, or what is declared makes no sense.
std::optional<AuthorizerFilters> authorizer_filters(const api::istio::MeshConfig& mesh, const std::string& provider);

// The prefix of Istio's statistics and metadata of such rules, and what their names begin with.
inline constexpr const char* kAskedPrefix = "istio_ext_authz_";
std::string asked_rule_prefix(const std::string& provider);

}  // namespace weft::control::translate
