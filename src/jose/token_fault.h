// TokenFault: what can be wrong with a token. The texts are Envoy's, which clients and dashboards know by heart.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace weft::jose {

enum class TokenFault : uint8_t {
  missing,
  several,  // different ones in one request
  bad_form,
  bad_header_base64,
  bad_header,
  bad_algorithm,  // missing, or no text
  unknown_algorithm,
  bad_key_id,
  unknown_extension,  // crit, b64, zip: RFC 7515 4.1.11 has whoever does not know them refuse the token
  bad_payload_base64,
  bad_payload,
  bad_issuer,
  bad_subject,
  bad_issue_time,
  bad_begin,
  bad_expiry,
  issue_time_out_of_range,
  begin_out_of_range,
  expiry_out_of_range,
  bad_id,
  bad_audience,
  bad_signature_base64,
  too_early,
  expired,
  no_expiry,
  too_long_lived,
  unknown_issuer,
  unknown_audience,
  unknown_subject,
  no_key,  // none of the set's can have signed it
  not_signed,
  no_usable_keys,  // the set itself is empty
};

std::string_view text_of(TokenFault fault);

// Void or a fault; a value or a fault.
template <class T = void>
using Verified = std::expected<T, TokenFault>;

}  // namespace weft::jose
