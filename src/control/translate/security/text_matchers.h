// Texts of AuthorizationPolicies as Envoy's matchers: "abc", "abc*", "*abc" and "*", in the forms that Istio gives
// them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <envoy/config/core/v3/address.pb.h>
#include <envoy/config/route/v3/route_components.pb.h>
#include <envoy/type/matcher/v3/metadata.pb.h>
#include <envoy/type/matcher/v3/string.pb.h>
#include <envoy/type/matcher/v3/value.pb.h>

namespace weft::control::translate {

// Behind `scheme`, which is not written in policies: "spiffe://" for identities, "" for all else.
void fill_text(std::string_view text, std::string_view scheme, envoy::type::matcher::v3::StringMatcher& matcher);

enum class LetterCase : uint8_t { matters, is_ignored };

// A header field; "*" asks for its presence.
void fill_field(std::string_view name, std::string_view text, LetterCase letters,
                envoy::config::route::v3::HeaderMatcher& matcher);

// Any of the texts.
void fill_value(const std::vector<std::string>& texts, envoy::type::matcher::v3::ValueMatcher& matcher);

// The claim at the end of `path` of a valid token.
envoy::type::matcher::v3::MetadataMatcher claim_matcher(const std::vector<std::string>& path);

// "10.0.0.0/8" and "10.0.0.1", which validation has let pass.
void fill_range(std::string_view text, envoy::config::core::v3::CidrRange& range);

// A text as a regular expression that matches nothing else; a "*" in it stands for `star`, or for itself without.
std::string quoted_regex(std::string_view text, std::string_view star = "\\*");

}  // namespace weft::control::translate
