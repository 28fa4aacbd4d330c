// Whom a request comes from.
#include <array>

#include "control/translate/security/attributes.h"
#include "control/translate/security/text_matchers.h"

namespace weft::control::translate {
namespace {

using SourceValues = Attribute<Principal>::Values;
using envoy::type::matcher::v3::StringMatcher;

constexpr std::string_view kSpiffe = "spiffe://";

template <auto kFill>
Principal any_source_of(const SourceValues& values) {
  std::vector<Principal> parts;
  for (const auto& text : values.texts) kFill(values, text, parts.emplace_back());
  return any_of(std::move(parts));
}

StringMatcher& peer_name(Principal& part) {
  return *part.mutable_authenticated()->mutable_principal_name();
}

void fill_principal(const SourceValues&, std::string_view text, Principal& part) {
  fill_text(text, kSpiffe, peer_name(part));
}

void fill_namespace(const SourceValues&, std::string_view text, Principal& part) {
  peer_name(part).mutable_safe_regex()->set_regex(".*/ns/" + quoted_regex(text, ".*") + "/.*");
}

// [NAMESPACE/]ACCOUNT. There may be other pairs of words around the two that count.
void fill_account(const SourceValues& values, std::string_view text, Principal& part) {
  const size_t slash = text.find('/');
  const std::string_view space = slash == std::string_view::npos ? values.space : text.substr(0, slash);
  const std::string_view account = slash == std::string_view::npos ? text : text.substr(slash + 1);
  peer_name(part).mutable_safe_regex()->set_regex("spiffe://.+/ns/" + quoted_regex(space) + "/(.+/|)sa/" +
                                                  quoted_regex(account) + "(/.+)?");
}

void fill_trust_domain(const SourceValues&, std::string_view text, Principal& part) {
  if (text == "*") {
    peer_name(part).set_prefix(std::string(kSpiffe));
  } else if (text.find('*') == std::string_view::npos) {
    peer_name(part).set_prefix(std::string(kSpiffe).append(text).append("/"));
  } else {
    peer_name(part).mutable_safe_regex()->set_regex("spiffe://" + quoted_regex(text, "[^/]*") + "/.*");
  }
}

void fill_source_ip(const SourceValues&, std::string_view text, Principal& part) {
  fill_range(text, *part.mutable_direct_remote_ip());
}

void fill_remote_ip(const SourceValues&, std::string_view text, Principal& part) {
  fill_range(text, *part.mutable_remote_ip());
}

// "NAME[word]" has a word.
std::string word_of(std::string_view key) {
  const size_t open = key.find('[');
  return std::string(key.substr(open + 1, key.size() - open - 2));
}

void fill_header(const SourceValues& values, std::string_view text, Principal& part) {
  fill_field(word_of(values.key), text, LetterCase::matters, *part.mutable_header());
}

// The halves of "ISSUER/SUBJECT", where a "*" at an end of the whole is one at that end of its half.
struct RequestPrincipal {
  std::string issuer;
  std::string subject;
};

// An issuer may have slashes of its own. Without any slash the text is an issuer, or the end of a subject.
RequestPrincipal halves_of(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (text == "*") return {"*", "*"};
  if (slash != std::string_view::npos) return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  if (text.starts_with('*')) return {"*", std::string(text)};
  if (text.ends_with('*')) return {std::string(text), "*"};
  return {std::string(text), ""};
}

// Only the end that the "*" of the whole stands at makes a half a pattern: elsewhere it is a letter.
void fill_half(std::string_view text, bool may_be_pattern, StringMatcher& matcher) {
  if (may_be_pattern) {
    fill_text(text, "", matcher);
  } else {
    matcher.set_exact(std::string(text));
  }
}

void fill_request_principal(const SourceValues&, std::string_view text, Principal& part) {
  const auto [issuer, subject] = halves_of(text);
  const bool has_slash = text.find('/') != std::string_view::npos;
  const bool starts_open = text.starts_with('*');
  const bool ends_open = !starts_open && text.ends_with('*');
  auto& both = *part.mutable_and_ids();
  auto& of_issuer = *both.add_ids()->mutable_metadata() = claim_matcher({"iss"});
  fill_half(issuer, starts_open || !has_slash, *of_issuer.mutable_value()->mutable_string_match());
  auto& of_subject = *both.add_ids()->mutable_metadata() = claim_matcher({"sub"});
  fill_half(subject, ends_open || !has_slash, *of_subject.mutable_value()->mutable_string_match());
}

Principal any_request_principal(const SourceValues& values) {
  if (values.texts.size() > 1) return any_source_of<fill_request_principal>(values);
  Principal one;
  fill_request_principal(values, values.texts.front(), one);
  return one;
}

// A claim that is one of the texts, or a list that has one of them.
Principal claim_at(const std::vector<std::string>& path, const std::vector<std::string>& texts) {
  Principal part;
  auto& matcher = *part.mutable_metadata() = claim_matcher(path);
  auto& either = *matcher.mutable_value()->mutable_or_match();
  fill_value(texts, *either.add_value_matchers()->mutable_list_match()->mutable_one_of());
  fill_value(texts, *either.add_value_matchers());
  return part;
}

Principal any_audience(const SourceValues& values) {
  return claim_at({"aud"}, values.texts);
}

Principal any_presenter(const SourceValues& values) {
  return claim_at({"azp"}, values.texts);
}

// "request.auth.claims[a][b]" is the claim b within a; brackets that do not pair are part of one name.
std::vector<std::string> claim_path(std::string_view key) {
  std::vector<std::string> path;
  for (std::string_view rest = key.substr(key.find('[')); !rest.empty();) {
    const size_t end = rest.find_first_of("[]", 1);
    const bool is_pair = rest.front() == '[' && end != std::string_view::npos && rest[end] == ']';
    if (!is_pair) return {word_of(key)};
    path.emplace_back(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
  }
  return path;
}

Principal any_claim(const SourceValues& values) {
  return claim_at(claim_path(values.key), values.texts);
}

constexpr std::array<Attribute<Principal>, 11> kSources = {{
    {"source.ip", Seen::connections, any_source_of<fill_source_ip>},
    {"remote.ip", Seen::connections, any_source_of<fill_remote_ip>},
    {"source.namespace", Seen::connections, any_source_of<fill_namespace>},
    {"source.trustDomain", Seen::connections, any_source_of<fill_trust_domain>},
    {"source.serviceAccount", Seen::connections, any_source_of<fill_account>},
    {"source.principal", Seen::connections, any_source_of<fill_principal>},
    {"request.auth.principal", Seen::requests, any_request_principal},
    {"request.auth.audiences", Seen::requests, any_audience},
    {"request.auth.presenter", Seen::requests, any_presenter},
    {"request.auth.claims[", Seen::requests, any_claim},
    {"request.headers[", Seen::requests, any_source_of<fill_header>},
}};

}  // namespace

const Attribute<Principal>* source_attribute(std::string_view key) {
  for (const auto& known : kSources) {
    if (known.name.ends_with('[') ? key.starts_with(known.name) : key == known.name) return &known;
  }
  return nullptr;
}

}  // namespace weft::control::translate
