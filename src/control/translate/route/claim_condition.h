// Conditions of VirtualServices on claims of tokens (`@request.auth.claims.a.b`, `@request.auth.claims[a][b]`), which
// stand among those on header fields. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <envoy/type/matcher/v3/metadata.pb.h>

#include "api/istio/virtual_service.h"

namespace weft::control::translate {

// The claim that a "header" names; nothing: it is one.
std::optional<std::vector<std::string>> routing_claim(std::string_view name);

// The claim is a text that matches, or a list that has one.
envoy::type::matcher::v3::MetadataMatcher claim_condition(const std::vector<std::string>& claim,
                                                          const api::istio::StringMatch& match);

}  // namespace weft::control::translate
