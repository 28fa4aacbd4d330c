// Metadata matchers of the wire into conditions on claims.
#pragma once

#include <envoy/type/matcher/v3/metadata.pb.h>

#include "base/error.h"
#include "decide/authorization/access_condition.h"

namespace weft::decide {

// Whether it looks into what a token says.
bool is_about_tokens(const envoy::type::matcher::v3::MetadataMatcher& wire);

// One that is about tokens, as a question to a request's claims.
Result<ClaimMatch> compile_claim_match(const envoy::type::matcher::v3::MetadataMatcher& wire);

// Any other, too: there is never a value.
Result<AccessCondition> compile_metadata(const envoy::type::matcher::v3::MetadataMatcher& wire);

}  // namespace weft::decide
