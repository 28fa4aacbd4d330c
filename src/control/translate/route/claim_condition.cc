#include "control/translate/route/claim_condition.h"

#include "base/strings.h"
#include "control/translate/route/string_match.h"
#include "control/translate/security/text_matchers.h"

namespace weft::control::translate {
namespace {

constexpr std::string_view kClaims = "@request.auth.claims";

// "[a][b]"; nothing: brackets that do not pair.
std::optional<std::vector<std::string>> bracketed(std::string_view text) {
  std::vector<std::string> path;
  while (!text.empty()) {
    const size_t end = text.find_first_of("[]", 1);
    if (text.front() != '[' || end == std::string_view::npos || text[end] != ']' || end == 1) return std::nullopt;
    path.emplace_back(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
  return path;
}

}  // namespace

std::optional<std::vector<std::string>> routing_claim(std::string_view name) {
  if (to_lower(name.substr(0, kClaims.size())) != kClaims || name.size() < kClaims.size() + 2) return std::nullopt;
  name.remove_prefix(kClaims.size());
  if (name.front() == '[') return bracketed(name);
  if (name.front() != '.') return std::nullopt;
  std::vector<std::string> path;
  for (const auto part : split(name.substr(1), '.')) path.emplace_back(part);
  return path;
}

envoy::type::matcher::v3::MetadataMatcher claim_condition(const std::vector<std::string>& claim,
                                                          const api::istio::StringMatch& match) {
  auto matcher = claim_matcher(claim);
  if (match.is_presence()) {
    matcher.mutable_value()->set_present_match(true);
    return matcher;
  }
  auto& either = *matcher.mutable_value()->mutable_or_match();
  fill_string_match(match,
                    *either.add_value_matchers()->mutable_list_match()->mutable_one_of()->mutable_string_match());
  fill_string_match(match, *either.add_value_matchers()->mutable_string_match());
  return matcher;
}

}  // namespace weft::control::translate
