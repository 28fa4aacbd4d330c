#include "control/translate/security/text_matchers.h"

#include "base/strings.h"

namespace weft::control::translate {
namespace {

using envoy::type::matcher::v3::StringMatcher;

constexpr const char* kTokenFilter = "envoy.filters.http.jwt_authn";
constexpr const char* kTokenPayload = "payload";

}  // namespace

std::string quoted_regex(std::string_view text, std::string_view star) {
  std::string quoted;
  for (const char c : text) {
    if (c == '*') {
      quoted += star;
      continue;
    }
    if (std::string_view("\\.+?()|[]{}^$").contains(c)) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

// Empty prefixes and suffixes are refused by Envoy, so "*" alone is asked for as "something".
void fill_text(std::string_view text, std::string_view scheme, StringMatcher& matcher) {
  const std::string before(scheme);
  if (text == "*") {
    matcher.mutable_safe_regex()->set_regex(".+");
  } else if (text.starts_with('*') && scheme.empty()) {
    matcher.set_suffix(std::string(text.substr(1)));
  } else if (text.starts_with('*')) {
    matcher.mutable_safe_regex()->set_regex(before + ".*" + quoted_regex(text.substr(1)));
  } else if (text.ends_with('*')) {
    matcher.set_prefix(before + std::string(text.substr(0, text.size() - 1)));
  } else {
    matcher.set_exact(before + std::string(text));
  }
}

void fill_field(std::string_view name, std::string_view text, LetterCase letters,
                envoy::config::route::v3::HeaderMatcher& matcher) {
  matcher.set_name(std::string(name));
  if (text == "*") {
    matcher.set_present_match(true);
    return;
  }
  fill_text(text, "", *matcher.mutable_string_match());
  if (letters == LetterCase::is_ignored) matcher.mutable_string_match()->set_ignore_case(true);
}

void fill_value(const std::vector<std::string>& texts, envoy::type::matcher::v3::ValueMatcher& matcher) {
  for (const auto& text : texts) {
    auto& one = texts.size() == 1 ? matcher : *matcher.mutable_or_match()->add_value_matchers();
    fill_text(text, "", *one.mutable_string_match());
  }
}

envoy::type::matcher::v3::MetadataMatcher claim_matcher(const std::vector<std::string>& path) {
  envoy::type::matcher::v3::MetadataMatcher matcher;
  matcher.set_filter(kTokenFilter);
  matcher.add_path()->set_key(kTokenPayload);
  for (const auto& key : path) matcher.add_path()->set_key(key);
  return matcher;
}

void fill_range(std::string_view text, envoy::config::core::v3::CidrRange& range) {
  constexpr uint32_t kV4Bits = 32;
  constexpr uint32_t kV6Bits = 128;
  const size_t slash = text.find('/');
  const bool is_v6 = text.find(':') != std::string_view::npos;
  range.set_address_prefix(std::string(text.substr(0, slash)));
  const uint64_t length = slash == std::string_view::npos ? (is_v6 ? kV6Bits : kV4Bits)
                                                          : parse_unsigned(text.substr(slash + 1)).value_or(kV6Bits);
  range.mutable_prefix_len()->set_value(static_cast<uint32_t>(length));
}

}  // namespace weft::control::translate
