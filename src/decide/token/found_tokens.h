// Where a request carries tokens, and what is left of it without them. Pure.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "decide/routing/request_head.h"
#include "decide/token/token_rules.h"

namespace weft::decide {

// Appends every text that a provider would take for a token of its own, in the order header, parameter, cookie; one
// text only once. Fields that came several times are looked at one by one. The views point into the request or into
// `joined`.
void find_tokens(const TokenProvider& provider, const RequestHead& request, std::deque<std::string>& joined,
                 std::vector<std::string_view>& found);

// Whether a header field's value holds what a location takes for a token.
bool holds_token(std::string_view value, const TokenHeader& location);

// What is left of a header field's value, a path or a Cookie field when the tokens of these locations are gone; whether
// there were any.
bool remove_tokens(std::string& value, const TokenHeader& location);
bool remove_parameters(std::string& path, const std::vector<std::string>& names);
bool remove_cookies(std::string& cookies, const std::vector<std::string>& names);

}  // namespace weft::decide
